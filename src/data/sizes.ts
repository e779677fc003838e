import { quantity } from "../kubernetes/quantity.js";
import type { ServiceSize } from "./schemaParts.js";

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

/**
 * Small carries a few sites with hundreds of learners at once, and fits three nodes of 4 processors and 16 GiB. Each
 * step is about four times the one before. They are starting points, to be corrected by what the metrics show.
 */
export type Presets = Record<ServiceSize, ServerSize>;

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
