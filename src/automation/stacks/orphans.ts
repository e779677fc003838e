import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/**
 * Ends what a CLI that is no more has left running: its plugins go on with what they were at for as long as it takes (Helm
 * waits ten minutes for a release), and would undo what the next run makes. They are in the session that the CLI was the
 * leader of. Linux only: elsewhere nothing tells.
 * @param session process id of that CLI.
 */
export async function endOrphans(session: number): Promise<void> {
  for (let left = orphansOf(session); left.length > 0; left = orphansOf(session)) {
    for (const pid of left) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // ended in the meantime
      }
    }
    await setTimeout(20);
  }
}

function orphansOf(session: number): number[] {
  return process.platform !== "linux"
    ? []
    : readdirSync("/proc").flatMap((entry) => {
        const pid = Number(entry);
        return /^\d+$/.test(entry) && isPlugin(pid, session) ? [pid] : [];
      });
}

/** In its stat, state, parent, group and session come after the command's name in brackets. */
function isPlugin(pid: number, session: number): boolean {
  try {
    const [, state, own] = /\) (\S) \d+ \d+ (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return (
      state !== "Z" &&
      Number(own) === session &&
      readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("pulumi-resource-")
    );
  } catch {
    return false; // ended in the meantime
  }
}
