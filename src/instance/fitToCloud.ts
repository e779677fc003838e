import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud/types.js";
import type { KubernetesObject } from "../kubernetes/objects.js";
import { mapPodTemplates } from "./pods.js";

/** The labels by which a cloud knows the pods of a service account that has an identity of the cloud. */
export function withPodLabels(
  objects: readonly KubernetesObject[],
  serviceAccount: string,
  labels: Record<string, string>,
): KubernetesObject[] {
  if (Object.keys(labels).length === 0) {
    return [...objects];
  }
  return mapPodTemplates(objects, (template) =>
    template.spec?.serviceAccountName !== serviceAccount
      ? template
      : {
          ...template,
          metadata: { ...template.metadata, labels: { ...labels, ...template.metadata?.labels } },
        },
  );
}

interface ClaimSpec {
  accessModes?: string[];
  storageClassName?: pulumi.Input<string>;
}

/** The cloud's storage class for volume claims that name none. */
export function withStorageClasses(
  objects: readonly KubernetesObject[],
  { readWriteOnce, readWriteMany }: Cloud["storageClasses"],
): KubernetesObject[] {
  return objects.map((object) => {
    const spec = (object.spec ?? {}) as ClaimSpec;
    const storageClassName = spec.accessModes?.includes("ReadWriteMany") ? readWriteMany : readWriteOnce;
    return object.kind !== "PersistentVolumeClaim" ||
      spec.storageClassName !== undefined ||
      storageClassName === undefined
      ? object
      : { ...object, spec: { ...spec, storageClassName } };
  });
}
