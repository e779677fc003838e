import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { partOf, podSecurity, type PodSecurityLevel, podSecurityLevels } from "../kubernetes/conventions.js";
import type { NamedChild } from "../cloud/children.js";
import type { PlannedAddOn } from "./plan.js";
import type { AddOnPlace } from "./types.js";

/**
 * The add-ons' namespaces, each once, with the Pod Security level that all in it can live with. Those of the cluster's
 * own stay as they are.
 * @returns names that depend on the namespaces, by name
 */
export function createNamespaces(
  addOns: readonly PlannedAddOn[],
  child: AddOnPlace["child"],
): Map<string, pulumi.Output<string>> {
  const levelOf = new Map<string, number>();
  for (const { addOn, namespace } of addOns) {
    const level = podSecurityLevels.indexOf(addOn.podSecurity ?? "baseline");
    levelOf.set(namespace, Math.max(level, levelOf.get(namespace) ?? 0));
  }
  return new Map(
    [...levelOf]
      .filter(([name]) => name !== "default" && !name.startsWith("kube-"))
      .map(([name, level]) => [
        name,
        createNamespace(name, podSecurityLevels[level] ?? "baseline", child(name)).metadata.name,
      ]),
  );
}

/** A namespace of this project, whose pods keep to a Pod Security level. */
export function createNamespace(
  name: string,
  level: PodSecurityLevel,
  child: NamedChild,
): k8s.core.v1.Namespace {
  return new k8s.core.v1.Namespace(
    child.name,
    { metadata: { name, labels: { ...partOf, ...podSecurity(level) } } },
    child.opts,
  );
}
