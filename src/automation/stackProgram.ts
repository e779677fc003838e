import { loadConfig } from "../config/load.js";
import { deploy } from "../deploy.js";
import type { Progress } from "../workspace/progress.js";

/** The Pulumi program of src/index.ts, with the progress of the command that runs it. */
export function stackProgram(progress: Progress): () => Promise<Record<string, unknown>> {
  return () => deploy(loadConfig(), progress);
}
