import { createHmac } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../../../src/workspace/run.js";
import { textsFor } from "../../../../src/instance/secrets/secrets.js";
import { phaseTasks } from "../../../../src/instance/tasks/tasks.js";
import type { Render } from "../../../../src/tutor/types.js";
import { administrators } from "../../../render/sharedServices.js";

/** Programs that the account Jobs' images have, by the names that the tasks call them. */
export type JobPrograms = Record<string, { command: string[]; env?: NodeJS.ProcessEnv }>;

export interface AccountsRun {
  status: number;
  /** What the tasks printed, and so what a Job's log shows. */
  log: string;
  /** The arguments of each program that a task started, a line each: what `ps` shows. */
  args: string;
}

/** A site whose accounts are made as its Jobs make them: the rendered scripts, values in the place of their tokens. */
export class Site {
  readonly render: Render;
  private readonly bin: string;
  private readonly folder: string;
  private readonly given: Record<string, string>;

  constructor(render: Render, folder: string, jobPrograms: JobPrograms, given: Record<string, string>) {
    this.render = render;
    this.folder = folder;
    this.given = given;
    this.bin = join(folder, "bin");
    mkdirSync(this.bin, { recursive: true });
    for (const [name, { command, env = {} }] of Object.entries(jobPrograms)) {
      const file = join(this.bin, name);
      const libraries = env.LD_LIBRARY_PATH === undefined ? "" : `LD_LIBRARY_PATH='${env.LD_LIBRARY_PATH}' `;
      const real = command.map((word) => `'${word}'`).join(" ");
      writeFileSync(
        file,
        `#!/bin/sh\necho "${name} $*" >>"$ARGUMENTS_FILE"\n${libraries}exec ${real} "$@"\n`,
      );
      chmodSync(file, 0o755);
    }
  }

  /** The value of a setting: given, made up, or derived. */
  value(key: string, changed: Record<string, string> = {}): string {
    const given = changed[key] ?? this.given[key];
    const spec = this.render.tokens.find((entry) => entry.key === key)?.spec;
    if (given !== undefined) {
      return given;
    }
    if (spec?.kind === "hmac") {
      const hmac = createHmac("sha256", this.value(spec.key, changed));
      return hmac.update(this.value(spec.message, changed)).digest("hex");
    }
    return createHmac("sha256", this.render.openEdxRelease).update(key).digest("hex").slice(0, 24);
  }

  /** Runs the tasks of the accounts Job in their order; stops at the first that fails. */
  async makeAccounts(changed: Record<string, string> = {}): Promise<AccountsRun> {
    const texts = this.render.tokens
      .filter(({ tokens }) => tokens.length === 1)
      .flatMap((entry) => textsFor(entry, this.value(entry.key, changed)));
    const argumentsFile = join(this.folder, "arguments");
    writeFileSync(argumentsFile, "");
    let log = "";
    let failed = 0;
    for (const { script } of phaseTasks(this.render.tasks, this.render.tokens, administrators).accounts) {
      const file = join(this.folder, "task.sh");
      writeFileSync(
        file,
        texts.reduce((text, [token, value]) => text.replaceAll(token, value), script),
      );
      const { code, stdout, stderr } = await run("sh", ["-e", file], {
        env: { PATH: `${this.bin}:/usr/bin:/bin`, HOME: this.folder, ARGUMENTS_FILE: argumentsFile },
      });
      log += `${stdout}${stderr}`;
      if (code !== 0) {
        failed = code;
        break;
      }
    }
    return { status: failed, log, args: readFileSync(argumentsFile, "utf8") };
  }
}
