import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { messageOf, UserError } from "../../workspace/errors.js";
import { CliError } from "./pulumiCli.js";

const lockedPattern = /currently locked by|\[409\] Conflict/;
const killedPattern = /Command was killed with (SIG[A-Z]+)/;

/** Output of the CLI, by pattern, and the message for it. The first that matches counts. */
const known: readonly [RegExp, (found: RegExpExecArray, stack: string, output: string) => string][] = [
  [
    killedPattern,
    ([, signal], stack) =>
      `Stack ${stack}: the Pulumi engine was killed (${signal}) from outside, by the kernel where memory runs out or by ` +
      `somebody. \`openedx up ${stack}\` goes on from what it left.`,
  ],
  [lockedPattern, (_, stack, output) => locked(stack, output)],
  [
    /no stack named '?([^'\n]+?)'? found/,
    (_, stack) =>
      `There is no stack ${stack} in this backend. Check the name and PULUMI_BACKEND_URL; a new one is made by ` +
      `\`openedx up ${stack} --create\`.`,
  ],
  [
    /incorrect passphrase/,
    (_, stack) => `The passphrase is not the one that the secrets of stack ${stack} were made with.`,
  ],
  [
    /PULUMI_CONFIG_PASSPHRASE|passphrase must be set/,
    (_, stack) =>
      `The secrets of stack ${stack} need a passphrase. Set PULUMI_CONFIG_PASSPHRASE, or ` +
      "PULUMI_CONFIG_PASSPHRASE_FILE to the path of a file that holds it.",
  ],
  [
    /PULUMI_ACCESS_TOKEN must be set|must be logged in|invalid access token|not logged in/i,
    (_, stack) =>
      `Nobody is logged in to the backend of stack ${stack}. Set PULUMI_BACKEND_URL to where the state is kept, or ` +
      "PULUMI_ACCESS_TOKEN for Pulumi Cloud, or run `pulumi login`.",
  ],
  [
    /unable to open bucket|blob \(key|missing google credentials|performing HTTP request/,
    (_, stack, output) =>
      `The backend of stack ${stack} cannot be reached:\n${withoutUsers(errorLines(output))}\nCheck PULUMI_BACKEND_URL, or ` +
      "where `pulumi login` went, the credentials for it, and the network.",
  ],
  [
    /plugin '?(?:pulumi-resource-)?([\w-]+)'?[^\n]*(?:not found|found in the workspace|could not be|failed)|(?:download|install)[^\n]*plugin[^\n]*?(?:pulumi-resource-)?([\w-]+)?/i,
    (_, __, output) =>
      `A provider plugin cannot be had:\n${errorLines(output)}\nIt is downloaded at its first use. Let this machine ` +
      "reach get.pulumi.com and github.com, or install it beforehand by `pulumi plugin install resource NAME VERSION`.",
  ],
];

/** What the CLI or the SDK threw, in words that say what to do. */
export function explain(error: unknown, stack: string): UserError {
  if (error instanceof UserError) {
    return error;
  }
  const output = outputOf(error);
  for (const [pattern, say] of known) {
    const found = pattern.exec(output);
    if (found !== null) {
      return new UserError(say(found, stack, output), { cause: error });
    }
  }
  return new UserError(`Stack ${stack}: the Pulumi CLI failed.\n${errorLines(output)}`, { cause: error });
}

/** Whether the backend refused since another operation is under way. */
export function isLocked(error: unknown): boolean {
  return lockedPattern.test(outputOf(error));
}

/** Whether the CLI was killed, and nobody here had told it to end. */
export function isKilled(error: unknown): boolean {
  return killedPattern.test(outputOf(error));
}

function outputOf(error: unknown): string {
  const text = error instanceof CliError ? error.message : messageOf(error);
  // The SDK's errors carry the same text twice.
  return text.split(/^ ?err\?:/m)[0] ?? text;
}

/** `s3://…/1.json: created by dana@laptop (pid 12) at 2026-01-02T03:04:05Z`, as the file backends write it. */
const holder = /created by (\S+)@(\S+) \(pid (\d+)\) at (\S+)/g;

function locked(stack: string, output: string): string {
  const holders = [...output.matchAll(holder)].map(([, user, host, pid, since]) => {
    const gone = host === hostname() && !isRunning(Number(pid)) ? "; that process no longer runs" : "";
    return `${user} on ${host} (process ${pid}) since ${since}${gone}`;
  });
  const by = holders.length === 0 ? "another operation" : [...new Set(holders)].join(", and by ");
  return (
    `Stack ${stack} is locked by ${by}. Wait until it ends. Where it was killed and surely runs no more, take the lock ` +
    `away by \`pulumi cancel --stack ${stack}\`; \`openedx up ${stack}\` then goes on from what it left.`
  );
}

/** Whether a process of this machine is there. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Ended, and only kept in the table of processes since its parent has not asked for its end. Linux only. */
function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Addresses of databases hold a password. */
function withoutUsers(text: string): string {
  return text.replace(/\/\/[^\s/@]+@/g, "//[secret]@");
}

/** The lines that tell the fault; all of the end where none says so. */
function errorLines(output: string): string {
  const lines = output.split("\n").map((line) => line.trimEnd());
  const errors = lines.filter((line) => /^\s*error:/.test(line)).map((line) => line.trim());
  const shown = errors.length > 0 ? [...new Set(errors)] : lines.filter((line) => line !== "").slice(-20);
  return shown.join("\n");
}
