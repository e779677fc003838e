import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { selectCloud } from "./cloud/select.js";
import type { StackConfig } from "./config/load.js";
import { planServices } from "./data/plan.js";
import { collectInstances } from "./instance/collect.js";
import { OpenEdxInstance } from "./instance/instance.js";
import { planEdge } from "./platform/edge/plan.js";
import { type PlatformLimits, planAddOns } from "./platform/plan.js";
import { Platform } from "./platform/platform.js";
import { createToolchain } from "./toolchain/toolchain.js";
import { type Progress, terminalProgress } from "./workspace/progress.js";

/**
 * Everything that a stack consists of, in order: the instances are read, rendered and checked; then the cluster is
 * reached; then come what all instances share, and each instance.
 * @param limits what the cluster at hand cannot do, where that is known. Default: it can all.
 */
export async function deploy(
  config: StackConfig,
  progress: Progress = terminalProgress(),
  limits: PlatformLimits = {},
): Promise<Record<string, unknown>> {
  const { kubectl } = createToolchain({ progress });
  const { abilities, create } = selectCloud(config);
  const edge = planEdge(config, abilities(config));
  const facts = { config, abilities: abilities(config), edge };
  const addOns = planAddOns(facts, limits);
  const services = planServices(config, abilities(config));
  const prepared = await collectInstances(config, { edge, services, kubectl, progress });
  const cloud = await create("openedx", config, {});
  const secretProviders = [new random.Provider("openedx-random"), new tls.Provider("openedx-tls")];
  const sites = prepared.map(({ hosts, input: { source } }) => ({
    name: source.name,
    namespace: source.namespace,
    hosts,
  }));
  const platform =
    addOns.on.length === 0
      ? undefined
      : new Platform("openedx-platform", {
          plan: addOns,
          about: { ...facts, sites },
          cloud,
          secretProviders,
          podsRun: limits.podsRun,
        });
  const instances = prepared.map((instance) => {
    const { name } = instance.input.source;
    const args = { ...instance, cloud, secretProviders };
    return [name, new OpenEdxInstance(name, args, { dependsOn: platform?.ready ?? [] })] as const;
  });
  return {
    kubeconfig: pulumi.secret(cloud.kubeconfig),
    ...(platform && { addOns: platform.addOns }),
    instances: Object.fromEntries(instances.map(([name, instance]) => [name, instance.outputs])),
  };
}
