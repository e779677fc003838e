import type { Facts } from "../cloud/facts.js";
import type { PlannedResource } from "../engine/plan.js";
import type { JsonObject, KubernetesObject } from "../kubernetes/objects.js";

/** `mandatory`: the change must not go on. `advisory`: somebody should know. */
export type Level = "mandatory" | "advisory";

export type PolicyResource = Pick<PlannedResource, "urn" | "type" | "name" | "parent" | "inputs" | "protect">;

/** What the rules read of one stack: from a plan, or from what the engine tells a policy pack. */
export interface PolicyStack {
  stack: string;
  /** Secrets are `[secret]`, values that only the deployment will know `[unknown]`. */
  resources: readonly PolicyResource[];
  /** What Helm releases hold, by the release's URN; releases that could not be rendered are absent. */
  manifests: Readonly<Record<string, readonly KubernetesObject[]>>;
  /** Whether the stack holds no data that matters (`openedx:disposable`). */
  disposable: boolean;
  /** The stack's outputs before the change: those of the base's plan, or of the deployed stack. */
  before?: JsonObject;
  /** False: whoever told the resources did not say which values are secret, as the engine does not. */
  secretsMarked: boolean;
  /** What is known of clouds' resources. */
  facts: Pick<Facts, "of" | "rules">;
}

/** One thing that a rule has to say. */
export interface Finding {
  /** The resource. */
  urn: string;
  /** The Kubernetes object in it, as `Deployment/lms`. */
  object?: string;
  /** What is wrong, where, and what to do. Never holds a secret. */
  message: string;
  /** Default: the rule's. */
  level?: Level;
}

export interface Violation extends Finding {
  rule: string;
  stack: string;
  level: Level;
}

/** One policy. Pure: the same stacks give the same findings. */
export interface Rule {
  /** Letters and hyphens: the policy's name in the pack. */
  name: string;
  level: Level;
  /** One sentence: what must be so. */
  description: string;
  /**
   * @param fleet all stacks that are looked at, `stack` among them, for what must be unique.
   */
  check: (stack: PolicyStack, fleet: readonly PolicyStack[]) => Finding[];
}
