import { mapOf } from "../../workspace/yaml.js";
import { type KubernetesObject, textsOf } from "../../kubernetes/objects.js";
import { chartName, releaseNamespace, releaseType } from "../objects.js";
import type { PolicyResource, PolicyStack, Rule } from "../types.js";
import { operatorCharts } from "./databases.js";

/** What holds data for good cannot be deleted or replaced by mistake, unless the stack is for trying things out. */
export const protectedData: Rule = {
  name: "data-protected",
  level: "mandatory",
  description:
    "Databases, buckets, volumes and their keys are protected from deletion, unless the stack is disposable.",
  check: (stack) =>
    stack.disposable
      ? []
      : unprotected(stack).map(({ urn, type, name, parent }) => ({
          urn,
          ...(isPlatform(parent) && { level: "advisory" as const }),
          message:
            `${type.split(":").at(-1)} ${name} holds data and is not protected: a change could delete it, and what it holds. ` +
            "Make it with `protect: true`, or say `openedx:disposable: true` in the stack's file if its data do not matter.",
        })),
};

/** What the platform's add-ons keep, metrics and logs, is not a site's data. */
function isPlatform(urn: string): boolean {
  return urn.includes("openedx:platform:Platform::");
}

function unprotected(stack: PolicyStack): PolicyResource[] {
  const releases = stack.resources.filter((resource) =>
    isDataRelease(resource, stack.manifests[resource.urn]),
  );
  const namespaces = new Set(
    releases.filter(({ parent }) => !isPlatform(parent)).map(({ inputs }) => releaseNamespace(inputs)),
  );
  const isDataNamespace = ({ type, inputs }: PolicyResource): boolean =>
    type === "kubernetes:core/v1:Namespace" &&
    textsOf(mapOf(inputs.metadata).name).some((name) => namespaces.has(name));
  return stack.resources.filter(
    (resource) =>
      !resource.protect &&
      (releases.includes(resource) || isDataNamespace(resource) || holdsData(resource, stack.facts)),
  );
}

function holdsData({ type, inputs }: PolicyResource, facts: PolicyStack["facts"]): boolean {
  const { data } = facts.of(type) ?? {};
  return (
    type === "kubernetes:core/v1:PersistentVolumeClaim" ||
    (typeof data === "function" ? data(inputs) : data === true)
  );
}

function isDataRelease(resource: PolicyResource, objects: readonly KubernetesObject[] = []): boolean {
  return (
    resource.type === releaseType && (operatorCharts.has(chartName(resource)) || objects.some(hasVolume))
  );
}

function hasVolume({ kind, spec }: KubernetesObject): boolean {
  const templates = mapOf(spec).volumeClaimTemplates;
  return (
    kind === "PersistentVolumeClaim" ||
    (kind === "StatefulSet" && Array.isArray(templates) && templates.length > 0)
  );
}
