import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { backendFolder, bareName } from "./backend.js";
import { explain, isRunning } from "./failures.js";
import type { OpenedStack } from "./openStack.js";
import { endOrphans } from "./orphans.js";

/**
 * Takes away the lock that an ended operation of ours left behind, and never another's.
 *
 * The CLI removes its lock itself where it had the time to. Where it was ended by force, the lock is ours if the
 * operation had begun: whoever holds the lock keeps all others out. Where the state is in a folder, the lock itself says
 * by which process it was made.
 * @param begun whether the operation had got so far that it held the lock.
 */
export async function releaseOwnLock({ stack, name, cli }: OpenedStack, begun: boolean): Promise<void> {
  const { url = "" } = await stack.workspace.whoAmI();
  const locks = url.startsWith("file://") ? locksIn(url, name) : undefined;
  const ours =
    locks === undefined
      ? cli.forced && begun
      : locks.length > 0 && locks.every(({ pid, host }) => pid === cli.pid && host === hostname());
  if (ours) {
    await stack.cancel();
  }
}

/**
 * Makes sure, where the state is in a folder, that nobody works on the stack: a lock there says by which process it was
 * made. One of this machine that no longer runs holds nothing: what it left running is ended, and its lock is taken away.
 * Elsewhere only the engine itself finds a lock.
 * @throws UserError that says who holds it.
 */
export async function claimStack({ stack, name, progress }: OpenedStack): Promise<void> {
  const { url = "" } = await stack.workspace.whoAmI();
  const locks = url.startsWith("file://") ? locksIn(url, name) : [];
  const live = locks.filter(({ pid, host }) => host !== hostname() || isRunning(pid));
  if (live.length > 0) {
    const holders = live.map(
      ({ user, host, pid, since }) => `created by ${user}@${host} (pid ${pid}) at ${since}`,
    );
    throw explain(new Error(`the stack is currently locked by\n${holders.join("\n")}`), name);
  }
  if (locks.length > 0) {
    progress.note(`${name}: the lock of a run that was killed (process ${locks[0]?.pid}) is taken away`);
    await Promise.all(locks.map(({ pid }) => endOrphans(pid)));
    await stack.cancel();
  }
}

interface Lock {
  pid: number;
  host: string;
  user: string;
  since: string;
}

/** As the CLI writes it. */
interface LockFile {
  pid: number;
  hostname: string;
  username: string;
  timestamp: string;
}

/** The locks of a stack in a state folder, as the CLI keeps them. */
function locksIn(url: string, stack: string): Lock[] {
  const root = join(backendFolder(url) ?? "", ".pulumi/locks");
  if (!existsSync(root)) {
    return [];
  }
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".json") && basename(dirname(file)) === bareName(stack))
    .flatMap((file) => {
      try {
        const lock = JSON.parse(readFileSync(join(root, file), "utf8")) as LockFile;
        const { pid, hostname: host, username: user, timestamp: since } = lock;
        return [{ pid, host, user, since }];
      } catch {
        return []; // gone in the meantime
      }
    });
}
