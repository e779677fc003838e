import type { KubernetesObject } from "../../kubernetes/objects.js";
import { dropPodVersions, keepVolumes, leaveUndisturbed } from "./annotations.js";
import { mountAuthorities } from "./authorities.js";
import { addPodLabels, addStorageClasses, type CloudContext, placePods } from "./cloud.js";
import { addProbes } from "./probes.js";
import { addResources } from "./resources.js";
import { smoothRollouts } from "./rollout.js";
import { addIdentity, addSecurityContexts } from "./security.js";
import { closeServices } from "./services.js";
import { dropUnusedSettings } from "./settings.js";
import { spreadPods } from "./spread.js";
import type { Transform, TransformContext } from "./types.js";

/** Each fills what Tutor's manifests leave open, or takes away what has no place in a cluster; the order is free. */
const onRender: readonly Transform[] = [
  mountAuthorities,
  closeServices,
  dropUnusedSettings,
  dropPodVersions,
  keepVolumes,
  leaveUndisturbed,
  addIdentity,
  addProbes,
  addSecurityContexts,
  addResources,
  spreadPods,
  smoothRollouts,
];

/** What only a cloud that is made can tell. */
const onCloud: readonly Transform<CloudContext>[] = [addPodLabels, addStorageClasses, placePods];

/** The objects of a render as they should run in production. */
export function transformObjects(
  objects: readonly KubernetesObject[],
  context: TransformContext,
): KubernetesObject[] {
  return onRender.reduce((current, transform) => transform(current, context), [...objects]);
}

/** The objects, bound, with what the cloud gives them. */
export function fitToCloud(objects: readonly KubernetesObject[], context: CloudContext): KubernetesObject[] {
  return onCloud.reduce((current, transform) => transform(current, context), [...objects]);
}
