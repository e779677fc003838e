import { type CloudConfigs, type CloudName, clouds } from "../../providers/clouds.js";
import type { Check, CheckedPlan } from "../cloud/check.js";
import { readAccess } from "../cluster/access.js";
import { Cluster } from "../cluster/cluster.js";
import { chosenKubeconfig, noKubeconfig } from "../cluster/kubeconfig.js";
import { clusterChecks, type ClusterNeeds, unreachable } from "../doctor/cluster.js";
import type { Diagnosis } from "../doctor/report.js";
import { runChecks } from "../doctor/run.js";
import { maskMap } from "../engine/mask.js";
import { previewStack } from "../engine/plan.js";
import { loadConfig } from "../stack/load.js";
import { planStack, type StackPlan } from "../stack/plan.js";
import { openCloud } from "../stack/selectCloud.js";
import { messageOf } from "../workspace/errors.js";
import { type Progress, silent, withStep } from "../workspace/progress.js";
import { stackProgram } from "./stackProgram.js";

export interface DoctorOptions {
  /** Name of the stack: stacks/Pulumi.<stack>.yaml. */
  stack: string;
  /** Default: says nothing. */
  progress?: Progress;
  /**
   * Path of a kubeconfig for the stack's cluster, whose current context is asked. Default: that of the config with
   * `cloud: existing`; on other clouds no cluster is asked.
   */
  kubeconfig?: string;
  /** For each check. Default: 30. */
  seconds?: number;
}

/**
 * Asks those who will decide about a deployment, with this process's credentials, before it begins. Changes nothing.
 * @throws UserError when the stack cannot be planned: then there is nothing to ask about.
 */
export async function doctor(options: DoctorOptions): Promise<Diagnosis> {
  const { stack, progress = silent, seconds } = options;
  const { plan, facts } = await withStep(progress, `Planning ${stack}`, () => planOf(stack));
  const ofCloud = await checksOf(facts.config.cloud, facts, plan);
  const { cluster, checks: ofCluster } = checksOnCluster(facts, plan, options.kubeconfig);
  try {
    const rows = await runChecks([...ofCloud, ...ofCluster], { progress, seconds });
    return { stack, ok: rows.every(({ verdict }) => verdict !== "fails"), rows };
  } finally {
    cluster?.close();
  }
}

async function planOf(stack: string): Promise<{ plan: CheckedPlan; facts: StackPlan }> {
  const facts = new Map<string, StackPlan>();
  const { result } = await previewStack({
    stack,
    program: async () => {
      const config = loadConfig();
      facts.set(config.stack, planStack(config, await openCloud(config)));
      return stackProgram(silent)();
    },
  });
  const found = facts.get(stack);
  if (found === undefined) {
    throw new Error(`The stack ${stack} was not planned.`);
  }
  const resources = result.registrations.map(({ type, name, inputs }) => ({
    type,
    name,
    inputs: maskMap(inputs),
  }));
  return { plan: { stack, resources }, facts: found };
}

async function checksOf<Name extends CloudName>(
  cloud: Name,
  { config }: StackPlan,
  plan: CheckedPlan,
): Promise<Check[]> {
  const parts: Partial<CloudConfigs> = { ...config, stack: config.platformStack };
  const part: CloudConfigs[Name] | undefined = parts[cloud];
  return part === undefined ? [] : ((await clouds[cloud].checks?.(config, part, plan)) ?? []);
}

function checksOnCluster(
  { config, addOns }: StackPlan,
  plan: CheckedPlan,
  given: string | undefined,
): { cluster?: Cluster; checks: Check[] } {
  const { cloud, existing, edge } = config;
  if (given === undefined && cloud !== "existing") {
    return { checks: [] };
  }
  const needs: ClusterNeeds = {
    storageClasses: cloud === "existing" ? existing.storageClasses : {},
    edge,
    on: addOns.on.map(({ addOn }) => addOn.name),
    existing: addOns.existing,
  };
  try {
    const kubeconfig = given ?? chosenKubeconfig(existing);
    if (kubeconfig === undefined) {
      throw noKubeconfig(existing);
    }
    const cluster = new Cluster(readAccess(kubeconfig));
    return { cluster, checks: clusterChecks(cluster, plan, needs) };
  } catch (error) {
    return { checks: [unreachable(messageOf(error))] };
  }
}
