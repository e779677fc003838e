import type { ServiceSize } from "../config/services.js";
import { quantity } from "../kubernetes/quantity.js";

/** What each server of a service asks for. */
export interface ServerSize {
  /** Of its volume. */
  storage: string;
  /** Request; there is no limit, which would throttle a server that the node has room for. */
  cpu: string;
  /** Request and limit. */
  memory: string;
}

/** What `cluster` mode is asked for by the config: the preset, and what differs from it. */
export interface SizeRequest extends Partial<ServerSize> {
  size?: ServiceSize;
}

type Presets = Record<ServiceSize, ServerSize>;

/*
 * Small carries a few sites with hundreds of learners at once, and fits three nodes of 4 processors and 16 GiB. Each
 * step is about four times the one before. They are starting points, to be corrected by what the metrics show.
 */

/** The operator sizes InnoDB's buffer pool and the connections by the memory. */
export const mysqlSizes: Presets = {
  small: { storage: "20Gi", cpu: "500m", memory: "2Gi" },
  medium: { storage: "100Gi", cpu: "2", memory: "8Gi" },
  large: { storage: "500Gi", cpu: "4", memory: "32Gi" },
};

/** Course structures and GridFS assets; WiredTiger caches half of the memory. */
export const mongodbSizes: Presets = {
  small: { storage: "10Gi", cpu: "300m", memory: "1Gi" },
  medium: { storage: "50Gi", cpu: "1", memory: "4Gi" },
  large: { storage: "250Gi", cpu: "2", memory: "16Gi" },
};

/** The volume holds the log of all writes, which is up to twice the data while it is rewritten. */
export const brokerSizes: Presets = {
  small: { storage: "2Gi", cpu: "100m", memory: "512Mi" },
  medium: { storage: "8Gi", cpu: "250m", memory: "2Gi" },
  large: { storage: "32Gi", cpu: "500m", memory: "8Gi" },
};

/** The volume holds nothing but the users. */
export const cacheSizes: Presets = {
  small: { storage: "1Gi", cpu: "100m", memory: "512Mi" },
  medium: { storage: "1Gi", cpu: "250m", memory: "2Gi" },
  large: { storage: "1Gi", cpu: "500m", memory: "8Gi" },
};

/** Of one instance. */
export const meilisearchSizes: Presets = {
  small: { storage: "5Gi", cpu: "100m", memory: "1Gi" },
  medium: { storage: "20Gi", cpu: "500m", memory: "2Gi" },
  large: { storage: "80Gi", cpu: "1", memory: "8Gi" },
};

/** Of one instance; half of the memory is Java's. */
export const opensearchSizes: Presets = {
  small: { storage: "5Gi", cpu: "250m", memory: "2Gi" },
  medium: { storage: "20Gi", cpu: "500m", memory: "4Gi" },
  large: { storage: "80Gi", cpu: "1", memory: "8Gi" },
};

/** Of one volume server. */
export const objectStoreSizes: Presets = {
  small: { storage: "50Gi", cpu: "100m", memory: "512Mi" },
  medium: { storage: "250Gi", cpu: "250m", memory: "1Gi" },
  large: { storage: "1Ti", cpu: "500m", memory: "2Gi" },
};

/** Servers of a group that goes on when one is lost. */
export const defaultReplicas = 3;

/** The preset, with what the config says instead. */
export function sizeOf(presets: Presets, request: SizeRequest, size: ServiceSize): ServerSize {
  const preset = presets[request.size ?? size];
  return {
    storage: request.storage ?? preset.storage,
    cpu: request.cpu ?? preset.cpu,
    memory: request.memory ?? preset.memory,
  };
}

/** Bytes of storage or memory, or processors; the schema has let only quantities in. */
export function amount(text: string): number {
  return quantity(text) ?? 0;
}

/** Resources of a container: memory is guaranteed, since a database that is killed for it recovers for minutes. */
export function resources({ cpu, memory }: Pick<ServerSize, "cpu" | "memory">): {
  requests: Record<string, string>;
  limits: Record<string, string>;
} {
  return { requests: { cpu, memory }, limits: { memory } };
}
