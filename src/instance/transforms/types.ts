import type { KubernetesObject } from "../../kubernetes/objects.js";

/** What a transform may know besides the objects. */
export interface TransformContext {
  /** The objects are Tutor's `<service>-job`: templates of tasks' pods. */
  tasks?: boolean;
  /** Service account for pods that name none; it carries the cloud identity. Undefined: the namespace's default. */
  serviceAccount?: string;
  /** Data may be thrown away. */
  disposable: boolean;
  /** There is a ConfigMap with the authorities of the data services' certificates. */
  authorities?: boolean;
}

/** A pure change of manifests, of one concern. It fills what a manifest leaves open and overrides nothing it says. */
export type Transform<Context = TransformContext> = (
  objects: readonly KubernetesObject[],
  context: Context,
) => KubernetesObject[];
