import type { Json } from "../../kubernetes/objects.js";
import { explain } from "./failures.js";
import type { OpenedStack } from "./openStack.js";

export interface OutputsOptions {
  /** Show the secret ones. Default: false, they are `[secret]`. */
  showSecrets?: boolean;
}

/**
 * The outputs of a stack's last deployment; none before the first. Secrets are masked wherever they stand, within an
 * output too: the SDK's own function takes an output with a secret deep inside for a plain one.
 * @throws UserError when the stack cannot be read.
 */
export async function outputs(
  { cli, name, folder, environment }: OpenedStack,
  { showSecrets = false }: OutputsOptions = {},
): Promise<Record<string, Json>> {
  const args = ["stack", "output", "--json", ...(showSecrets ? ["--show-secrets"] : []), "--stack", name];
  try {
    const { stdout } = await cli.run(args, folder, { ...environment });
    return JSON.parse(stdout) as Record<string, Json>;
  } catch (error) {
    throw explain(error, name);
  }
}
