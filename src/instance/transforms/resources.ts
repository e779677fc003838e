import type { V1Container, V1ResourceRequirements } from "@kubernetes/client-node";
import type { ContainerSize } from "../../data/facts.js";
import { dataWorkloads } from "../../data/factsTable.js";
import { quantity } from "../../kubernetes/quantity.js";
import { mapContainers } from "../pods.js";
import type { Transform } from "./types.js";

const web: ContainerSize = { cpu: "250m", memory: "2Gi", memoryLimit: "3Gi" };
const worker: ContainerSize = { cpu: "250m", memory: "1Gi", memoryLimit: "4Gi" };
const proxy: ContainerSize = { cpu: "20m", memory: "64Mi", memoryLimit: "256Mi" };
const queue: ContainerSize = { cpu: "50m", memory: "192Mi", memoryLimit: "512Mi" };
const analytics: ContainerSize = { cpu: "100m", memory: "512Mi", memoryLimit: "2Gi" };

/** By name of the container, for sites of a small size. Larger ones say so by Tutor's `k8s-override` patch. */
const sizes: Record<string, ContainerSize> = {
  lms: web,
  cms: web,
  "lms-worker": worker,
  "cms-worker": worker,
  caddy: proxy,
  mfe: proxy,
  smtp: { cpu: "10m", memory: "32Mi", memoryLimit: "128Mi" },
  discovery: { cpu: "100m", memory: "512Mi", memoryLimit: "2Gi" },
  credentials: { cpu: "100m", memory: "256Mi", memoryLimit: "1Gi" },
  notes: { cpu: "50m", memory: "256Mi", memoryLimit: "1Gi" },
  forum: { cpu: "50m", memory: "256Mi", memoryLimit: "1Gi" },
  xqueue: queue,
  "xqueue-consumer": queue,
  ralph: analytics,
  superset: analytics,
  "superset-worker": analytics,
  "superset-celery-beat": analytics,
};
const otherSize: ContainerSize = { cpu: "50m", memory: "128Mi", memoryLimit: "1Gi" };

/** Tasks run beside nothing else of their pod and have the limits of a worker. */
const taskSizes: Record<string, ContainerSize> = {
  lms: worker,
  cms: worker,
  discovery: { cpu: "100m", memory: "512Mi", memoryLimit: "4Gi" },
};
const otherTaskSize: ContainerSize = { cpu: "100m", memory: "256Mi", memoryLimit: "2Gi" };

/** Requests and memory limits for what a container doesn't say itself. */
export const addResources: Transform = (objects) =>
  mapContainers(objects, (container) =>
    withSize(container, sizes[container.name] ?? dataWorkloads[container.name]?.size ?? otherSize),
  );

/** The container with the requests and the memory limit of a task of `service`, where it has none. */
export function withTaskResources(container: V1Container, service: string): V1Container {
  return withSize(container, taskSizes[service] ?? dataWorkloads[service]?.taskSize ?? otherTaskSize);
}

function withSize(container: V1Container, size: ContainerSize): V1Container {
  const said: V1ResourceRequirements = container.resources ?? {};
  const limits = said.limits ?? {};
  const cpu = said.requests?.cpu ?? smaller(size.cpu, limits.cpu);
  const memory = said.requests?.memory ?? smaller(size.memory, limits.memory);
  const memoryLimit = limits.memory ?? larger(size.memoryLimit, memory);
  return {
    ...container,
    resources: {
      ...said,
      requests: { ...said.requests, cpu, memory },
      limits: { ...limits, memory: memoryLimit },
    },
  };
}

function smaller(size: string, bound: string | undefined): string {
  return bound !== undefined && amount(bound) < amount(size) ? bound : size;
}

function larger(size: string, bound: string): string {
  return amount(bound) > amount(size) ? bound : size;
}

/** NaN, which is never larger or smaller, for what is not a quantity. */
function amount(text: string | number): number {
  return quantity(text) ?? Number.NaN;
}
