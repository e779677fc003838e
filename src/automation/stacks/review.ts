import { join } from "node:path";
import { facts } from "../../../providers/clouds.js";
import { type Cluster, clusterVersion } from "../../cluster/cluster.js";
import { type Plan, planProgram } from "../../engine/plan.js";
import { readStack } from "../../engine/stackFile.js";
import { type Progress, silent } from "../../workspace/progress.js";
import { type Review, reviewServices } from "../serviceReview.js";
import { stackProgram } from "../stackProgram.js";
import { bareName } from "./backend.js";
import type { OpenedStack } from "./openStack.js";
import { outputs } from "./outputs.js";

/**
 * What stands against a deployment, from the outputs of the last one and those that the program plans. A stack without
 * services of its own, or without a deployment yet, has nothing to lose.
 */
export async function reviewUp(opened: OpenedStack, plan: Plan): Promise<Review> {
  const { name, folder } = opened;
  const { config } = readStack(bareName(name), join(folder, "stacks"));
  return reviewServices(await outputs(opened), plan.outputs, config["openedx:disposable"] === "true");
}

/**
 * What the stack would be, by its program in this process. Secrets have stand-ins, so that names that are hashes of them
 * are known: the API server can judge every object before there is any. Charts are rendered for the version of the cluster
 * that is there, where the program does not say which there will be.
 */
export async function planOf(
  opened: OpenedStack,
  helm: () => Promise<string>,
  progress: Progress,
  cluster: Cluster | undefined,
): Promise<Plan> {
  const { name, folder, program } = opened;
  return planProgram({
    stack: bareName(name),
    program: (program as (() => Promise<unknown>) | undefined) ?? stackProgram(silent),
    config: readStack(bareName(name), join(folder, "stacks"), { secrets: "stand-ins" }),
    helm,
    progress,
    standIns: facts,
    ...(cluster && { kubernetesVersion: await clusterVersion(cluster) }),
  });
}
