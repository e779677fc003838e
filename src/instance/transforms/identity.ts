import { mapPodSpecs } from "../pods.js";
import type { Transform } from "./types.js";

/** Pods that name no service account get the instance's, if any, and none gets the Kubernetes API's token unasked. */
export const addIdentity: Transform = (objects, { serviceAccount }) =>
  mapPodSpecs(objects, (spec) => {
    if (spec.serviceAccountName !== undefined) {
      return spec;
    }
    return {
      automountServiceAccountToken: false,
      ...(serviceAccount !== undefined && { serviceAccountName: serviceAccount }),
      ...spec,
    };
  });
