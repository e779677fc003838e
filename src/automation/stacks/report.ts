import type { ChangeKind, PropertyChange } from "../../diff/types.js";

/** What was asked of a stack. */
export type Operation = "preview" | "up" | "refresh" | "destroy";

/** What the engine does with a resource; `read` and `import` are what it takes over from elsewhere. */
export type ResourceOp = ChangeKind | "read" | "import" | "discard";

/** One resource that the engine touched, or would. */
export interface ReportedResource {
  op: ResourceOp;
  urn: string;
  type: string;
  name: string;
  protect: boolean;
  /** By path, sorted; secret sides are `[secret]`, values that only the deployment knows `[unknown]`. */
  changes: PropertyChange[];
  /** What made its last deployment fail: it is tried again, though nothing about it changed. */
  retry?: string[];
  /** Whether it failed. */
  failed?: true;
  /** How long it took, in whole seconds, which is what the engine tells. */
  seconds?: number;
}

export interface Diagnostic {
  severity: "info" | "warning" | "error";
  /** Without colours and without empty lines at its ends. */
  message: string;
  urn?: string;
}

export interface PolicyViolation {
  policy: string;
  pack: string;
  /** A mandatory one makes the operation fail. */
  mandatory: boolean;
  message: string;
  urn?: string;
}

/** What an operation did or would do to a stack, told from the engine's events. */
export interface StackReport {
  stack: string;
  operation: Operation;
  /** In the order in which the engine came to them. */
  resources: ReportedResource[];
  /** How many stay as they are. */
  unchanged: number;
  /** Messages of the engine and the program; an error is there once. */
  diagnostics: Diagnostic[];
  policies: PolicyViolation[];
  /** How long the engine worked, in seconds; absent where it was ended before it could say so. */
  seconds?: number;
}

/** How many resources each op takes, such as `{ create: 2 }`. */
export function countsOf({ resources }: StackReport): Partial<Record<ResourceOp, number>> {
  const counts: Partial<Record<ResourceOp, number>> = {};
  resources.forEach(({ op }) => (counts[op] = (counts[op] ?? 0) + 1));
  return counts;
}

/** Whether the operation found or made a difference. What is only read is none. */
export function hasChanges({ resources }: StackReport): boolean {
  return resources.some(({ op }) => op !== "read");
}
