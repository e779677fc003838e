import type * as pulumi from "@pulumi/pulumi";

export interface NamedChild {
  /** Logical name. */
  name: string;
  opts: pulumi.CustomResourceOptions;
}

/**
 * What a component's child is known by in the state: its parent's name in front of its own. States that were written
 * before that was so know it by its own name alone.
 * @param parent the component's logical name
 * @param before the name in those states. Default: the child's own.
 */
export function childOf(
  parent: string,
  name: string,
  opts: pulumi.CustomResourceOptions,
  before: string = name,
): NamedChild {
  return name.startsWith(`${parent}-`)
    ? { name, opts }
    : { name: `${parent}-${name}`, opts: { ...opts, ...renamed(before) } };
}

/** States know a resource by its name: one that is called otherwise now is still the same one. */
export function renamed(earlier: string | undefined): pulumi.ResourceOptions {
  return earlier === undefined ? {} : { aliases: [{ name: earlier }] };
}
