import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import { makeUrn, parseUrn, stackType } from "./urn.js";

/** What an alias is resolved against: the resource as it is now. */
export interface AliasOwner {
  stack: string;
  project: string;
  type: string;
  name: string;
  /** URN, empty for none. */
  parent: string;
}

function resolveAlias(alias: Alias, owner: AliasOwner): string {
  const spec = alias.getSpec();
  if (alias.hasUrn() || spec === undefined) {
    return alias.getUrn();
  }
  const parent = spec.getParenturn() || owner.parent;
  const parentless = spec.getNoparent() || parent === "" || parseUrn(parent).type === stackType;
  return makeUrn(
    spec.getStack() || owner.stack,
    spec.getProject() || owner.project,
    parentless ? "" : parent,
    spec.getType() || owner.type,
    spec.getName() || owner.name,
  );
}

/** The child's URN under an earlier URN of its parent; a name that begins with the parent's follows the parent's. */
function inherit(type: string, name: string, parentName: string, parentAlias: string): string {
  const earlier = parseUrn(parentAlias);
  const childName = name.startsWith(parentName) ? earlier.name + name.slice(parentName.length) : name;
  return makeUrn(earlier.stack, earlier.project, parentAlias, type, childName);
}

/** All earlier URNs of a resource: its own aliases, and those that follow from its parent's, without repetition. */
export function resolveAliases(
  aliases: readonly Alias[],
  owner: AliasOwner,
  parentAliases: readonly string[],
): string[] {
  const own = aliases.map((alias) => resolveAlias(alias, owner));
  const result = new Set(own);
  const parentName = owner.parent === "" ? "" : parseUrn(owner.parent).name;
  for (const parentAlias of parentAliases) {
    result.add(inherit(owner.type, owner.name, parentName, parentAlias));
    for (const urn of own) {
      const earlier = parseUrn(urn);
      result.add(inherit(earlier.type, earlier.name, parentName, parentAlias));
    }
  }
  return [...result];
}
