// Installs the npm packages of the lock file where they are missing or others. Plain JavaScript without imports from
// packages, since it runs before there are any.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `Node ${process.versions.node} is too old: 20.19 or newer is needed (https://nodejs.org).\n`,
  );
  process.exit(1);
}

/** Whether every package that the lock file asks for stands in node_modules in that version. */
function complete() {
  const installedFile = join(root, "node_modules/.package-lock.json");
  if (!existsSync(installedFile)) {
    return false;
  }
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) => path === "" || optional || installed[path]?.version === version,
  );
}

if (!complete()) {
  process.stderr.write("Installing npm packages …\n");
  const { status, error } = spawnSync("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", process.stderr.isTTY ? "inherit" : "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (error !== undefined || status !== 0) {
    process.stderr.write("npm could not install the packages: see above.\n");
    process.exit(1);
  }
}
