import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Writable } from "node:stream";
import pLimit, { type LimitFunction } from "p-limit";
import type { Finished } from "../../workspace/run.js";
import type { ClusterAccess } from "./access.js";

/**
 * Ties helm's life to ours: a helm that outlived a killed run would undo, when it gives up, what the next run has
 * done. A line on descriptor 3 asks it to stop in order, the end of the descriptor ends it at once.
 */
const supervisor = `
exec 4<&0
"$@" <&4 3<&- 4<&- & child=$!
( exec 4<&-; while read -r _ <&3; do kill -TERM $child; done; kill -KILL $child ) >/dev/null 2>&1 & watcher=$!
exec 3<&- 4<&-
wait $child; code=$?
kill $watcher 2>/dev/null
exit $code
`;
const graceMilliseconds = 15_000;

/** The `helm` command on one cluster. */
export class Helm {
  /** Gives the path of the command. */
  readonly path: () => Promise<string>;
  readonly #access: ClusterAccess;
  readonly #limit: LimitFunction;
  #folder: string | undefined;

  /** @param path asked for at the first call only, since it may have to be built. */
  constructor(path: () => Promise<string>, access: ClusterAccess, parallel = 2 * availableParallelism()) {
    this.path = path;
    this.#access = access;
    this.#limit = pLimit(parallel);
  }

  /** Runs helm to its end. Values come by standard input: nothing secret may be among the arguments. */
  call(args: readonly string[], signal: AbortSignal, input = ""): Promise<Finished> {
    return this.#limit(async () => {
      signal.throwIfAborted();
      const command = [await this.path(), ...args, "--kube-context", this.#access.context];
      return runSupervised(command, { KUBECONFIG: this.#kubeconfig() }, input, signal);
    });
  }

  /** Removes what was written for helm. */
  close(): void {
    if (this.#folder !== undefined) {
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  /** Helm reads credentials from a file only: those given as text are in one, for this user alone, while needed. */
  #kubeconfig(): string {
    if (this.#access.path !== undefined) {
      return this.#access.path;
    }
    if (this.#folder === undefined) {
      this.#folder = mkdtempSync(join(tmpdir(), "openedx-kubeconfig-"));
      writeFileSync(join(this.#folder, "config"), this.#access.kubeconfig, { mode: 0o600 });
    }
    return join(this.#folder, "config");
  }
}

function runSupervised(
  command: readonly string[],
  variables: Record<string, string>,
  input: string,
  signal: AbortSignal,
): Promise<Finished> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^HELM_(KUBE|NAMESPACE|DEBUG)/.test(name),
  );
  return new Promise((resolve, reject) => {
    const child = spawn("sh", ["-c", supervisor, "sh", ...command], {
      env: { ...Object.fromEntries(inherited), ...variables },
      stdio: ["pipe", "pipe", "pipe", "pipe"],
      detached: true, // an interrupt from the keyboard is for the run, which stops helm in order
    });
    const control = child.stdio[3] as Writable;
    const stop = (): void => {
      control.write("stop\n");
      setTimeout(() => control.destroy(), graceMilliseconds).unref();
    };
    signal.addEventListener("abort", stop, { once: true });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      signal.removeEventListener("abort", stop);
      control.destroy();
      resolve({
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        code: code ?? 1,
      });
    });
    control.on("error", () => undefined);
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
