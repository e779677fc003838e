import { PreviewHandler } from "../../src/engine/preview.js";
import { runProgram } from "../../src/engine/run.js";
import {
  type ProgramResult,
  type ProgramRun,
  type PropertyValue,
  Secret,
  Unknown,
} from "../../src/engine/types.js";

/** Runs a program of a test's own. Default: a preview of a stack called `test` that has no config. */
export function runTest(run: Pick<ProgramRun, "program"> & Partial<ProgramRun>): Promise<ProgramResult> {
  return runProgram({
    project: "openedx",
    stack: "test",
    config: {},
    secretKeys: [],
    dryRun: true,
    handler: new PreviewHandler(),
    ...run,
  });
}

/** The value without its marks; an unknown one is `<unknown>`. */
export function plain(value: PropertyValue | undefined): unknown {
  if (value instanceof Secret) {
    return plain(value.value);
  }
  if (value instanceof Unknown) {
    return "<unknown>";
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value;
}
