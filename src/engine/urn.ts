/** The type of the resource at the root of every stack. */
export const stackType = "pulumi:pulumi:Stack";

export interface UrnParts {
  stack: string;
  project: string;
  /** The types of all parents but the stack, from the outermost, and the resource's own, joined by `$`. */
  qualifiedType: string;
  /** The resource's own type. */
  type: string;
  name: string;
}

/** Takes a URN apart. A name may itself contain `::`. */
export function parseUrn(urn: string): UrnParts {
  const [head = "", project = "", qualifiedType = "", ...name] = urn.split("::");
  return {
    stack: head.slice("urn:pulumi:".length),
    project,
    qualifiedType,
    type: qualifiedType.slice(qualifiedType.lastIndexOf("$") + 1),
    name: name.join("::"),
  };
}

/** The URN that the engine gives a resource; `parent` is a URN, empty for none. */
export function makeUrn(stack: string, project: string, parent: string, type: string, name: string): string {
  const parentType = parent === "" ? "" : parseUrn(parent).qualifiedType;
  const prefix = parentType === "" || parentType === stackType ? "" : `${parentType}$`;
  return `urn:pulumi:${stack}::${project}::${prefix}${type}::${name}`;
}

/** The URN in a provider reference (`<urn>::<id>`); empty for an empty reference. */
export function providerUrn(reference: string): string {
  const end = reference.lastIndexOf("::");
  return end < 0 ? reference : reference.slice(0, end);
}
