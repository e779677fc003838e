import * as pulumi from "@pulumi/pulumi";
import { createCloud } from "./cloud/select.js";
import type { StackConfig } from "./config/load.js";
import { collectInstances } from "./instance/collect.js";
import { OpenEdxInstance } from "./instance/instance.js";
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
  const toolchain = createToolchain({ progress });
  const inputs = await collectInstances(config, { kubectl: toolchain.kubectl, progress });
  const cloud = createCloud("openedx", config, {});
  const instances = inputs.map(
    ({ input, ...prepared }) =>
      [input.source.name, new OpenEdxInstance(input.source.name, { ...prepared, input, cloud })] as const,
  );
  return {
    kubeconfig: pulumi.secret(cloud.kubeconfig),
    instances: Object.fromEntries(instances.map(([name, instance]) => [name, instance.outputs])),
  };
}
