import { parse } from "yaml";
import { readInstanceFiles } from "../tutor/folder.js";
import type { InstanceSource } from "../tutor/types.js";

/**
 * The keys of an instance's config.yml that say something: they win over settings of ours. None for a file that is no
 * YAML, which its render refuses with more to say.
 * @throws UserError when the folder or a file in it is missing.
 */
export function writtenKeys(source: Pick<InstanceSource, "name" | "folder">): Set<string> {
  const { configText } = readInstanceFiles(source);
  let config: unknown;
  try {
    config = parse(configText, { version: "1.1" });
  } catch {
    return new Set();
  }
  const entries = config !== null && typeof config === "object" ? Object.entries(config) : [];
  return new Set(entries.filter(([, value]) => value !== null && value !== "").map(([key]) => key));
}
