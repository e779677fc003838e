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
export const addResources: Transform = (objects, { tasks }) =>
  mapContainers(objects, (container, _, { metadata }) =>
    withSize(container, tasks ? taskSize(metadata.name.replace(/-job$/, "")) : containerSize(container.name)),
  );

function containerSize(name: string): ContainerSize {
  return sizes[name] ?? dataWorkloads[name]?.size ?? otherSize;
}

function taskSize(service: string): ContainerSize {
  return taskSizes[service] ?? dataWorkloads[service]?.taskSize ?? otherTaskSize;
}

function withSize(container: V1Container, size: ContainerSize): V1Container {
  const own: V1ResourceRequirements = container.resources ?? {};
  const limits = own.limits ?? {};
  const cpu = own.requests?.cpu ?? smaller(size.cpu, limits.cpu);
  const memory = own.requests?.memory ?? smaller(size.memory, limits.memory);
  const memoryLimit = limits.memory ?? larger(size.memoryLimit, memory);
  return {
    ...container,
    resources: {
      ...own,
      requests: { ...own.requests, cpu, memory },
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
