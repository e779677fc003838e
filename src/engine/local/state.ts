import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import type { JsonObject } from "../../kubernetes/objects.js";

const objectRef = z.object({
  apiVersion: z.string(),
  kind: z.string(),
  name: z.string(),
  namespace: z.string().optional(),
});

const json = z.record(z.string(), z.json()) as z.ZodType<JsonObject>;

const resourceRecord = z.object({
  type: z.string(),
  /** The object; for a Release its name and namespace under the kind `Release`. */
  ref: objectRef,
  /** Of the inputs that were last carried out to the end; absent while a change is under way or has failed. */
  hash: z.string().optional(),
  /** Objects that this resource was before, to be deleted once all has succeeded. */
  obsolete: z.array(objectRef).default([]),
  dependencies: z.array(z.string()),
  parent: z.string().optional(),
  /** The provider's URN. */
  provider: z.string().default(""),
  protect: z.boolean().default(false),
  retainOnDelete: z.boolean().default(false),
  deletedWith: z.string().optional(),
  /** Outputs that the inputs do not tell. */
  outputs: json.default({}),
  /** Of a Release: the last revision that came up. */
  revision: z.number().optional(),
});

const stateSchema = z.object({
  version: z.literal(1),
  /** Made-up values by URN. */
  generated: z.record(z.string(), z.object({ type: z.string(), inputs: json, outputs: json })),
  resources: z.record(z.string(), resourceRecord),
  /** Kubeconfigs of providers that mean another cluster than the one that holds the state. */
  providers: z.record(z.string(), z.string()).default({}),
  /** The stack's outputs after the last run that succeeded, revealed. */
  outputs: json.default({}),
});

/** One resource on a cluster. */
export type ResourceRecord = z.infer<typeof resourceRecord>;
/** All that a run must know of the runs before it. Secret as a whole. */
export type State = z.infer<typeof stateSchema>;

export function emptyState(): State {
  return { version: 1, generated: {}, resources: {}, providers: {}, outputs: {} };
}

/** As it is kept: compressed JSON. */
export function encodeState(state: State): Buffer {
  return gzipSync(JSON.stringify(state));
}

/** @throws Error when the bytes are no state of this version. */
export function decodeState(bytes: Buffer): State {
  return stateSchema.parse(JSON.parse(gunzipSync(bytes).toString()));
}

/** Cuts bytes into parts of at most `size`; at least one. */
export function splitBytes(bytes: Buffer, size: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start === 0 || start < bytes.length; start += size) {
    parts.push(bytes.subarray(start, start + size));
  }
  return parts;
}
