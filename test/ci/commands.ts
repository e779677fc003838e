import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { programFolder } from "../../src/workspace/paths.js";

/** The commands of the command line, by name, from the modules that it is made of. */
async function cliCommands(): Promise<Map<string, Command>> {
  const source = readFileSync(join(programFolder, "src/automation/cli.ts"), "utf8");
  const imports = [...source.matchAll(/import \{ (\w+Commands?) \} from "(.+)"/g)];
  const commands = await Promise.all(
    imports.map(async ([, name = "", path = ""]) => {
      const module = (await import(`../../src/automation/${path}`)) as Record<
        string,
        () => Command | Command[]
      >;
      return module[name]?.() ?? [];
    }),
  );
  return new Map(commands.flat().map((command) => [command.name(), command]));
}

/** Whether npm scripts, commands and options in lines of shell are ones that there are. */
export async function assertCommands(lines: readonly string[]): Promise<void> {
  const commands = await cliCommands();
  const { scripts } = JSON.parse(readFileSync(join(programFolder, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  for (const line of lines.filter((each) => /\bnpm (run|test)\b/.test(each))) {
    const script = /npm run (?:--silent )?([\w:]+)/.exec(line)?.[1] ?? "test";
    assert.ok(script in scripts, line);
  }
  for (const line of lines.filter((each) => each.includes("openedx -- "))) {
    const [name = "", ...rest] = (/openedx -- ([^;|]*)/.exec(line)?.[1] ?? "").split(/\s+/);
    const command = commands.get(name);
    assert.ok(command, line);
    const called = command.commands.find((sub) => sub.name() === rest[0]) ?? command;
    const known = called.options.map(({ long }) => long);
    rest
      .filter((word) => word.startsWith("--"))
      .forEach((option) => assert.ok(known.includes(option), `${name} has no ${option}`));
  }
}
