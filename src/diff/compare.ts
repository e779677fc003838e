import type { Facts } from "../cloud/facts.js";
import { chartChanges } from "./charts.js";
import { type ChangedSecrets, instanceImpacts } from "./impact.js";
import { replacedNodes } from "./nodes.js";
import { objectChanges } from "./patches.js";
import { underLaterNames } from "./renamed.js";
import { resourceChanges } from "./resources.js";
import { Side } from "./side.js";
import type { PlanDiff, PlanFile } from "./types.js";
import { findWarnings } from "./warnings.js";

/** Secret settings that changed: no plan holds them. */
export interface SecretChanges {
  ofInstances?: ChangedSecrets;
  /** Keys of the stack's file. */
  ofStack?: readonly string[];
}

/**
 * What a change makes of a stack. Both plans must have stand-ins for secrets; with unknown values, what holds one counts
 * as unchanged. Pure.
 * @param base undefined where the stack is new.
 * @param head undefined where the stack is gone.
 * @param facts what is known of clouds' resources
 */
export function comparePlans(
  base: PlanFile | undefined,
  head: PlanFile | undefined,
  facts: Facts,
  { ofInstances = {}, ofStack = [] }: SecretChanges = {},
): PlanDiff {
  const former = base !== undefined && head !== undefined ? underLaterNames(base, head) : base;
  const [before, after] = [new Side(former), new Side(head)];
  const resources = resourceChanges(before, after, facts);
  const instances = instanceImpacts(before, after, ofInstances);
  return {
    stack: (head ?? base)?.stack ?? "",
    ...((base === undefined) !== (head === undefined) && { only: base === undefined ? "head" : "base" }),
    resources,
    objects: objectChanges(before, after),
    instances,
    charts: chartChanges(before, after),
    nodes: replacedNodes(resources, facts),
    secrets: [...ofStack],
    warnings: findWarnings({ before, after, resources, instances, facts }),
  };
}
