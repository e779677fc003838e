import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { selectCloud } from "./cloud/select.js";
import type { StackConfig } from "./config/load.js";
import { planServices } from "./data/plan.js";
import { collectInstances } from "./instance/collect.js";
import { OpenEdxInstance } from "./instance/instance.js";
import { planEdge } from "./platform/edge/plan.js";
import { createToolchain } from "./toolchain/toolchain.js";
import { type Progress, terminalProgress } from "./workspace/progress.js";

/**
 * Everything that a stack consists of, in order: the instances are read, rendered and checked; then the cluster is
 * reached; then each instance is deployed on it.
 */
export async function deploy(
  config: StackConfig,
  progress: Progress = terminalProgress(),
): Promise<Record<string, unknown>> {
  const { kubectl } = createToolchain({ progress });
  const { abilities, create } = selectCloud(config);
  const edge = planEdge(config, abilities(config));
  const services = planServices(config, abilities(config));
  const prepared = await collectInstances(config, { edge, services, kubectl, progress });
  const cloud = await create("openedx", config, {});
  const secretProviders = [new random.Provider("openedx-random"), new tls.Provider("openedx-tls")];
  const instances = prepared.map((instance) => {
    const { name } = instance.input.source;
    return [name, new OpenEdxInstance(name, { ...instance, cloud, secretProviders })] as const;
  });
  return {
    kubeconfig: pulumi.secret(cloud.kubeconfig),
    instances: Object.fromEntries(instances.map(([name, instance]) => [name, instance.outputs])),
  };
}
