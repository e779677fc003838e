import { readStack } from "../../engine/stackFile.js";
import { join } from "node:path";
import { silent } from "../../workspace/progress.js";
import { type Review, reviewServices } from "../serviceReview.js";
import type { OpenedStack } from "./openStack.js";
import { outputs } from "./outputs.js";

/**
 * What stands against a deployment, from the outputs of the last one and those that the program plans. A stack without
 * services of its own, or without a deployment yet, has nothing to lose.
 */
export async function reviewUp(opened: OpenedStack): Promise<Review> {
  const before = await outputs(opened);
  if (before.services === undefined) {
    return { faults: [], notes: [] };
  }
  const { name, folder } = opened;
  const config = readStack(name, join(folder, "stacks"));
  const after = await plannedOutputs(opened, config);
  return reviewServices(before, after, config.config["openedx:disposable"] === "true");
}

async function plannedOutputs(
  { program }: OpenedStack,
  config: ReturnType<typeof readStack>,
): Promise<Record<string, unknown>> {
  // Loaded only now: most calls need neither the engine nor the program.
  const [{ mask }, { PreviewHandler }, { runProgram }, { stackProgram }] = await Promise.all([
    import("../../engine/mask.js"),
    import("../../engine/preview.js"),
    import("../../engine/run.js"),
    import("../stackProgram.js"),
  ]);
  const { project, stack, secretKeys } = config;
  const result = await runProgram({
    project,
    stack,
    config: config.config,
    secretKeys,
    dryRun: true,
    program: program ?? stackProgram(silent),
    handler: new PreviewHandler(),
  });
  return mask(result.outputs) as Record<string, unknown>;
}
