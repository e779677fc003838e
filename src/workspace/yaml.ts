import { type Document, LineCounter, parseDocument } from "yaml";
import { messageOf, UserError } from "./errors.js";

/**
 * Parses YAML that a person wrote.
 * @param file how the file is called in the error
 * @returns the document, to be edited with its comments kept, and its content.
 * @throws UserError that names file and line.
 */
export function parseYaml(text: string, file: string): { document: Document; content: unknown } {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const { line } = lineCounter.linePos(fault.pos[0]);
    const message = fault.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "");
    throw new UserError(`${file}:${line} is not valid YAML: ${message}`);
  }
  try {
    return { document, content: document.toJS() as unknown };
  } catch (error) {
    // an alias without its anchor, or one that grows without end
    throw new UserError(`${file} is not valid YAML: ${messageOf(error)}`);
  }
}

/** Whether a value is a map of plain data: no list, and nothing with a class of its own, as Pulumi's outputs have. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** The value as a map; an empty one for anything else. */
export function mapOf(value: unknown): Record<string, unknown> {
  return isMap(value) ? value : {};
}

/** The items of a list as maps; none for anything else. */
export function mapsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(mapOf) : [];
}
