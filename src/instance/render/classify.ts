import { dataWorkloads as knownWorkloads } from "../../data/factsTable.js";
import type { KubernetesObject } from "../../kubernetes/objects.js";
import type { InitTask } from "../../tutor/types.js";
import { claimsOf, holdsVolume, podTemplateOf, servicePicks } from "../pods.js";

/** The rendered objects, by what becomes of them. */
export interface ClassifiedObjects {
  /** Tutor's `<service>-job` objects: templates for tasks, never applied as they are. */
  jobTemplates: KubernetesObject[];
  /** Databases and the like, with their Services and volumes. */
  data: KubernetesObject[];
  /** All else that runs. */
  app: KubernetesObject[];
  /** ConfigMaps and Secrets. */
  config: KubernetesObject[];
}

/** What serves people, even where it has a volume. */
const appServices = new Set(["caddy", "mfe", "lms", "cms", "lms-worker", "cms-worker"]);

/** Sorts the objects of a render. The Namespace is left out: the instance has its own. */
export function classifyObjects(
  objects: readonly KubernetesObject[],
  tasks: readonly InitTask[],
): ClassifiedObjects {
  const taskJobs = new Set(tasks.map(({ service }) => `${service}-job`));
  const isTemplate = (object: KubernetesObject): boolean =>
    object.kind === "Job" &&
    (object.metadata.labels?.["app.kubernetes.io/component"] === "job" || taskJobs.has(object.metadata.name));
  const templates = objects.filter(isTemplate);
  const appImages = new Set(
    templates.filter(({ metadata }) => !isKnown(serviceOf(metadata.name))).flatMap(imagesOf),
  );
  const rest = objects.filter((object) => object.kind !== "Namespace" && !isTemplate(object));
  const workloads = rest.filter((object) => podTemplateOf(object) !== undefined);
  const dataWorkloads = workloads.filter((object) => isDataWorkload(object, appImages));
  const appClaims = new Set(workloads.filter((object) => !dataWorkloads.includes(object)).flatMap(claimsOf));
  const dataAccounts = new Set(
    dataWorkloads.flatMap((object) => podTemplateOf(object)?.spec?.serviceAccountName ?? []),
  );
  const isData = (object: KubernetesObject): boolean => {
    switch (object.kind) {
      case "Service":
        return dataWorkloads.some((workload) => servicePicks(object, workload));
      case "PersistentVolumeClaim":
        return !appClaims.has(object.metadata.name);
      case "ServiceAccount":
        return dataAccounts.has(object.metadata.name);
      default:
        return dataWorkloads.includes(object);
    }
  };
  const config = rest.filter(isConfig);
  const applied = rest.filter((object) => !isConfig(object));
  return {
    jobTemplates: templates,
    data: applied.filter(isData),
    app: applied.filter((object) => !isData(object)),
    config,
  };
}

/** Whether an object is one that pods read their configuration from. */
function isConfig({ apiVersion, kind }: KubernetesObject): boolean {
  return apiVersion === "v1" && (kind === "ConfigMap" || kind === "Secret");
}

/** Whether a workload holds data for others, by the name that Tutor or a plugin gives it. */
function isKnown(workload: string): boolean {
  return Object.hasOwn(knownWorkloads, workload);
}

function serviceOf(job: string): string {
  return job.replace(/-job$/, "");
}

/** Known by name; else a workload with a volume that is not made from an image that also runs migrations. */
function isDataWorkload(object: KubernetesObject, appImages: ReadonlySet<string>): boolean {
  if (isKnown(object.metadata.name)) {
    return true;
  }
  return (
    holdsVolume(object) &&
    !appServices.has(object.metadata.name) &&
    !imagesOf(object).some((image) => appImages.has(image))
  );
}

function imagesOf(object: KubernetesObject): string[] {
  return podTemplateOf(object)?.spec?.containers.flatMap(({ image }) => image ?? []) ?? [];
}
