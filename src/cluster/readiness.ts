import type { Cluster, LiveObject } from "./cluster.js";
import { groupPath } from "./resourcePaths.js";

interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
}

interface WorkloadSpec {
  replicas?: number;
  type?: string;
  clusterIP?: string;
  updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } };
}

interface WorkloadStatus {
  observedGeneration?: number;
  replicas?: number;
  updatedReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  desiredNumberScheduled?: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
  phase?: string;
  conditions?: Condition[];
  loadBalancer?: { ingress?: unknown[] };
}

type Check = (spec: WorkloadSpec, status: WorkloadStatus) => string | undefined;

const checks: Record<string, Check> = {
  Deployment: (spec, status) => {
    const wanted = spec.replicas ?? 1;
    const { updatedReplicas = 0, availableReplicas = 0, replicas = 0 } = status;
    const isUp =
      updatedReplicas >= wanted && replicas <= updatedReplicas && availableReplicas >= updatedReplicas;
    return isUp ? undefined : `${Math.min(updatedReplicas, availableReplicas)} of ${wanted} pods are ready`;
  },
  StatefulSet: (spec, status) => {
    if (spec.updateStrategy?.type === "OnDelete") {
      return undefined;
    }
    const wanted = spec.replicas ?? 1;
    const toUpdate = wanted - (spec.updateStrategy?.rollingUpdate?.partition ?? 0);
    const { readyReplicas = 0, updatedReplicas = 0 } = status;
    const isUp = readyReplicas >= wanted && updatedReplicas >= toUpdate;
    return isUp ? undefined : `${readyReplicas} of ${wanted} pods are ready`;
  },
  DaemonSet: (_, status) => {
    const { desiredNumberScheduled: wanted = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status;
    const isUp = updatedNumberScheduled >= wanted && numberAvailable >= wanted;
    return isUp ? undefined : `${numberAvailable} of ${wanted} pods are ready`;
  },
  Pod: (_, status) =>
    status.phase === "Succeeded" || holds(status, "Ready")
      ? undefined
      : `is ${status.phase ?? "not started"}`,
  PersistentVolumeClaim: (_, status) => (status.phase === "Bound" ? undefined : "is not bound to a volume"),
  Service: (spec, status) =>
    spec.type === "LoadBalancer" && (status.loadBalancer?.ingress ?? []).length === 0
      ? "has no address of a load balancer"
      : undefined,
  CustomResourceDefinition: (_, status) => (holds(status, "Established") ? undefined : "is not established"),
};

function holds(status: WorkloadStatus, type: string): boolean {
  return (
    status.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false
  );
}

/** Kinds that take a while to be ready; all others are as soon as they exist. */
export function takesTime(kind: string): boolean {
  return Object.hasOwn(checks, kind);
}

/** Why an object is not ready yet; undefined when it is. */
export function whyNotReady(live: LiveObject): string | undefined {
  const status = (live.status ?? {}) as WorkloadStatus;
  const spec = (live.spec ?? {}) as WorkloadSpec;
  if ((status.observedGeneration ?? live.metadata.generation ?? 0) < (live.metadata.generation ?? 0)) {
    return "has not been looked at by its controller";
  }
  if (
    ["Deployment", "StatefulSet", "DaemonSet"].includes(live.kind) &&
    status.observedGeneration === undefined
  ) {
    return "has not been looked at by its controller";
  }
  return checks[live.kind]?.(spec, status);
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
      const said = ended.message?.trim() ?? ended.reason ?? "";
      return `${name}: container ${container} ended with exit code ${ended.exitCode}${said && `: ${said}`}`;
    }
    if (state?.waiting?.reason !== undefined && state.waiting.reason !== "PodInitializing") {
      return `${name}: container ${container} waits: ${state.waiting.reason} ${state.waiting.message ?? ""}`.trimEnd();
    }
  }
  const failing = conditions.find(({ status, type }) => status === "False" && type !== "Initialized");
  const why = message ?? reason ?? failing?.message ?? failing?.reason;
  return `${name} is ${phase ?? "not started"}${why === undefined ? "" : `: ${why}`}`;
}
