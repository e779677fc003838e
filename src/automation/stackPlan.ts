import type { ChartReference } from "../charts/reference.js";
import { type PreviewRequest, previewStack } from "../engine/plan.js";
import { type ChartName, charts } from "../platform/charts.js";
import { chartReference } from "../platform/chartSource.js";
import type { PlatformLimits } from "../platform/plan.js";
import { platformContract } from "../sharedPlatform.js";
import { loadConfig } from "../stack/load.js";
import { planStack, type StackPlan } from "../stack/plan.js";
import { openCloud } from "../stack/selectCloud.js";

/** A stack by its name, and what its file says, where that is not read from it. */
type StackFile = Pick<PreviewRequest, "stack" | "config">;

/**
 * What the file of a stack decides, and that of the stack whose platform it builds on: the program as far as it makes
 * nothing.
 * @param limits what the cluster at hand cannot do. Default: it can all.
 * @throws UserError for a stack that is not there, and for faults in its config.
 */
export async function planOf(stack: StackFile, limits?: PlatformLimits): Promise<StackPlan> {
  const plans = new Map<string, StackPlan>();
  await previewStack({
    ...stack,
    program: async () => {
      const config = loadConfig();
      const plan = planStack(config, await openCloud(config), limits);
      plans.set(config.stack, plan);
      return { contract: platformContract(plan) };
    },
  });
  const plan = plans.get(stack.stack);
  if (plan === undefined) {
    throw new Error(`The stack ${stack.stack} was not planned.`);
  }
  return plan;
}

/**
 * The charts that a stack deploys, in the versions and from the repositories that it names for them.
 * @param stack Default: all charts of the catalogue.
 * @param mirror gives what serves in place of the charts' own repositories, told what the stack says.
 * @throws UserError as `planOf` does.
 */
export async function chartsOf(
  stack: StackFile | undefined,
  mirror: (ofStack?: string) => string | undefined,
): Promise<ChartReference[]> {
  if (stack === undefined) {
    const settings = { charts: { mirror: mirror() }, platform: { addons: {} }, services: { charts: {} } };
    return (Object.keys(charts) as ChartName[]).map((name) => chartReference(name, settings));
  }
  const { config, charts: names } = await planOf(stack);
  const settings = { ...config, charts: { mirror: mirror(config.charts.mirror) } };
  return names.map((name) => chartReference(name, settings));
}
