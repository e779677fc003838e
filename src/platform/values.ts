import type { HelmValues } from "../cloud/types.js";
import { isMap } from "../workspace/yaml.js";

/**
 * The values with others put over them, as Helm does it: maps are merged, lists and all else are replaced. A null stays:
 * Helm takes it for "remove the chart's own default".
 */
export function mergeValues(values: HelmValues, over: HelmValues): HelmValues {
  const merged = { ...values };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    // Outputs and promises are leaves.
    merged[key] = isMap(before) && isMap(value) ? mergeValues(before, value) : value;
  }
  return merged;
}
