import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../workspace/errors.js";

/**
 * What a cloud tells of something once it has made it, from a part of its outputs. As long as nothing is made, it is
 * unknown; the provider may leave it out then.
 * @param what names it where the cloud does not tell it: `Google: the name of the cluster's API`
 */
export function told<Part, T>(
  part: pulumi.Output<Part>,
  read: (part: Part) => T | undefined,
  what: string,
): pulumi.Output<T> {
  return part.apply<T>((value) => {
    const found = read(value);
    if (found !== undefined && found !== "") {
      return found;
    }
    if (pulumi.runtime.isDryRun()) {
      return pulumi.unknown as T;
    }
    throw new UserError(
      `${what} is missing in what was told. Run \`openedx refresh\`, then the command again.`,
    );
  });
}
