import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { digest } from "../../../../src/workspace/digest.js";
import { UserError } from "../../../../src/workspace/errors.js";
import { cacheSubfolder } from "../../../../src/workspace/paths.js";
import { terminalProgress, withStep } from "../../../../src/workspace/progress.js";

/** Where programs are, and what their processes need to find their libraries. */
export interface Programs {
  /** The absolute path of the first of the names that exists. */
  find: (...names: string[]) => string;
  env: NodeJS.ProcessEnv;
  /** Before the paths of files that packages install. */
  root: string;
}

const folders = ["usr/bin", "usr/sbin", "bin", "sbin", "usr/local/bin", "usr/local/sbin"];

/**
 * Programs of the machine, or else of its Debian or Ubuntu packages, unpacked into the cache: that takes no root.
 * @param wanted Names of which the first that is there will do, a list for each program.
 * @throws UserError that says what to install, where neither is possible.
 */
export async function programs(wanted: readonly string[][], packages: readonly string[]): Promise<Programs> {
  const onPath = [...(process.env.PATH ?? "").split(delimiter), ...folders.map((folder) => `/${folder}`)];
  if (wanted.every((names) => findIn(onPath, names) !== undefined)) {
    return { find: finder(onPath), env: process.env, root: "/" };
  }
  const root = await unpacked(packages);
  const libraries = libraryFolders(root);
  const env = { ...process.env, LD_LIBRARY_PATH: libraries.join(":") };
  const inRoot = folders.map((folder) => join(root, folder));
  return { find: finder([...inRoot, ...onPath]), env, root };
}

function finder(paths: readonly string[]): Programs["find"] {
  return (...names) => {
    const found = findIn(paths, names);
    if (found === undefined) {
      throw new UserError(
        `None of ${names.join(", ")} is on the PATH, and no package brought it; install one.`,
      );
    }
    return found;
  };
}

function findIn(paths: readonly string[], names: readonly string[]): string | undefined {
  return names.flatMap((name) => paths.map((path) => join(path, name))).find((file) => existsSync(file));
}

async function unpacked(packages: readonly string[]): Promise<string> {
  const root = join(cacheSubfolder("servers"), digest(...packages).slice(0, 16));
  if (existsSync(root)) {
    return root;
  }
  const unfinished = `${root}.${process.pid}`;
  const archives = join(unfinished, "archives");
  mkdirSync(archives, { recursive: true });
  try {
    await withStep(terminalProgress(), `Getting ${packages.join(" and ")}`, async () => {
      checked("apt-get", ["download", ...needed(packages)], archives);
      for (const archive of readdirSync(archives)) {
        checked("dpkg-deb", ["-x", archive, unfinished], archives);
      }
      rmSync(archives, { recursive: true });
      renameSync(unfinished, root);
      return Promise.resolve();
    });
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return root;
}

/** The packages and what they depend on, less what every such machine has. */
function needed(packages: readonly string[]): string[] {
  const kinds = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"];
  const said = checked("apt-cache", [
    "depends",
    "--recurse",
    ...kinds.map((kind) => `--no-${kind}`),
    ...packages,
  ]);
  const all = said.split("\n").filter((line) => /^[a-z0-9]/.test(line));
  return all.filter(
    (name) => packages.includes(name) || /^(lib(?!c6$|gcc|stdc)|mariadb|mysql|redis|valkey)/.test(name),
  );
}

function checked(command: string, args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status !== 0) {
    const reason = error?.message ?? stderr.trim().split("\n").at(-1);
    throw new UserError(
      `A database server for this test is neither on the PATH nor to be had (${command}: ${reason}). ` +
        "Install it, on Debian and Ubuntu by `apt-get install mariadb-server redis-server`.",
    );
  }
  return stdout;
}

function libraryFolders(root: string): string[] {
  const base = join(root, "usr/lib");
  const folders = existsSync(base) ? readdirSync(base).filter((name) => name.includes("-linux-")) : [];
  return [...folders.map((name) => join(base, name)), base];
}
