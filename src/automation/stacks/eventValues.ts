import { secretMask, unknownMask } from "../../engine/mask.js";
import type { Json, JsonObject } from "../../kubernetes/objects.js";

/** By these keys and texts the engine marks what is not a plain value. */
export const signatureKey = "4dabf18193072939515e22adb298388d";
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const unknownValues = [
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
];

/** A value of an event as the plan has it: secrets and unknown values as their masks, assets by their hash. */
function eventValue(value: unknown): Json {
  if (typeof value === "string") {
    return unknownValues.includes(value) ? unknownMask : value;
  }
  if (Array.isArray(value)) {
    return value.map(eventValue);
  }
  if (typeof value !== "object" || value === null) {
    return (value ?? null) as Json;
  }
  const map = value as Record<string, unknown>;
  if (map[signatureKey] === secretSignature) {
    return secretMask;
  }
  if (signatureKey in map) {
    const content = map.hash ?? map.path ?? map.uri ?? map.value;
    return { asset: typeof content === "string" ? content : unknownMask };
  }
  return eventMap(map);
}

/** As `eventValue`, keys sorted. */
export function eventMap(map: Readonly<Record<string, unknown>> = {}): JsonObject {
  return Object.fromEntries(
    Object.keys(map)
      .filter((key) => !key.startsWith("__"))
      .sort()
      .map((key) => [key, eventValue(map[key])]),
  );
}
