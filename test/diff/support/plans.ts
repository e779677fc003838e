import type { PlannedResource } from "../../../src/engine/plan.js";
import type { JsonObject, KubernetesObject } from "../../../src/kubernetes/objects.js";
import { facts } from "../../../providers/clouds.js";
import { comparePlans, type SecretChanges } from "../../../src/diff/compare.js";
import type { PlanDiff, PlanFile } from "../../../src/diff/types.js";

const root = "urn:pulumi:prod::openedx";

/** Options of a resource beside its inputs. */
export interface ResourceOptions {
  parent?: PlannedResource;
  protect?: boolean;
}

export function resource(
  type: string,
  name: string,
  inputs: JsonObject = {},
  { parent, protect = false }: ResourceOptions = {},
): PlannedResource {
  const urn = `${root}::${type}::${name}`;
  return { urn, type, name, parent: parent?.urn ?? "", dependencies: [], provider: "", protect, inputs };
}

/** The component of an instance. */
export function instance(name: string, inputs: JsonObject = {}): PlannedResource {
  return resource("openedx:instance:OpenEdxInstance", name, inputs);
}

export function release(
  name: string,
  inputs: JsonObject = {},
  options: ResourceOptions = {},
): PlannedResource {
  return resource("kubernetes:helm.sh/v3:Release", name, inputs, options);
}

/** A Deployment, unless `kind` says otherwise. */
export function workload(
  name: string,
  image: string,
  spec: JsonObject = {},
  kind = "Deployment",
): KubernetesObject {
  return {
    apiVersion: "apps/v1",
    kind,
    metadata: { name, namespace: "campus" },
    spec: { template: { spec: { containers: [{ name, image }] } }, ...spec },
  };
}

export function object(kind: string, name: string, spec: JsonObject = {}): KubernetesObject {
  return { apiVersion: "v1", kind, metadata: { name, namespace: "campus" }, spec };
}

/** @param manifests objects of releases, by the release's name. */
export function plan(
  resources: readonly PlannedResource[],
  manifests: Record<string, KubernetesObject[]> = {},
): PlanFile {
  const byUrn = Object.fromEntries(
    Object.entries(manifests).map(([name, objects]) => [
      `${root}::kubernetes:helm.sh/v3:Release::${name}`,
      objects,
    ]),
  );
  return { stack: "prod", resources: [...resources], manifests: byUrn, outputs: {} };
}

/** A plan with the instance campus, whose release holds those objects. */
export function campus(
  objects: KubernetesObject[],
  inputs: JsonObject = {},
  others: readonly PlannedResource[] = [],
): PlanFile {
  const parent = instance("campus", inputs);
  return plan([parent, release("campus", {}, { parent }), ...others], { campus: objects });
}

/** What differs between two plans, with what is known of clouds. */
export function compare(
  before: PlanFile | undefined,
  after: PlanFile | undefined,
  secrets: SecretChanges = {},
): PlanDiff {
  return comparePlans(before, after, facts, secrets);
}
