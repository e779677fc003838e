import type { Facts } from "../cloud/facts.js";
import type { PlannedResource } from "../engine/plan.js";
import type { Json } from "../kubernetes/objects.js";
import { propertyChanges } from "./properties.js";
import { replacingPaths } from "./replacement.js";
import type { Side } from "./side.js";
import type { ResourceChange } from "./types.js";

/** Components and the stack itself hold nothing; what changes in them is told by what they hold. */
const holdsNothing = /^openedx:|^pulumi:pulumi:Stack$/;

/** Every resource that the engine would touch, in the order of URNs. */
export function resourceChanges(before: Side, after: Side, facts: Facts): ResourceChange[] {
  const urns = [...new Set([...before.resources.keys(), ...after.resources.keys()])].sort();
  return urns.flatMap((urn): ResourceChange[] => {
    const [one, other] = [before.resources.get(urn), after.resources.get(urn)];
    const resource = other ?? one;
    if (resource === undefined || holdsNothing.test(resource.type)) {
      return [];
    }
    const { type, name } = resource;
    const instance = (other === undefined ? before : after).instanceOf(urn);
    const common = { urn, type, name, instance };
    if (one === undefined || other === undefined) {
      const kind = one === undefined ? "create" : "delete";
      return [{ ...common, kind, protect: resource.protect, changes: [] }];
    }
    const changes = propertyChanges(one.inputs, other.inputs);
    if (changes.length === 0 && one.protect === other.protect) {
      return [];
    }
    const because = replacingPaths(type, changes, facts, isImmutable(one));
    const kind = because.length > 0 ? "replace" : "update";
    // A name that only follows another object's content tells nothing that is not told there.
    const telling = changes.filter(
      ({ before: was, after: is }) => hashless(before, was) !== hashless(after, is),
    );
    return [
      { ...common, kind, protect: one.protect, changes: telling, ...(kind === "replace" && { because }) },
    ];
  });
}

function hashless(side: Side, value: Json | undefined): string | undefined {
  return value === undefined ? undefined : side.withoutHashes(JSON.stringify(value));
}

function isImmutable({ inputs }: PlannedResource): boolean {
  return inputs.immutable === true;
}
