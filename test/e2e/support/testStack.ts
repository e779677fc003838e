import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reviewServices } from "../../../src/automation/serviceReview.js";
import { stackProgram } from "../../../src/automation/stackProgram.js";
import { readAccess } from "../../../src/engine/local/access.js";
import { Cluster } from "../../../src/engine/local/cluster.js";
import { localUp } from "../../../src/engine/local/localUp.js";
import { stateName, StateStore } from "../../../src/engine/local/stateStore.js";
import type { LocalResult } from "../../../src/engine/local/types.js";
import type { KubernetesObject } from "../../../src/kubernetes/objects.js";
import { type Sandbox, sandboxDown, sandboxUp } from "../../../src/sandbox/sandbox.js";
import { createToolchain } from "../../../src/toolchain/toolchain.js";
import { programFolder } from "../../../src/workspace/paths.js";
import { type Progress, silent } from "../../../src/workspace/progress.js";
import { type Finished, run, runChecked } from "../../../src/workspace/run.js";

const toolchain = createToolchain({ progress: silent });

/** What a run of a test's stack is to have. */
export interface TestUp {
  /** Names of instances, or name and folder, and more settings of them. */
  instances: Record<string, { folder?: string } & Record<string, unknown>>;
  /** Secrets that the operator gives. */
  secrets?: Record<string, Record<string, string>>;
  /** More of the stack's config, below `openedx:`. */
  config?: Record<string, unknown>;
  progress?: Progress;
  signal?: AbortSignal;
  /** Default: the sandbox's name. */
  stack?: string;
}

/** What upProcess.ts reads. */
export interface ProcessInput {
  stack: string;
  kubeconfig: string;
  helm: string;
  config: Record<string, string>;
  secretKeys: string[];
}

/** A sandbox of a test's own, and a stack on it. */
export class TestStack {
  readonly sandbox: Sandbox;
  readonly kubectlPath: string;
  readonly helmPath: string;
  readonly stack: string;
  readonly #scratch: string[] = [];

  private constructor(sandbox: Sandbox, kubectlPath: string, helmPath: string) {
    this.sandbox = sandbox;
    this.kubectlPath = kubectlPath;
    this.helmPath = helmPath;
    this.stack = sandbox.name;
  }

  static async start(name: string): Promise<TestStack> {
    const { kubectl, helm } = await toolchain.controlPlane();
    const sandbox = await sandboxUp({ toolchain, progress: silent, name: `${name}-${process.pid}` });
    return new TestStack(sandbox, kubectl, helm);
  }

  async stop(): Promise<void> {
    for (const folder of this.#scratch) {
      rmSync(folder, { recursive: true, force: true });
    }
    await sandboxDown({ name: this.sandbox.name, progress: silent });
  }

  /** A copy of one of the repository's instances, to be changed by the test. */
  copyInstance(name: string): string {
    const folder = mkdtempSync(join(tmpdir(), `${name}-`));
    this.#scratch.push(folder);
    cpSync(join(programFolder, "instances", name), folder, { recursive: true });
    return folder;
  }

  /** The stack's config as the language host would hand it over. */
  config({ instances, secrets = {}, config = {} }: TestUp): {
    config: Record<string, string>;
    secretKeys: string[];
  } {
    const settings: Record<string, unknown> = {
      cloud: "existing",
      existing: { kubeconfig: this.sandbox.kubeconfig },
      edge: { https: true },
      disposable: true,
      instances,
      ...config,
    };
    if (Object.keys(secrets).length > 0) {
      settings.secrets = secrets;
    }
    return {
      config: Object.fromEntries(
        Object.entries(settings).map(([key, value]) => [
          `openedx:${key}`,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
      secretKeys: ["openedx:secrets", "openedx:credentials"],
    };
  }

  up(wanted: TestUp): Promise<LocalResult> {
    const progress = wanted.progress ?? silent;
    return localUp({
      stack: wanted.stack ?? this.stack,
      project: "openedx",
      ...this.config(wanted),
      program: stackProgram(progress),
      review: (before, after) => reviewServices(before, after, wanted.config?.disposable !== false),
      kubeconfig: this.sandbox.kubeconfig,
      helm: () => Promise.resolve(this.helmPath),
      progress,
      signal: wanted.signal,
    });
  }

  /** As `up`, in a process of its own. */
  spawnUp(wanted: TestUp, env: NodeJS.ProcessEnv = process.env): ChildProcess {
    const child = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "upProcess.ts")], {
      env,
      stdio: ["pipe", "pipe", "pipe"],
      cwd: programFolder,
    });
    const input: ProcessInput = {
      stack: this.stack,
      kubeconfig: this.sandbox.kubeconfig,
      helm: this.helmPath,
      ...this.config(wanted),
    };
    child.stdin.end(JSON.stringify(input));
    return child;
  }

  /** Every value that was made up for the stack, by resource. */
  async generated(): Promise<Record<string, Record<string, unknown>>> {
    const cluster = new Cluster(readAccess(this.sandbox.kubeconfig));
    try {
      const { state } = await StateStore.open(cluster, stateName("openedx", this.stack));
      return Object.fromEntries(Object.entries(state.generated).map(([urn, { outputs }]) => [urn, outputs]));
    } finally {
      cluster.close();
    }
  }

  kubectl(...args: string[]): Promise<Finished> {
    return runChecked(this.kubectlPath, [`--kubeconfig=${this.sandbox.kubeconfig}`, ...args]);
  }

  helm(...args: string[]): Promise<Finished> {
    return run(this.helmPath, [`--kubeconfig=${this.sandbox.kubeconfig}`, ...args]);
  }

  /** All objects of a kind; `kind` may be a list with commas. */
  async list(kind: string, namespace: string): Promise<KubernetesObject[]> {
    const { stdout } = await this.kubectl("get", kind, `--namespace=${namespace}`, "--output=json");
    return (JSON.parse(stdout) as { items: KubernetesObject[] }).items;
  }

  /** Names of the pods that are there and not on their way out, by the label that Tutor gives them. */
  async pods(namespace: string): Promise<Map<string, string[]>> {
    const pods = new Map<string, string[]>();
    for (const { metadata } of await this.list("pods", namespace)) {
      const name = metadata.labels?.["app.kubernetes.io/name"] ?? "";
      if (!("deletionTimestamp" in metadata)) {
        pods.set(name, [...(pods.get(name) ?? []), metadata.name].sort());
      }
    }
    return pods;
  }
}
