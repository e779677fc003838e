import type { Json, JsonObject } from "../kubernetes/objects.js";
import { isAsset } from "./properties.js";
import { nameStandIns } from "../workspace/standIns.js";
import { type PropertyMap, type PropertyValue, Secret, Unknown } from "./types.js";

/** What is shown for a secret, whether its value is known or not. */
export const secretMask = "[secret]";
/** What is shown for a value that only the deployment will know. */
export const unknownMask = "[unknown]";

function sortedEntries<T>(map: Record<string, T>): [string, T][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** A value as it may be shown and kept: secrets and unknowns masked, keys sorted deeply. */
export function mask(value: PropertyValue): Json {
  if (value instanceof Secret) {
    return maskSecret(value.value);
  }
  if (value instanceof Unknown) {
    return unknownMask;
  }
  if (Array.isArray(value)) {
    return value.map(mask);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (isAsset(value)) {
    const [kind = "asset", content = null] = sortedEntries(value).find(([key]) => /^[a-z]+$/.test(key)) ?? [];
    return { [kind]: mask(content) };
  }
  return maskMap(value);
}

/** A secret is shown where a plan put stand-ins into it, text by text: those without one are masked. */
function maskSecret(value: PropertyValue): Json {
  const shown = showStandIns(value);
  return shown === undefined ? secretMask : shown;
}

/** Undefined: there is no stand-in in it. */
function showStandIns(value: PropertyValue): Json | undefined {
  if (typeof value === "string") {
    return nameStandIns(value);
  }
  if (value instanceof Secret) {
    return showStandIns(value.value);
  }
  if (typeof value !== "object" || value === null || value instanceof Unknown || isAsset(value)) {
    return undefined;
  }
  const entries: [string, PropertyValue][] = Array.isArray(value)
    ? Object.entries(value)
    : sortedEntries(value);
  const shown = entries.map(([key, item]) => [key, showStandIns(item)] as const);
  if (shown.every(([, item]) => item === undefined)) {
    return undefined;
  }
  const masked = shown.map(([key, item]) => [key, item ?? secretMask] as const);
  return Array.isArray(value) ? masked.map(([, item]) => item) : Object.fromEntries(masked);
}

export function maskMap(map: PropertyMap): JsonObject {
  return Object.fromEntries(sortedEntries(map).map(([key, value]) => [key, mask(value)]));
}

/** As `mask`, but a secret keeps its shape: each of its leaves is masked. For templates, which look into it. */
export function maskLeaves(value: PropertyValue, secret = false): Json {
  if (value instanceof Secret) {
    return maskLeaves(value.value, true);
  }
  if (value instanceof Unknown) {
    return secret ? secretMask : unknownMask;
  }
  if (Array.isArray(value)) {
    return value.map((item) => maskLeaves(item, secret));
  }
  if (typeof value !== "object" || value === null) {
    return secret ? secretMask : value;
  }
  return Object.fromEntries(sortedEntries(value).map(([key, item]) => [key, maskLeaves(item, secret)]));
}

/** Keys sorted deeply. */
export function sortKeys(value: Json): Json {
  return mask(value);
}
