import type { Plan } from "../engine/plan.js";
import type { Json } from "../kubernetes/objects.js";

/** A plan as `planToJson` writes it: what one side of a comparison is. */
export type PlanFile = Pick<Plan, "stack" | "resources" | "manifests" | "outputs">;

/** What a change makes of a stack, told from the plans of both sides. */
export interface PlanDiff {
  stack: string;
  /** The side on which the stack exists alone, if it is not on both. */
  only?: "base" | "head";
  resources: ResourceChange[];
  /** The objects of Helm releases and what pods read, as unified diffs. */
  objects: ObjectChange[];
  instances: InstanceImpact[];
  charts: ChartChange[];
  /** Names of node pools whose nodes are replaced, and with them every pod that runs there. */
  nodes: string[];
  /** Keys of secret settings of the stack's file that changed, beside those of instances; no plan has their values. */
  secrets: string[];
  warnings: Warning[];
}

export type ChangeKind = "create" | "update" | "replace" | "delete";

/** One resource that the engine would touch. */
export interface ResourceChange {
  kind: ChangeKind;
  urn: string;
  type: string;
  name: string;
  /** The instance that it belongs to, if to one. */
  instance?: string;
  protect: boolean;
  /** By path, sorted; for updates and replacements. Empty where only names that follow from other content changed. */
  changes: PropertyChange[];
  /** The paths for which it is replaced, where that is known. */
  because?: string[];
}

export interface PropertyChange {
  /** Such as `spec.template.spec.containers[0].image`. */
  path: string;
  /** Absent where the path is new. */
  before?: Json;
  /** Absent where the path is gone. */
  after?: Json;
}

/** One Kubernetes object, whoever carries it: a release's manifest, or a resource with files that pods read. */
export interface ObjectChange {
  kind: Exclude<ChangeKind, "replace">;
  instance?: string;
  /** The release that carries it; absent for resources of the stack. */
  release?: string;
  /** `Deployment/lms`, or `Secret/campus-openedx/lms.env.yml` for a file that pods read; names are without hashes. */
  object: string;
  /** Lines that begin with a space, `+`, `-` or `@@`. */
  patch: string;
  added: number;
  removed: number;
}

/** What happens to the people who use a site, and to those who run it. */
export interface InstanceImpact {
  instance: string;
  kind: Exclude<ChangeKind, "replace">;
  /** What is down while the change is made, by workload, with the reason; empty: nothing is. */
  downtime: { workload: string; reason: string }[];
  /** Workloads whose pods are replaced one by one, none of them missed. */
  rolls: string[];
  /**
   * Init tasks that run, since a Job runs all of its tasks. `service`: in whose image, such as lms; `plugin`: whose task
   * it is, `core` for Tutor's own; `changed`: its script or image is another.
   */
  tasks: { phase: string; service: string; plugin: string; changed: boolean }[];
  /** Whether those hold the databases' migrations. */
  migrations: boolean;
  images: { before: string; after: string; workloads: string[] }[];
  hosts: { added: string[]; removed: string[] };
  replicas: { workload: string; before?: number; after?: number }[];
  /** Tutor's settings in config.yml; those of secrets have neither side. */
  settings: { key: string; before?: Json; after?: Json; secret: boolean }[];
  versions: { what: string; before?: string; after?: string }[];
}

/** A Helm release whose chart is another one. */
export interface ChartChange {
  release: string;
  chart: string;
  /** Absent for an archive of a mirror. */
  repository?: string;
  before?: string;
  after?: string;
  /** Whether both sides' manifests are known, so that its objects are among those compared. */
  rendered: boolean;
  /** Where the chart's releases are told. */
  link: string;
}

export interface Warning {
  /**
   * `data`: can be lost; `exposure`: more people can reach something; `release`: a step that can't be taken back;
   * `hosts`: a site is called by other names.
   */
  about: "data" | "protection" | "release" | "exposure" | "hosts";
  /** One sentence: what, where, and what to look at. */
  text: string;
}
