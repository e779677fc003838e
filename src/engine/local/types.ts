import type { Progress } from "../../workspace/progress.js";
import type { PropertyMap } from "../types.js";

/** Which cluster, which stack, and how to tell what happens. */
export interface LocalOptions {
  stack: string;
  project: string;
  /** The text of a kubeconfig, or the path of one. The state is kept on its cluster. */
  kubeconfig: string;
  /** The path of the `helm` binary; asked for only when a release changes. */
  helm: () => Promise<string>;
  progress: Progress;
  /** Ends the run in order: helm is stopped, the lease given back, the state kept. */
  signal?: AbortSignal;
}

/** What `localUp` carries out. */
export interface LocalUpOptions extends LocalOptions {
  /** Fully qualified keys, as `ProgramRun.config`. */
  config: Record<string, string>;
  secretKeys: string[];
  /** As `ProgramRun.program`. It runs twice, unless nothing has changed: it may make nothing but resources. */
  program: () => Promise<unknown>;
  /**
   * Looks at the stack's outputs after the last run that succeeded and at those that this one would have, before anything
   * is changed. Faults stop the run; notes are said.
   */
  review?: (before: PropertyMap, after: PropertyMap) => { faults: string[]; notes: string[] };
}

export type LocalAction = "created" | "updated" | "same" | "replaced" | "deleted";

/** What became of one custom resource. */
export interface ResourceResult {
  urn: string;
  type: string;
  name: string;
  action: LocalAction;
}

/** One Helm release after the run. */
export interface ReleaseSummary {
  urn: string;
  name: string;
  namespace: string;
  revision: number;
  /** Zero if nothing was done. */
  seconds: number;
}

/** What became of a whole run. */
export interface LocalResult {
  /** The stack's, with secrets marked. */
  outputs: PropertyMap;
  /** In order of registration; deleted ones last. */
  resources: ResourceResult[];
  releases: ReleaseSummary[];
  /** From a component's first change to its last, by the name of the topmost component. */
  instances: { name: string; seconds: number }[];
}
