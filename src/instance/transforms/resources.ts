import type { V1Container, V1ResourceRequirements } from "@kubernetes/client-node";
import { quantity } from "../../kubernetes/quantity.js";
import { mapContainers } from "../pods.js";
import type { Transform } from "./types.js";

/** Kubernetes quantities. CPU has no limit: throttling a site helps nobody. */
interface Size {
  cpu: string;
  memory: string;
  memoryLimit: string;
}

const web: Size = { cpu: "250m", memory: "2Gi", memoryLimit: "3Gi" };
const worker: Size = { cpu: "250m", memory: "1Gi", memoryLimit: "4Gi" };
const proxy: Size = { cpu: "20m", memory: "64Mi", memoryLimit: "256Mi" };
const queue: Size = { cpu: "50m", memory: "192Mi", memoryLimit: "512Mi" };
const analytics: Size = { cpu: "100m", memory: "512Mi", memoryLimit: "2Gi" };

/** By name of the container, for sites of a small size. Larger ones say so by Tutor's `k8s-override` patch. */
const sizes: Record<string, Size> = {
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
  mysql: { cpu: "250m", memory: "512Mi", memoryLimit: "2Gi" },
  mongodb: { cpu: "100m", memory: "512Mi", memoryLimit: "2Gi" },
  redis: { cpu: "50m", memory: "64Mi", memoryLimit: "1Gi" },
  meilisearch: { cpu: "100m", memory: "256Mi", memoryLimit: "2Gi" },
  elasticsearch: { cpu: "100m", memory: "1536Mi", memoryLimit: "2Gi" },
  minio: { cpu: "100m", memory: "256Mi", memoryLimit: "1Gi" },
  clickhouse: { cpu: "250m", memory: "1Gi", memoryLimit: "4Gi" },
  ralph: analytics,
  superset: analytics,
  "superset-worker": analytics,
  "superset-celery-beat": analytics,
};
const otherSize: Size = { cpu: "50m", memory: "128Mi", memoryLimit: "1Gi" };

/** Tasks run beside nothing else of their pod and have the limits of a worker. */
const taskSizes: Record<string, Size> = {
  lms: worker,
  cms: worker,
  mysql: { cpu: "50m", memory: "128Mi", memoryLimit: "512Mi" },
  discovery: { cpu: "100m", memory: "512Mi", memoryLimit: "4Gi" },
};
const otherTaskSize: Size = { cpu: "100m", memory: "256Mi", memoryLimit: "2Gi" };

/** Requests and memory limits for what a container doesn't say itself. */
export const addResources: Transform = (objects, { tasks }) =>
  mapContainers(objects, (container, _, { metadata }) =>
    withSize(
      container,
      tasks
        ? (taskSizes[metadata.name.replace(/-job$/, "")] ?? otherTaskSize)
        : (sizes[container.name] ?? otherSize),
    ),
  );

function withSize(container: V1Container, size: Size): V1Container {
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
