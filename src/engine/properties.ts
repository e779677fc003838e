import { runtime } from "@pulumi/pulumi";
import { Secret, Unknown, type PropertyMap, type PropertyValue } from "./types.js";

const signature = runtime.specialSigKey;
const keptAsIs = new Set<unknown>([runtime.specialAssetSig, runtime.specialArchiveSig]);

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/**
 * One value from the SDK's wire form. Secrets and unknowns keep their place inside arrays and objects. A reference to a
 * resource becomes its id, or its URN where it has none, as providers get it; assets and archives stay in wire form.
 */
function fromWire(value: unknown): PropertyValue {
  if (value === runtime.unknownValue) {
    return Unknown.value;
  }
  if (Array.isArray(value)) {
    return value.map(fromWire);
  }
  if (!isObject(value)) {
    return value ?? null;
  }
  switch (value[signature]) {
    case undefined:
      return mapFromWire(value);
    case runtime.specialSecretSig:
      return new Secret(fromWire(value.value));
    case runtime.specialResourceSig:
      return fromWire("id" in value ? value.id || runtime.unknownValue : value.urn);
    case runtime.specialOutputValueSig: {
      const plain = "value" in value ? fromWire(value.value) : Unknown.value;
      return value.secret === true ? new Secret(plain) : plain;
    }
    default:
      return mapFromWire(value);
  }
}

/** As `fromWire`, for all properties of a resource. */
export function mapFromWire(map: Record<string, unknown>): PropertyMap {
  const result: PropertyMap = {};
  for (const [key, value] of Object.entries(map)) {
    result[key] = fromWire(value);
  }
  return result;
}

/** The wire form of a value. */
function toWire(value: PropertyValue): unknown {
  if (value instanceof Secret) {
    return { [signature]: runtime.specialSecretSig, value: toWire(value.value) };
  }
  if (value instanceof Unknown) {
    return runtime.unknownValue;
  }
  if (Array.isArray(value)) {
    return value.map(toWire);
  }
  return isObject(value) ? mapToWire(value) : value;
}

export function mapToWire(map: PropertyMap): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(map)) {
    if (value !== undefined) {
      result[key] = toWire(value);
    }
  }
  return result;
}

/** True for an asset or archive, which stays in wire form. */
export function isAsset(value: PropertyValue): value is PropertyMap {
  return isObject(value) && keptAsIs.has(value[signature]);
}
