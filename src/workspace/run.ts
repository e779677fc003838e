import { type ChildProcess, spawn } from "node:child_process";
import { processEnvironment } from "./environment.js";
import { messageOf, UserError } from "./errors.js";

/** What a finished command left behind. */
export interface Finished {
  stdout: string;
  stderr: string;
  code: number;
}

export interface RunOptions {
  cwd?: string;
  /** The whole environment of the child. Default: this process's. */
  env?: NodeJS.ProcessEnv;
  /** Given on standard input, the only way in which a secret may reach a child. */
  input?: string;
  signal?: AbortSignal;
  /** Called with each chunk of standard error as it comes. */
  onStderr?: (text: string) => void;
}

/** What is under way ends with this process: `helm pull` for one ignores Ctrl-C, and would go on by itself. */
const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/**
 * Runs a command to its end and returns what it printed, whatever its exit code.
 * @throws UserError when it cannot be started.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? processEnvironment(),
      stdio: ["pipe", "pipe", "pipe"],
      signal: options.signal,
    });
    running.add(child);
    child.once("exit", () => running.delete(child));
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      stderr.push(chunk);
      options.onStderr?.(chunk.toString());
    });
    child.on("error", (error) => reject(new UserError(`${command} could not be run: ${messageOf(error)}`)));
    child.on("close", (code) =>
      resolve({
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        code: code ?? 1,
      }),
    );
    child.stdin.on("error", () => undefined); // the child may end before it has read all
    child.stdin.end(options.input ?? "");
  });
}

/**
 * As `run`, for commands that must succeed.
 * @throws UserError with the end of what the command printed.
 */
export async function runChecked(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const finished = await run(command, args, options);
  if (finished.code !== 0) {
    const output = (finished.stderr.trim() || finished.stdout.trim()).split("\n").slice(-20).join("\n");
    throw new UserError(`${command} ${args[0] ?? ""} failed (exit code ${finished.code}):\n${output}`);
  }
  return finished;
}
