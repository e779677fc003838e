import { mkdirSync, readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { findPulumi } from "../../../../src/toolchain/pulumi.js";
import { silent } from "../../../../src/workspace/progress.js";

/** What the CLI is told of a backend in the folder `state` of a project, which is made. */
export function backendIn(folder: string): { PULUMI_BACKEND_URL: string; PULUMI_CONFIG_PASSPHRASE: string } {
  const state = join(folder, "state");
  mkdirSync(state, { recursive: true });
  return { PULUMI_BACKEND_URL: pathToFileURL(state).href, PULUMI_CONFIG_PASSPHRASE: "open sesame" };
}

/** What commands of a program's copy are run with: a cluster, a backend of their own, the CLI and its plugins. */
export async function commandEnvironment(folder: string, kubeconfig: string): Promise<NodeJS.ProcessEnv> {
  const { command, environment } = await findPulumi({ progress: silent, standIns: true });
  const path = [dirname(command.command), environment.PATH ?? process.env.PATH ?? ""].join(delimiter);
  return { ...environment, ...backendIn(folder), PATH: path, KUBECONFIG: kubeconfig };
}

/** Files of the locks that are held now in the folder of a backend. */
export function locksIn(state: string): string[] {
  try {
    const files = readdirSync(join(state, ".pulumi/locks"), { recursive: true, encoding: "utf8" });
    return files.filter((file) => file.endsWith(".json"));
  } catch {
    return [];
  }
}
