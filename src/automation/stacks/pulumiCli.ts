import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { processEnvironment } from "../../workspace/environment.js";
import { UserError } from "../../workspace/errors.js";
import { endOrphans } from "./orphans.js";

/** What a call of the CLI left behind. */
export interface CliResult {
  stdout: string;
  stderr: string;
  code: number;
}

/** The command as the SDK calls it; its public types leave `run` out. */
export interface PulumiCli extends PulumiCommand {
  /** Rejects where the exit code is not 0. */
  run(
    args: string[],
    cwd: string,
    env: Record<string, string | undefined>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<CliResult>;
}

/** A call that failed, with all output of the CLI. */
export class CliError extends Error {
  readonly result: CliResult;

  constructor(result: CliResult) {
    super([result.stderr.trim(), result.stdout.trim()].filter((text) => text !== "").join("\n"));
    this.name = "CliError";
    this.result = result;
  }
}

/** A Pulumi CLI whose long calls can be ended in good order. */
export interface ControlledCli extends PulumiCli {
  /** Ends the call under way at once. To be set before it, and taken back after it. */
  force?: AbortSignal;
  /** Process id of the last long call. */
  pid?: number;
  /** Whether the last long call was ended without the time to clean up. */
  forced: boolean;
}

/** How long the backend may take to say whether it has a stack, in milliseconds: the CLI itself waits for ever. */
const answerTime = 60_000;

/** How long a call that was told to end at once may take before it is killed, in milliseconds. */
const patience = 10_000;

/**
 * The same CLI, with long calls (those that have a signal) in a process group of their own. In the group of the
 * terminal a Ctrl-C would reach the CLI twice, from the terminal and from the signal, and the second one makes it leave
 * its work, and its lock, as they are.
 * @param answersWithin milliseconds, after which a backend that does not say whether it has a stack is given up.
 */
export function controlled(cli: PulumiCli, answersWithin = answerTime): ControlledCli {
  const self: ControlledCli = {
    command: cli.command,
    version: cli.version,
    forced: false,
    run: (args, cwd, env, onOutput, onError, signal) => {
      if (signal !== undefined) {
        return runInGroup(self, { args, cwd, env, onOutput, onError, signal });
      }
      const call = (limit?: AbortSignal): Promise<CliResult> =>
        cli.run(args, cwd, env, onOutput, onError, limit);
      return isFirstCall(args) ? withLimit(answersWithin, call) : call();
    },
  };
  return self;
}

/** `stack select` is the first that asks the backend; `stack init` follows where it has none. */
function isFirstCall([noun, verb = ""]: string[]): boolean {
  return noun === "stack" && ["select", "init"].includes(verb);
}

async function withLimit(
  milliseconds: number,
  call: (signal: AbortSignal) => Promise<CliResult>,
): Promise<CliResult> {
  const limit = AbortSignal.timeout(milliseconds);
  const given = new Promise<never>((_, reject) => {
    limit.addEventListener("abort", () =>
      reject(
        new UserError(
          `The backend has not answered within ${milliseconds / 1000} s. Check the network and PULUMI_BACKEND_URL, or ` +
            "where `pulumi login` went, and run the command again.",
        ),
      ),
    );
  });
  return Promise.race([call(limit), given]);
}

interface LongCall {
  args: string[];
  cwd: string;
  env: Record<string, string | undefined>;
  onOutput?: (text: string) => void;
  onError?: (text: string) => void;
  signal: AbortSignal;
}

function runInGroup(cli: ControlledCli, call: LongCall): Promise<CliResult> {
  const { args, cwd, env, onOutput, onError, signal } = call;
  // The Kubernetes provider leaves a file with the kubeconfig there for each run (pulumi-kubernetes 4.24 to 4.34).
  const temporary = mkdtempSync(join(tmpdir(), "openedx-pulumi-"));
  return new Promise((resolve, reject) => {
    const child = spawn(cli.command, [...args, "--non-interactive"], {
      cwd,
      env: {
        ...cliEnvironment(cli.command, processEnvironment(env)),
        PULUMI_AUTOMATION_API: "true",
        TMPDIR: temporary,
      },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    [cli.pid, cli.forced] = [child.pid, false];
    const [stdout, stderr]: [string[], string[]] = [[], []];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout.push(text);
      onOutput?.(text);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr.push(text);
      onError?.(text);
    });
    const cancel = (): boolean => child.kill("SIGINT");
    let killing: NodeJS.Timeout | undefined;
    const { force } = cli;
    const end = (): void => {
      cli.forced = true;
      cancel(); // the second one: the CLI leaves at once
      killing = setTimeout(() => child.kill("SIGKILL"), patience);
    };
    const leave = (): void => {
      clearTimeout(killing);
      rmSync(temporary, { recursive: true, force: true });
      signal.removeEventListener("abort", cancel);
      force?.removeEventListener("abort", end);
    };
    signal.addEventListener("abort", cancel, { once: true });
    force?.addEventListener("abort", end, { once: true });
    if (signal.aborted) {
      cancel();
    }
    child.once("error", (error) => {
      leave();
      reject(new UserError(`${cli.command} could not be run: ${error.message}`));
    });
    child.once("close", (code, killer) => {
      leave();
      if (killer !== null && !cli.forced && !signal.aborted) {
        stderr.push(`\nCommand was killed with ${killer}`); // as the SDK says it of its own, short calls
      }
      cli.forced ||= killer !== null;
      const result = { stdout: stdout.join(""), stderr: stderr.join(""), code: code ?? 1 };
      if (result.code === 0) {
        resolve(result);
        return;
      }
      const orphans = cli.forced && child.pid !== undefined ? endOrphans(child.pid) : Promise.resolve();
      void orphans.finally(() => reject(new CliError(result)));
    });
  });
}

/** The environment in which the CLI finds the language hosts that are installed beside it. */
export function cliEnvironment(command: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return isAbsolute(command) ? { ...env, PATH: `${dirname(command)}${delimiter}${env.PATH ?? ""}` } : env;
}
