import { spreadOver } from "../../kubernetes/conventions.js";
import { mapPodSpecs, selectorOf } from "../pods.js";
import type { Transform } from "./types.js";

/**
 * Spreads the pods of a workload over zones and nodes, as far as there is room. Workloads that say where their pods
 * belong, and those that run as one pod (`Recreate`), are left alone.
 */
export const spreadPods: Transform = (objects) =>
  mapPodSpecs(objects, (spec, object) => {
    const { strategy } = (object.spec ?? {}) as { strategy?: { type?: string } };
    const movable = object.kind === "Deployment" || object.kind === "StatefulSet";
    if (
      !movable ||
      strategy?.type === "Recreate" ||
      spec.topologySpreadConstraints !== undefined ||
      spec.affinity !== undefined
    ) {
      return spec;
    }
    const topologySpreadConstraints = spreadOver(selectorOf(object)).map((constraint) => ({
      ...constraint,
      // Pods of the version that is being replaced don't count.
      ...(object.kind === "Deployment" && { matchLabelKeys: ["pod-template-hash"] }),
    }));
    return { ...spec, topologySpreadConstraints };
  });
