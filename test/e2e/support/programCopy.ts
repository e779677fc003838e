import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { programFolder } from "../../../src/workspace/paths.js";
import { type Finished, run } from "../../../src/workspace/run.js";

/** A copy of the program with stacks and instances of its own, for tests of its commands. */
export class ProgramCopy {
  readonly folder = mkdtempSync(join(tmpdir(), "program-"));

  constructor() {
    for (const part of [
      "src",
      "providers",
      "charts",
      "examples",
      "Pulumi.yaml",
      "package.json",
      "tsconfig.json",
    ]) {
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

  /** Writes a stack's file, for the ambient cluster; what the CLI has put beside the config stays. */
  configure(stack: string, config: Readonly<Record<string, unknown>> = {}): void {
    const path = join("stacks", `Pulumi.${stack}.yaml`);
    const file = join(this.folder, path);
    const before = existsSync(file) ? (parse(readFileSync(file, "utf8")) as Record<string, unknown>) : {};
    const whole = { cloud: "existing", disposable: true, instances: {}, ...config };
    const keys = Object.fromEntries(Object.entries(whole).map(([key, value]) => [`openedx:${key}`, value]));
    this.write(path, stringify({ ...before, config: keys }));
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
