import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "../kubernetes/objects.js";
import { UserError } from "../workspace/errors.js";
import { run } from "../workspace/run.js";

/** Times and dates, which YAML 1.1 has and Kubernetes reads as numbers or text. */
const isTime = (tag: { tag: string; format?: string }): boolean =>
  tag.format === "TIME" || tag.tag.endsWith(":timestamp");

/**
 * Runs `kubectl kustomize` on a rendered Tutor environment and returns what it prints.
 * @throws UserError with kustomize's own words.
 */
export async function kustomize(kubectl: string, environment: string): Promise<string> {
  const finished = await run(kubectl, ["kustomize", environment]);
  if (finished.code !== 0) {
    const said = finished.stderr
      .split("\n")
      .filter((line) => line.trim() !== "" && !line.startsWith("# Warning"))
      .map((line) => /^E\d{4} .*? err="(.*)"$/.exec(line)?.[1]?.replaceAll('\\"', '"') ?? line)
      .join("\n")
      .replaceAll(environment, "env");
    throw new UserError(
      `kustomize refuses what its plugins' patches make of the manifests: ${said}\n` +
        "Mend the k8s-… or kustomization-… patch that makes it.",
    );
  }
  return finished.stdout;
}

/** The objects in a manifest, read as Kubernetes does: YAML 1.1, where 0777 is octal, without its times and dates. */
export function parseManifest(text: string): KubernetesObject[] {
  return parseAllDocuments(text, {
    version: "1.1",
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !isTime(tag)),
  })
    .map((document) => {
      const error = document.errors?.[0];
      if (error !== undefined) {
        throw new UserError(`The rendered manifests are no YAML: ${error.message}`);
      }
      return document.toJS() as KubernetesObject | null;
    })
    .filter((object) => object !== null);
}
