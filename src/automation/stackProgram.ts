import { loadConfig } from "../stack/load.js";
import { deploy } from "../deploy.js";
import type { PlatformLimits } from "../platform/plan.js";
import type { Progress } from "../workspace/progress.js";

/** The Pulumi program of src/index.ts, with the progress of the command that runs it and the limits of its cluster. */
export function stackProgram(
  progress: Progress,
  limits?: PlatformLimits,
): () => Promise<Record<string, unknown>> {
  return () => deploy(loadConfig(), progress, limits);
}
