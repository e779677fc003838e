import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation/index.js";
import type { Cluster } from "../../cluster/cluster.js";
import { explainJob, explainNamespace } from "../../cluster/trouble.js";
import { releaseType } from "../../engine/releases.js";
import { eventMap } from "./eventValues.js";

interface Named {
  name?: string;
  namespace?: string;
}

/**
 * What the cluster tells of the Jobs and releases that failed: Helm's and Pulumi's own messages name neither a pod nor a
 * reason. A release that was rolled back has its pods no more; then their events are what is left.
 * @returns one text each, none where nothing of the kind failed.
 */
export async function explainFailures(cluster: Cluster, events: readonly EngineEvent[]): Promise<string[]> {
  const failed = events.flatMap(({ resOpFailedEvent }) => resOpFailedEvent?.metadata ?? []);
  const found = await Promise.all(failed.map((step) => explain(cluster, step).catch(() => [])));
  return [...new Set(found.flat())];
}

async function explain(cluster: Cluster, { type, new: fresh }: StepEventMetadata): Promise<string[]> {
  const inputs = eventMap(fresh?.inputs);
  if (type === "kubernetes:batch/v1:Job") {
    const { name, namespace } = (inputs.metadata ?? {}) as Named;
    return name === undefined || namespace === undefined ? [] : explainJob(cluster, namespace, name);
  }
  if (type === releaseType) {
    const { namespace } = inputs as Named;
    return namespace === undefined ? [] : explainNamespace(cluster, namespace);
  }
  return [];
}
