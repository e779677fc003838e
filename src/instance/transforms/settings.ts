import type { Transform } from "./types.js";

/** Django settings that no pod on Kubernetes loads; they carry the same secrets as those that are. */
const unusedSettings = new Set(["development.py", "test.py"]);

/** Drops the settings for development and tests from ConfigMaps that also hold those for production. */
export const dropUnusedSettings: Transform = (objects) =>
  objects.map((object) => {
    const data = object.data as Record<string, string> | undefined;
    if (object.kind !== "ConfigMap" || data?.["production.py"] === undefined) {
      return object;
    }
    return {
      ...object,
      data: Object.fromEntries(Object.entries(data).filter(([file]) => !unusedSettings.has(file))),
    };
  });
