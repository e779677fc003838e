import type * as pulumi from "@pulumi/pulumi";
import type { Cloud, Scheduling } from "../../cloud/types.js";
import { mapPodSpecs, mapPodTemplates } from "../pods.js";
import type { Transform } from "./types.js";

/** What a cloud that is made gives to the objects of an instance. */
export interface CloudContext {
  storageClasses: Cloud["storageClasses"];
  serviceAccount: string;
  /** By which the cloud knows the pods of the service account, where that has an identity of the cloud. */
  podLabels: Record<string, string>;
  /** Nodes for these pods. Default: any. */
  scheduling?: Scheduling;
}

/** Pods that use the service account get the labels of its identity. */
export const addPodLabels: Transform<CloudContext> = (objects, { serviceAccount, podLabels }) =>
  Object.keys(podLabels).length === 0
    ? [...objects]
    : mapPodTemplates(objects, (template) =>
        template.spec?.serviceAccountName !== serviceAccount
          ? template
          : {
              ...template,
              metadata: { ...template.metadata, labels: { ...podLabels, ...template.metadata?.labels } },
            },
      );

/** Pods that do not say where they run go where the cloud has nodes for them. */
export const placePods: Transform<CloudContext> = (objects, { scheduling }) =>
  scheduling === undefined
    ? [...objects]
    : mapPodSpecs(objects, (spec) =>
        spec.nodeSelector === undefined
          ? {
              ...spec,
              nodeSelector: scheduling.nodeSelector,
              tolerations: [...(spec.tolerations ?? []), ...scheduling.tolerations],
            }
          : spec,
      );

interface ClaimSpec {
  accessModes?: string[];
  storageClassName?: pulumi.Input<string>;
}

/** Volume claims that name no storage class get the cloud's. */
export const addStorageClasses: Transform<CloudContext> = (objects, { storageClasses }) =>
  objects.map((object) => {
    const spec = (object.spec ?? {}) as ClaimSpec;
    const storageClassName = spec.accessModes?.includes("ReadWriteMany")
      ? storageClasses.readWriteMany
      : storageClasses.readWriteOnce;
    return object.kind !== "PersistentVolumeClaim" ||
      spec.storageClassName !== undefined ||
      storageClassName === undefined
      ? object
      : { ...object, spec: { ...spec, storageClassName } };
  });
