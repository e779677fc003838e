import { accessSync, constants, existsSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { messageOf, UserError } from "../../workspace/errors.js";

/**
 * Whether a report can be written to a file, before minutes of work are lost on it.
 * @throws UserError that names the file.
 */
export function checkWritable(file: string): void {
  const folder = dirname(resolve(file));
  try {
    if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
      throw new Error("it is a folder");
    }
    accessSync(existsSync(file) ? file : folder, constants.W_OK);
  } catch (error) {
    throw new UserError(`${file} cannot be written: ${messageOf(error)}`);
  }
}

/**
 * Writes a report in one step, so that nobody finds half of it.
 * @throws UserError that names the file.
 */
export function writeReport(file: string, text: string): void {
  const draft = `${file}.${process.pid}.part`;
  try {
    if (existsSync(file) && !statSync(file).isFile()) {
      writeFileSync(file, text); // a pipe or /dev/stdout can't be moved to
      return;
    }
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new UserError(`${file} cannot be written: ${messageOf(error)}`);
  }
}
