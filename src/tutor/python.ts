import { run } from "../workspace/run.js";
import { UserError } from "../workspace/errors.js";

/** A Python that can make virtual environments. */
export interface Python {
  command: string;
  /** Such as 3.12.4. */
  version: string;
}

const oldestMinor = 10;
const commands = ["python3", "python3.13", "python3.12", "python3.11", "python3.10"];
const question = "import sys, venv, ensurepip; print('.'.join(map(str, sys.version_info[:3])))";

let found: Promise<Python> | undefined;

/**
 * The first of python3, python3.13 … python3.10 on the PATH that is new enough; looked for once a process.
 * @throws UserError that names what was found and how to get one.
 */
export function findPython(): Promise<Python> {
  found ??= search();
  return found;
}

async function search(): Promise<Python> {
  const seen: string[] = [];
  for (const command of commands) {
    const answer = await run(command, ["-c", question]).catch(() => undefined);
    if (answer === undefined) {
      continue;
    }
    const version = answer.stdout.trim();
    if (answer.code !== 0) {
      const reason = answer.stderr.includes("No module named") ? "has no venv module" : "does not run";
      seen.push(`${command} ${reason}`);
    } else if (isNewEnough(version)) {
      return { command, version };
    } else {
      seen.push(`${command} is ${version}`);
    }
  }
  throw new UserError(
    `Tutor needs Python 3.${oldestMinor} or newer with its venv module, and none is on the PATH` +
      `${seen.length > 0 ? ` (${seen.join("; ")})` : ""}. Get it from https://www.python.org/downloads/ or by ` +
      `\`apt install python3 python3-venv\`, \`dnf install python3\` or \`brew install python\`.`,
  );
}

/** Whether a version such as 3.12.4 is one that every supported Tutor runs on. */
function isNewEnough(version: string): boolean {
  const [major, minor] = version.split(".").map(Number);
  return major === 3 && minor !== undefined && minor >= oldestMinor;
}
