import type { KubernetesObject } from "../../kubernetes/objects.js";
import { dropPodVersions, keepVolumes } from "./annotations.js";
import { addIdentity } from "./identity.js";
import { addProbes } from "./probes.js";
import { addResources } from "./resources.js";
import { smoothRollouts } from "./rollout.js";
import { addSecurityContexts } from "./security.js";
import { closeServices } from "./services.js";
import { dropUnusedSettings } from "./settings.js";
import { spreadPods } from "./spread.js";
import type { Transform, TransformContext } from "./types.js";

/** Each fills what Tutor's manifests leave open, or takes away what has no place in a cluster; the order is free. */
const transforms: readonly Transform[] = [
  closeServices,
  dropUnusedSettings,
  dropPodVersions,
  keepVolumes,
  addIdentity,
  addProbes,
  addResources,
  addSecurityContexts,
  spreadPods,
  smoothRollouts,
];

/** The objects as they should run in production. */
export function transformObjects(
  objects: readonly KubernetesObject[],
  context: TransformContext,
): KubernetesObject[] {
  return transforms.reduce<KubernetesObject[]>(
    (current, transform) => transform(current, context),
    [...objects],
  );
}
