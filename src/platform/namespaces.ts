import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { NamedChild } from "./children.js";
import type { PlannedAddOn } from "./plan.js";
import type { AddOnPlace } from "./types.js";

/** From the strictest on. */
const levels = ["restricted", "baseline", "privileged"] as const;

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
    const level = levels.indexOf(addOn.podSecurity ?? "baseline");
    levelOf.set(namespace, Math.max(level, levelOf.get(namespace) ?? 0));
  }
  return new Map(
    [...levelOf]
      .filter(([name]) => name !== "default" && !name.startsWith("kube-"))
      .map(([name, level]) => [name, createNamespace(name, levels[level] ?? "baseline", child(name))]),
  );
}

function createNamespace(
  name: string,
  level: (typeof levels)[number],
  child: NamedChild,
): pulumi.Output<string> {
  const namespace = new k8s.core.v1.Namespace(
    child.name,
    {
      metadata: {
        name,
        labels: {
          "app.kubernetes.io/part-of": "openedx",
          "pod-security.kubernetes.io/enforce": level,
          "pod-security.kubernetes.io/warn": level,
        },
      },
    },
    child.opts,
  );
  return namespace.metadata.name;
}
