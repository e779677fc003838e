import type { Facts } from "../cloud/facts.js";
import type { PropertyChange } from "./types.js";

/*
 * Whether a change of an input makes another resource. The providers know; a comparison without them goes by the
 * properties that are fixed at creation, as each API documents them. What is not listed is taken for an update.
 */

/** Of Kubernetes, by type, or by a prefix that ends with `:`; a path stands for all below it. */
const fixedAtCreation: readonly [type: string, paths: readonly string[]][] = [
  ["kubernetes:helm.sh/v3:Release", ["name", "namespace"]],
  ["kubernetes:batch/v1:Job", ["spec.template", "spec.selector", "spec.completionMode"]],
  ["kubernetes:apps/v1:Deployment", ["spec.selector"]],
  ["kubernetes:apps/v1:DaemonSet", ["spec.selector"]],
  ["kubernetes:apps/v1:StatefulSet", ["spec.selector", "spec.serviceName", "spec.volumeClaimTemplates"]],
  ["kubernetes:core/v1:PersistentVolumeClaim", ["spec.accessModes", "spec.storageClassName"]],
  ["kubernetes:core/v1:Secret", ["type"]],
  ["kubernetes:storage.k8s.io/v1:StorageClass", ["parameters", "provisioner", "volumeBindingMode"]],
  ["kubernetes:", ["apiVersion", "kind", "metadata.name", "metadata.namespace"]],
];

/** The paths for which the engine would make a new resource in the place of this one; none: it would be updated. */
export function replacingPaths(
  type: string,
  changes: readonly PropertyChange[],
  facts: Pick<Facts, "fixed">,
  immutable: boolean,
): string[] {
  const fixed = fixedAtCreation
    .filter(([of]) => of === type || (of.endsWith(":") && type.startsWith(of)))
    .flatMap(([, paths]) => paths);
  const ofCloud = facts.fixed(type);
  const content = immutable ? ["data", "binaryData", "stringData"] : [];
  return changes
    .map(({ path }) => path)
    .filter((path) => [...fixed, ...ofCloud, ...content].some((each) => isBelow(path, each)));
}

function isBelow(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
}
