/** What JSON and YAML can hold. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** A Kubernetes object as it stands in a manifest. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  [field: string]: unknown;
}

/** `Kind.name`, the key under which the instance chart carries an object. Unique within one namespace's release. */
export function objectKey(object: KubernetesObject): string {
  return `${object.kind}.${object.metadata.name}`;
}

/** Applies `change` to every string in a JSON-like value, deeply, and returns the new value. */
export function mapStrings<T>(value: T, change: (text: string) => unknown): T {
  if (typeof value === "string") {
    return change(value) as T;
  }
  if (Array.isArray(value)) {
    return value.map((item) => mapStrings<unknown>(item, change)) as T;
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, mapStrings<unknown>(item, change)]),
    ) as T;
  }
  return value;
}

/** The texts in a value that is one text or a list of them. */
export function textsOf(...values: unknown[]): string[] {
  return values.flat().filter((value) => typeof value === "string");
}
