import type { Json } from "../../kubernetes/objects.js";
import { Secret, type PropertyMap } from "../types.js";
import type { State } from "./state.js";

/** A stack's outputs after its last run that succeeded, with the secret ones marked. */
export function lastOutputs({ outputs }: State): PropertyMap {
  return Object.fromEntries(
    Object.entries(outputs as unknown as Record<string, KeptOutput>).map(([key, { value, isSecret }]) => [
      key,
      isSecret ? new Secret(value) : value,
    ]),
  );
}

interface KeptOutput {
  value: Json;
  isSecret: boolean;
}
