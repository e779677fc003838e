import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { programFolder } from "../../workspace/paths.js";

/**
 * Makes a project folder beside the program's own, for stacks that are not to leave a trace in the repository: the CLI
 * writes the salt of a passphrase into a stack's file. `main` leads to the program, where charts are looked for.
 */
export function makeProjectFolder(folder: string): void {
  mkdirSync(join(folder, "stacks"), { recursive: true });
  const link = join(folder, "program");
  if (!existsSync(link)) {
    symlinkSync(programFolder, link);
  }
  const project = parseDocument(readFileSync(join(programFolder, "Pulumi.yaml"), "utf8"));
  project.set("main", "program");
  writeFileSync(join(folder, "Pulumi.yaml"), String(project));
}

/** Writes a stack's file there, with the salt that the CLI has written into it before. */
export function writeStackFile(folder: string, stack: string, content: string): void {
  const file = join(folder, "stacks", `Pulumi.${stack}.yaml`);
  const salt = existsSync(file) ? parseDocument(readFileSync(file, "utf8")).get("encryptionsalt") : undefined;
  const document = parseDocument(content);
  if (salt !== undefined) {
    document.set("encryptionsalt", salt);
  }
  writeFileSync(file, String(document));
}
