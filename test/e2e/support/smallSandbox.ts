import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { localUp } from "../../../src/engine/local/localUp.js";
import type { LocalOptions, LocalResult } from "../../../src/engine/local/types.js";
import { Secret, type PropertyValue } from "../../../src/engine/types.js";
import { type Sandbox, sandboxDown, sandboxUp } from "../../../src/sandbox/sandbox.js";
import { createToolchain } from "../../../src/toolchain/toolchain.js";
import { programFolder } from "../../../src/workspace/paths.js";
import { silent } from "../../../src/workspace/progress.js";
import { runChecked } from "../../../src/workspace/run.js";
import { smallProgram, type SmallStack } from "./smallStack.js";

const toolchain = createToolchain({ progress: silent });

/** A sandbox of a test's own, and a small stack on it. */
export class SmallSandbox {
  readonly sandbox: Sandbox;
  readonly kubectlPath: string;
  readonly options: LocalOptions;
  readonly #helm: string;

  private constructor(sandbox: Sandbox, kubectlPath: string, helm: string) {
    this.sandbox = sandbox;
    this.kubectlPath = kubectlPath;
    this.#helm = helm;
    this.options = {
      stack: "small",
      project: "test",
      kubeconfig: sandbox.kubeconfig,
      helm: () => Promise.resolve(helm),
      progress: silent,
    };
  }

  static async start(name: string): Promise<SmallSandbox> {
    const { kubectl, helm } = await toolchain.controlPlane();
    const sandbox = await sandboxUp({ toolchain, progress: silent, name: `${name}-${process.pid}` });
    return new SmallSandbox(sandbox, kubectl, helm);
  }

  async stop(): Promise<void> {
    await sandboxDown({ name: this.sandbox.name, progress: silent });
  }

  up(wanted: SmallStack, more: Partial<LocalOptions> = {}): Promise<LocalResult> {
    const program = smallProgram(wanted);
    return localUp({ ...this.options, config: {}, secretKeys: [], program, ...more });
  }

  /** As `up`, in a process of its own that prints each word of progress. */
  spawnUp(wanted: SmallStack, env: NodeJS.ProcessEnv = process.env): ChildProcess {
    const script = join(import.meta.dirname, "smallStackProcess.ts");
    const child = spawn(process.execPath, ["--import", "tsx", script], {
      env,
      cwd: programFolder,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const { kubeconfig } = this.sandbox;
    child.stdin.end(JSON.stringify({ wanted, kubeconfig, helm: this.#helm }));
    return child;
  }

  async kubectl(...args: string[]): Promise<string> {
    const all = [`--kubeconfig=${this.sandbox.kubeconfig}`, ...args];
    return (await runChecked(this.kubectlPath, all)).stdout.trim();
  }

  names(kind: string, namespace: string): Promise<string> {
    return this.kubectl(
      "get",
      kind,
      `--namespace=${namespace}`,
      "--output=jsonpath={.items[*].metadata.name}",
    );
  }

  /** A field of the Deployment that the release holds. */
  web(namespace: string, field: string): Promise<string> {
    return this.kubectl("get", "deployment", "web", `-n=${namespace}`, `--output=jsonpath={${field}}`);
  }

  /** A site's password as its pods get it. */
  async mountedPassword(site: string, color: string): Promise<string> {
    const field = "--output=jsonpath={.data.password}";
    const encoded = await this.kubectl("get", "secret", `settings-${color}`, `-n=${site}`, field);
    return Buffer.from(encoded, "base64").toString();
  }

  /** Every object of the tests' namespaces with its version, the state too: equal only if nothing was touched. */
  async snapshot(): Promise<string> {
    const kinds = "namespaces,secrets,jobs,deployments,pods,events";
    const line = "{.kind} {.metadata.namespace}/{.metadata.name} {.metadata.resourceVersion}";
    const format = `--output=jsonpath={range .items[*]}${line}{"\\n"}{end}`;
    const all = await this.kubectl("get", kinds, "--all-namespaces", format);
    return all
      .split("\n")
      .filter((entry) => !entry.includes(" kube-"))
      .join("\n");
  }
}

/** `Kind name` to what became of it. */
export function actionsOf(result: LocalResult): Record<string, string> {
  return Object.fromEntries(
    result.resources.map(({ name, type, action }) => [`${type.split(":").at(-1)} ${name}`, action]),
  );
}

/** The passwords among the stack's outputs, which must be secret. */
export function passwordsOf({ outputs }: LocalResult): string[] {
  const passwords = outputs.passwords;
  const list = passwords instanceof Secret ? passwords.value : passwords;
  return (list as PropertyValue[]).map((item) => {
    const value = item instanceof Secret ? item.value : item;
    if (typeof value !== "string" || (value === item && list === passwords)) {
      throw new Error("a password is no secret text");
    }
    return value;
  });
}

/** Command lines of all processes. Linux only. */
export function commandLines(): string[] {
  return processIds().map((pid) => readProcess(pid, "cmdline").replaceAll("\0", " "));
}

export function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on("close", resolve));
}

function processIds(): string[] {
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
}

function readProcess(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // ended meanwhile
  }
}
