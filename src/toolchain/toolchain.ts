import type { Progress } from "../workspace/progress.js";
import { goBuilt, type GoToolName } from "./goTools.js";
import { helmTool, kubectlTool, type PathTool, probePath, wantedRelease } from "./pathTools.js";

/** Paths of everything that the sandbox runs, plus the kubectl and helm that go with it. */
export interface ControlPlane {
  apiserver: string;
  controllerManager: string;
  scheduler: string;
  etcd: string;
  kwok: string;
  kwokctl: string;
  /** Always the one of the same release as the API server. */
  kubectl: string;
  helm: string;
}

/** Where the tools of this program are. Each is looked for, or built, when it is first asked for. */
export interface Toolchain {
  /** kubectl 1.31 or newer: the one on the PATH, else built. */
  kubectl: () => Promise<string>;
  /** helm 3.14 or newer, not 4: the one on the PATH, else built. */
  helm: () => Promise<string>;
  /** Built from pinned Go modules: once, in about eight minutes on two cores, two gigabytes of memory. */
  controlPlane: () => Promise<ControlPlane>;
}

export interface ToolchainOptions {
  progress: Progress;
  /** Where tools are looked for and run. Default: this process's environment. */
  env?: NodeJS.ProcessEnv;
}

/**
 * A toolchain whose methods fail with a UserError that says what to install, when a tool is neither there nor can be
 * built.
 */
export function createToolchain({ progress, env = process.env }: ToolchainOptions): Toolchain {
  async function fromPathOrGo(tool: PathTool & { name: GoToolName }): Promise<string> {
    const probe = await probePath(tool, env);
    if ("path" in probe) {
      return probe.path;
    }
    const purpose =
      `${probe.reason}, and ${wantedRelease(tool)} is needed. ` +
      `Install it (${tool.installation}), or have it built from Go modules.`;
    return (await goBuilt([tool.name], { progress, env, purpose }))[tool.name];
  }

  const kubectl = once(() => fromPathOrGo({ ...kubectlTool, name: "kubectl" }));
  const helm = once(() => fromPathOrGo({ ...helmTool, name: "helm" }));
  const controlPlane = once(async (): Promise<ControlPlane> => {
    const purpose = "The sandbox's Kubernetes control plane is built from Go modules.";
    const build = <Name extends GoToolName>(...names: Name[]): Promise<Record<Name, string>> =>
      goBuilt(names, { progress, env, purpose });
    // One after another: each build uses all cores by itself.
    const { etcd } = await build("etcd");
    const { kwok, kwokctl } = await build("kwok", "kwokctl");
    const kubernetes = await build("kubectl", "kube-apiserver", "kube-controller-manager", "kube-scheduler");
    return {
      apiserver: kubernetes["kube-apiserver"],
      controllerManager: kubernetes["kube-controller-manager"],
      scheduler: kubernetes["kube-scheduler"],
      etcd,
      kwok,
      kwokctl,
      kubectl: kubernetes.kubectl,
      helm: await helm(),
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
