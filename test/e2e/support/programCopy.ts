import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { programFolder } from "../../../src/workspace/paths.js";
import { type Finished, run } from "../../../src/workspace/run.js";

/** A copy of the program with stacks and instances of its own, for tests of its commands. */
export class ProgramCopy {
  readonly folder = mkdtempSync(join(tmpdir(), "program-"));

  constructor() {
    for (const part of ["src", "providers", "charts", "Pulumi.yaml", "package.json", "tsconfig.json"]) {
      cpSync(join(programFolder, part), join(this.folder, part), { recursive: true });
    }
    for (const part of ["node_modules", "tools"]) {
      symlinkSync(join(programFolder, part), join(this.folder, part));
    }
    this.write("instances/campus/requirements.txt", "tutor==22.0.3\n");
    this.write("instances/campus/config.yml", "LMS_HOST: campus.example.com\nPLUGINS: []\n");
  }

  /** Writes a file and returns its absolute path. */
  write(path: string, content: string | Buffer): string {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** Runs one of the scripts of src/automation as npm does; `env` is added to this process's. */
  command(script: "cli" | "start", args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
    return run(process.execPath, ["--import=tsx", `src/automation/${script}.ts`, ...args], {
      cwd: this.folder,
      env: { ...process.env, ...env },
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
