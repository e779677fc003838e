import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { type OpenedStack, up } from "../../../src/automation/index.js";
import { stackProgram } from "../../../src/automation/stackProgram.js";
import type { StackReport } from "../../../src/automation/stacks/report.js";
import type { KubernetesObject } from "../../../src/kubernetes/objects.js";
import { type Sandbox, sandboxDown, sandboxUp } from "../../../src/sandbox/sandbox.js";
import { createToolchain } from "../../../src/toolchain/toolchain.js";
import { programFolder } from "../../../src/workspace/paths.js";
import { type Progress, silent } from "../../../src/workspace/progress.js";
import { type Finished, run, runChecked } from "../../../src/workspace/run.js";
import { type TestConfig, TestProject } from "./testProject.js";

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
  /** Default: that of src/index.ts. */
  program?: () => Promise<unknown>;
}

/** What upProcess.ts reads. */
export interface ProcessInput {
  stack: string;
  folder: string;
  environment: Readonly<Record<string, string>>;
}

/** A resource of the state, decrypted. */
interface StateResource {
  urn: string;
  type: string;
  outputs?: Record<string, unknown>;
}

/** A sandbox of a test's own, and a stack on it, deployed by the engine. */
export class TestStack {
  readonly sandbox: Sandbox;
  readonly kubectlPath: string;
  readonly helmPath: string;
  readonly stack: string;
  readonly project: TestProject;
  readonly #scratch: string[] = [];

  private constructor(sandbox: Sandbox, kubectlPath: string, helmPath: string) {
    this.sandbox = sandbox;
    this.kubectlPath = kubectlPath;
    this.helmPath = helmPath;
    this.stack = sandbox.name;
    this.project = new TestProject(sandbox.kubeconfig);
  }

  static async start(name: string): Promise<TestStack> {
    const [{ kubectl }, helm] = await Promise.all([toolchain.controlPlane(), toolchain.helm()]);
    const sandbox = await sandboxUp({ toolchain, progress: silent, name: `${name}-${process.pid}` });
    return new TestStack(sandbox, kubectl, helm);
  }

  async stop(): Promise<void> {
    this.project.remove();
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

  /** The stack's config: secrets are encrypted, all else is plain. */
  config({ instances, secrets = {}, config = {} }: TestUp): TestConfig {
    const { credentials = {}, ...plain } = config;
    return {
      plain: {
        cloud: "existing",
        existing: { kubeconfig: this.sandbox.kubeconfig },
        edge: { https: true },
        disposable: true,
        instances,
        ...plain,
      },
      secret: { ...leaves("openedx:secrets", secrets), ...leaves("openedx:credentials", credentials) },
    };
  }

  open(wanted: TestUp): Promise<OpenedStack> {
    const { progress = silent, stack = this.stack, program = stackProgram(progress) } = wanted;
    return this.project.open(stack, this.config(wanted), program, progress);
  }

  /** Deploys; a fault is thrown as people get it. */
  async up(wanted: TestUp): Promise<StackReport> {
    const { report } = await up(await this.open(wanted), { signal: wanted.signal });
    return report;
  }

  /** As `up`, in a process of its own. */
  async spawnUp(wanted: TestUp, env: NodeJS.ProcessEnv = process.env): Promise<ChildProcess> {
    await this.open(wanted);
    const child = spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "upProcess.ts")], {
      env,
      stdio: ["pipe", "pipe", "pipe"],
      cwd: programFolder,
    });
    const { folder, environment } = this.project;
    const input: ProcessInput = { stack: wanted.stack ?? this.stack, folder, environment };
    child.stdin.end(JSON.stringify(input));
    return child;
  }

  /** Every value that was made up for the stack, by the URN of its resource. */
  async generated(wanted: TestUp): Promise<Record<string, Record<string, unknown>>> {
    const { cli, name, folder, environment } = await this.open(wanted);
    const args = ["stack", "export", "--show-secrets", "--stack", name];
    const { stdout } = await cli.run(args, folder, { ...environment });
    const { deployment } = JSON.parse(stdout) as { deployment: { resources: StateResource[] } };
    return Object.fromEntries(
      deployment.resources
        .filter(({ type }) => /^(random|tls):/.test(type))
        .map(({ urn, outputs = {} }) => [urn, decrypted(outputs)]),
    );
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

/** What the engine touched: what it only read is no change, and what it left as it was is not in a report. */
export function changesOf({ resources }: StackReport): [name: string, op: string][] {
  return resources.flatMap(({ name, op }) => (op === "read" ? [] : [[name, op]]));
}

/** The texts in a map of maps, by their path. */
function leaves(path: string, value: unknown): Record<string, string> {
  return typeof value === "object" && value !== null
    ? Object.fromEntries(
        Object.entries(value).flatMap(([key, each]) => Object.entries(leaves(`${path}.${key}`, each))),
      )
    : { [path]: String(value) };
}

/** Outputs of an export: a secret one is a map that holds its JSON. */
function decrypted(outputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => {
      const { plaintext } = (value ?? {}) as { plaintext?: string };
      return [key, plaintext === undefined ? value : (JSON.parse(plaintext) as unknown)];
    }),
  );
}

/** Changes settings in the config.yml of an instance's folder, and returns the text that it had. */
export function configureInstance(folder: string, change: Record<string, unknown>): string {
  const file = join(folder, "config.yml");
  const before = readFileSync(file, "utf8");
  writeFileSync(file, stringify({ ...(parse(before) as object), ...change }));
  return before;
}
