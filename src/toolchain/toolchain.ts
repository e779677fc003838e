import { processEnvironment } from "../workspace/environment.js";
import type { Progress } from "../workspace/progress.js";
import { download, downloadedBefore } from "./downloads.js";
import { builtBefore, goBuilt, type GoToolName } from "./goTools.js";
import { helmTool, kubectlTool, type PathTool, probePath, wantedRelease } from "./pathTools.js";
import { officialReleases, type Releases } from "./releases.js";

/** Paths of everything that the sandbox runs, plus the kubectl that goes with it. */
export interface ControlPlane {
  apiserver: string;
  controllerManager: string;
  scheduler: string;
  etcd: string;
  kwok: string;
  kwokctl: string;
  /** Always the one of the same release as the API server. */
  kubectl: string;
}

/** Where the tools of this program are. Each is looked for, or brought, when it is first asked for. */
export interface Toolchain {
  /** kubectl 1.31 or newer: the one on the PATH, else a release's, else built. */
  kubectl: () => Promise<string>;
  /** helm 3.14 or newer, not 4: the one on the PATH, else a release's, else built. */
  helm: () => Promise<string>;
  /** Of pinned releases, else built from pinned Go modules: once, in some ten minutes on two cores. */
  controlPlane: () => Promise<ControlPlane>;
}

export interface ToolchainOptions {
  progress: Progress;
  /** Where tools are looked for and run. Default: this process's environment. */
  env?: NodeJS.ProcessEnv;
  /** What can be downloaded. Default: the official releases for this platform. */
  releases?: Releases;
}

/**
 * A toolchain whose methods fail with a UserError that says what to install, when a tool is neither there nor can be
 * had.
 */
export function createToolchain(options: ToolchainOptions): Toolchain {
  const { progress, env = processEnvironment(), releases = officialReleases() } = options;

  /** From the cache, however they came there; else as official releases where all can be had; else built. */
  async function provide<Name extends GoToolName>(
    names: readonly Name[],
    purpose: string,
  ): Promise<Record<Name, string>> {
    const isMissing = (paths: object) => (name: Name) => !(name in paths);
    const before = { ...downloadedBefore(names, releases), ...builtBefore(names) };
    const { paths, why } = await download(names.filter(isMissing(before)), { releases, progress, env });
    const toBuild = names.filter(isMissing({ ...before, ...paths }));
    if (toBuild.length === 0) {
      return { ...before, ...paths } as Record<Name, string>;
    }
    const tried = why === undefined ? "" : `Official releases cannot be had here (${why}).`;
    if (why !== undefined) {
      progress.note(`${tried} To be built: ${toBuild.join(", ")}`);
    }
    const built = await goBuilt(toBuild, { progress, env, purpose: `${purpose} ${tried}`.trim() });
    return { ...before, ...paths, ...built };
  }

  async function fromPath(tool: PathTool & { name: GoToolName }): Promise<string> {
    const probe = await probePath(tool, env);
    if ("path" in probe) {
      return probe.path;
    }
    const purpose =
      `${probe.reason}, and ${wantedRelease(tool)} is needed. ` +
      `Install it (${tool.installation}), or have it downloaded, or built from Go modules.`;
    return (await provide([tool.name], purpose))[tool.name];
  }

  const kubectl = once(() => fromPath({ ...kubectlTool, name: "kubectl" }));
  const helm = once(() => fromPath({ ...helmTool, name: "helm" }));
  const controlPlane = once(async (): Promise<ControlPlane> => {
    const servers = ["kube-apiserver", "kube-controller-manager", "kube-scheduler"] as const;
    const tools = await provide(
      ["etcd", ...servers, "kubectl", "kwok", "kwokctl"],
      "The sandbox's Kubernetes control plane is downloaded, or built from Go modules.",
    );
    return {
      apiserver: tools["kube-apiserver"],
      controllerManager: tools["kube-controller-manager"],
      scheduler: tools["kube-scheduler"],
      etcd: tools.etcd,
      kwok: tools.kwok,
      kwokctl: tools.kwokctl,
      kubectl: tools.kubectl,
    };
  });
  return { kubectl, helm, controlPlane };
}

/** Remembers a success; a failure is tried again at the next call. */
export function once<T>(work: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | undefined;
  return () => {
    promise ??= work().catch((error: unknown) => {
      promise = undefined;
      throw error;
    });
    return promise;
  };
}
