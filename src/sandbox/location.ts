import { join } from "node:path";
import { UserError } from "../workspace/errors.js";
import { cacheSubfolder } from "../workspace/paths.js";

/** The sandbox that everything uses unless it names another. */
const defaultSandboxName = "default";

/** Where one sandbox keeps its files; all of them are below `folder`, except the lock. */
export interface SandboxLocation {
  name: string;
  folder: string;
  /** Given to kwokctl, which puts its cluster below it. */
  kwokFolder: string;
  /** kwokctl's own folder of the cluster: certificates, logs, pids, etcd's data. */
  clusterFolder: string;
  kwokConfig: string;
  /** The same path for as long as the sandbox has its name; only its owner can read it. */
  kubeconfig: string;
  /** Written last, so that it is there only when the sandbox was once complete. */
  state: string;
  /** Held while the sandbox is made, repaired or removed. */
  lock: string;
}

/**
 * @throws UserError when the name is not a short DNS label.
 */
export function locateSandbox(name: string = defaultSandboxName): SandboxLocation {
  if (!/^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$/.test(name)) {
    throw new UserError(
      `"${name}" cannot be a sandbox's name: use up to 30 lower-case letters, digits and dashes, ` +
        `with a letter or digit at both ends.`,
    );
  }
  const all = cacheSubfolder("sandbox");
  const folder = join(all, name);
  const kwokFolder = join(folder, "kwok");
  return {
    name,
    folder,
    kwokFolder,
    clusterFolder: join(kwokFolder, "clusters", name),
    kwokConfig: join(folder, "kwokctl.yaml"),
    kubeconfig: join(folder, "kubeconfig"),
    state: join(folder, "state.json"),
    lock: join(all, `${name}.lock-holder`),
  };
}
