/** What a resource is called, and whose part it is: of a run, or of a plan. */
interface Named {
  urn: string;
  type: string;
  name: string;
  /** URN. */
  parent?: string;
}

/**
 * Resources that do not carry the name of the component that they are part of: it, or it and a hyphen in front. Only the
 * nearest component counts.
 */
export function misnamed<Resource extends Named>(resources: readonly Resource[]): Resource[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const componentOf = ({ parent = "" }: Named): Named | undefined => {
    const above = byUrn.get(parent);
    return above === undefined || above.type.startsWith("openedx:") ? above : componentOf(above);
  };
  return resources.filter((resource) => {
    const component = componentOf(resource);
    return component !== undefined && !`${resource.name}-`.startsWith(`${component.name}-`);
  });
}
