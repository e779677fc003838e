import { undisturbed } from "../../kubernetes/conventions.js";
import { holdsVolume, mapPodTemplates } from "../pods.js";
import type { Transform } from "./types.js";

const versionAnnotation = "app.kubernetes.io/version";
const keepAnnotation = "helm.sh/resource-policy";

/**
 * Takes Tutor's version off pod templates, where each patch release of Tutor would restart everything, databases
 * included. It stays on the objects themselves; a new image restarts what uses it anyway.
 */
export const dropPodVersions: Transform = (objects) =>
  mapPodTemplates(objects, (template) => {
    const { annotations, ...metadata } = template.metadata ?? {};
    const { [versionAnnotation]: version, ...others } = annotations ?? {};
    if (version === undefined) {
      return template;
    }
    const kept = Object.keys(others).length > 0 ? { annotations: others } : {};
    return { ...template, metadata: { ...metadata, ...kept } };
  });

/** Pods of Jobs, and those that alone have the data of a volume, stay where they are. */
export const leaveUndisturbed: Transform = (objects) =>
  mapPodTemplates(objects, (template, object) => {
    const { replicas = 1 } = (object.spec ?? {}) as { replicas?: number };
    const isAlone =
      object.kind === "Job" || object.kind === "CronJob" || (replicas === 1 && holdsVolume(object));
    return isAlone
      ? {
          ...template,
          metadata: {
            ...template.metadata,
            annotations: { ...undisturbed, ...template.metadata?.annotations },
          },
        }
      : template;
  });

/** Volume claims outlive their release, unless all is disposable. */
export const keepVolumes: Transform = (objects, { disposable }) =>
  objects.map((object) =>
    object.kind !== "PersistentVolumeClaim" || disposable
      ? object
      : {
          ...object,
          metadata: {
            ...object.metadata,
            annotations: { [keepAnnotation]: "keep", ...object.metadata.annotations },
          },
        },
  );
