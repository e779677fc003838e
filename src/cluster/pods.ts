import type { Cluster, LiveObject } from "./cluster.js";
import { groupPath } from "./resourcePaths.js";

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

interface ContainerStatus {
  name: string;
  ready?: boolean;
  state?: ContainerState;
  lastState?: ContainerState;
}

interface ContainerState {
  waiting?: { reason?: string; message?: string };
  running?: object;
  terminated?: { exitCode: number; reason?: string; message?: string };
}

/** A Pod as far as it is looked at here. */
export interface Pod extends LiveObject {
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: Condition[];
    initContainerStatuses?: ContainerStatus[];
    containerStatuses?: ContainerStatus[];
  };
}

export async function listPods(cluster: Cluster, namespace: string, labelSelector?: string): Promise<Pod[]> {
  const list = await cluster.get<{ items: Pod[] }>(
    `${groupPath("v1")}/namespaces/${namespace}/pods`,
    labelSelector === undefined ? {} : { labelSelector },
  );
  return list?.items ?? [];
}

/** Containers of a pod in the order in which they run. */
export function containersOf(pod: Pod): ContainerStatus[] {
  return [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
}

/** One line on why a pod is not ready; undefined when it is ready or done. */
export function explainPod(pod: Pod): string | undefined {
  const { phase, conditions = [], reason, message } = pod.status ?? {};
  if (phase === "Succeeded" || conditions.some(({ type, status }) => type === "Ready" && status === "True")) {
    return undefined;
  }
  const name = `pod ${pod.metadata.name}`;
  for (const { name: container, state, lastState } of containersOf(pod)) {
    const ended = state?.terminated ?? lastState?.terminated;
    if (ended !== undefined && ended.exitCode !== 0) {
      const detail = ended.message?.trim() ?? ended.reason ?? "";
      return `${name}: container ${container} ended with exit code ${ended.exitCode}${detail && `: ${detail}`}`;
    }
    if (state?.waiting?.reason !== undefined && state.waiting.reason !== "PodInitializing") {
      return `${name}: container ${container} waits: ${state.waiting.reason} ${state.waiting.message ?? ""}`.trimEnd();
    }
  }
  const failing = conditions.find(({ status, type }) => status === "False" && type !== "Initialized");
  const why = message ?? reason ?? failing?.message ?? failing?.reason;
  return `${name} is ${phase ?? "not started"}${why === undefined ? "" : `: ${why}`}`;
}
