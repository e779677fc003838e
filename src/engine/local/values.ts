import type { Json, JsonObject } from "../../kubernetes/objects.js";
import { digest } from "../../workspace/digest.js";
import { Secret, Unknown, type PropertyMap, type PropertyValue } from "../types.js";

/** True if anything in the value will be known later only. */
export function hasUnknown(value: PropertyValue | undefined): boolean {
  if (value instanceof Unknown) {
    return true;
  }
  if (value instanceof Secret) {
    return hasUnknown(value.value);
  }
  return typeof value === "object" && value !== null && Object.values(value).some((item) => hasUnknown(item));
}

/**
 * The value without the marks of secrecy: to be sent to the cluster, never to be shown.
 * @throws Error when something in it is unknown.
 */
export function reveal(value: PropertyValue): Json {
  if (value instanceof Secret) {
    return reveal(value.value);
  }
  if (value instanceof Unknown) {
    throw new Error("An unknown value reached the cluster's side.");
  }
  if (Array.isArray(value)) {
    return value.map(reveal);
  }
  if (typeof value === "object" && value !== null) {
    return revealMap(value);
  }
  return value;
}

export function revealMap(map: PropertyMap): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([key, item]) => [key, reveal(item)]));
}

/** Every string below a mark of secrecy, down to `shortest` characters. */
export function secretStrings(value: PropertyValue, shortest: number, inSecret = false): string[] {
  if (value instanceof Secret) {
    return secretStrings(value.value, shortest, true);
  }
  if (typeof value === "string") {
    return inSecret && value.length >= shortest ? [value] : [];
  }
  return typeof value === "object" && value !== null && !(value instanceof Unknown)
    ? Object.values(value).flatMap((item) => secretStrings(item, shortest, inSecret))
    : [];
}

/** JSON text that is the same for equal values, whatever the order of their keys. */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(",")}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
    return `{${entries.join(",")}}`;
  }
  return JSON.stringify(value);
}

/** What a resource's inputs are recognised by. */
export function hashInputs(type: string, inputs: Json): string {
  return digest(type, canonicalJson(inputs));
}
