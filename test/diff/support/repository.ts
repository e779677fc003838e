import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { programFolder } from "../../../src/workspace/paths.js";
import { type Finished, run, runChecked } from "../../../src/workspace/run.js";

/** What the program needs; its stacks and instances are the test's own. */
const parts = [
  ...["src", "providers", "charts", "tools"],
  ...["Pulumi.yaml", "package.json", "package-lock.json", "tsconfig.json", "charts.lock.json", ".gitignore"],
];

/** Whoever commits in a test. */
const author = {
  GIT_AUTHOR_NAME: "Test",
  GIT_AUTHOR_EMAIL: "test@example.com",
  GIT_COMMITTER_NAME: "Test",
  GIT_COMMITTER_EMAIL: "test@example.com",
  GIT_CONFIG_GLOBAL: "/dev/null",
};

/** A git repository with this program as it is now, and branches that a test makes. */
export class TestRepository {
  readonly root: string;
  /** Where Pulumi.yaml is. */
  readonly folder: string;

  /** @param subfolder where the program is in the repository; default: its root. */
  constructor(subfolder = "") {
    this.root = mkdtempSync(join(tmpdir(), "diff-repository-"));
    this.folder = join(this.root, subfolder);
    mkdirSync(this.folder, { recursive: true });
    for (const part of parts.filter((each) => existsSync(join(programFolder, each)))) {
      cpSync(join(programFolder, part), join(this.folder, part), { recursive: true });
    }
    symlinkSync(join(programFolder, "node_modules"), join(this.folder, "node_modules"));
    this.write(".gitignore", "node_modules\n__pycache__\n");
  }

  /** Writes a file below the program's folder; no text removes it. */
  write(path: string, text?: string): void {
    const file = join(this.folder, path);
    if (text === undefined) {
      rmSync(file, { recursive: true });
      return;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  async init(): Promise<void> {
    await this.git("init", "--quiet", "--initial-branch=main");
    await this.commit("base");
  }

  /** Makes a branch of main with those files in it, and leaves main checked out. */
  async branch(name: string, files: Record<string, string | undefined>): Promise<void> {
    await this.git("checkout", "--quiet", "-b", name, "main");
    Object.entries(files).forEach(([path, text]) => this.write(path, text));
    await this.commit(name);
    await this.git("checkout", "--quiet", "main");
  }

  async commit(message: string): Promise<void> {
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--message", message);
  }

  async git(...args: string[]): Promise<string> {
    const env = { ...process.env, ...author };
    return (await runChecked("git", args, { cwd: this.root, env })).stdout.trim();
  }

  /** Runs `openedx diff` of this repository's program as npm does; `env` is added to this process's. */
  diff(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return run(process.execPath, diffArguments(args), { cwd: this.folder, env: { ...process.env, ...env } });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** What node is called with for `openedx diff`. */
export function diffArguments(args: readonly string[]): string[] {
  return ["--max-semi-space-size=32", "--import", "tsx", "src/automation/cli.ts", "diff", ...args];
}
