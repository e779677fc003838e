import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { programFolder } from "../../src/workspace/paths.js";

/** Path of a stream of engine events: test/automation/events/README.md says where they come from. */
export function streamFile(name: string): string {
  return join(programFolder, "test/automation/events", `${name}.json`);
}

export function stream(name: string): EngineEvent[] {
  return JSON.parse(readFileSync(streamFile(name), "utf8")) as EngineEvent[];
}
