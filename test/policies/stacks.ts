import { facts } from "../../providers/clouds.js";
import type { JsonObject, KubernetesObject } from "../../src/kubernetes/objects.js";
import type { PolicyResource, PolicyStack, Rule } from "../../src/policies/types.js";

/** A resource of the stack `prod`, straight below it. */
export function resource(
  type: string,
  name: string,
  inputs: JsonObject = {},
  more: Partial<PolicyResource> = {},
): PolicyResource {
  const urn = `urn:pulumi:prod::openedx::${type}::${name}`;
  return { urn, type, name, parent: "", inputs, protect: false, ...more };
}

export function stack(resources: PolicyResource[], more: Partial<PolicyStack> = {}): PolicyStack {
  return { stack: "prod", resources, manifests: {}, disposable: false, secretsMarked: true, facts, ...more };
}

export function object(
  kind: string,
  name: string,
  fields: JsonObject = {},
  apiVersion = "v1",
): KubernetesObject {
  return { apiVersion, kind, metadata: { name, namespace: "campus" }, ...fields };
}

/** A Deployment of one container. */
export function deployment(name: string, container: JsonObject, spec: JsonObject = {}): KubernetesObject {
  const template = { spec: { containers: [{ name, image: "docker.io/caddy:2.7.4", ...container }] } };
  return object("Deployment", name, { spec: { template, ...spec } }, "apps/v1");
}

/** A stack with one Helm release that holds these. */
export function released(...objects: KubernetesObject[]): PolicyStack {
  const release = resource("kubernetes:helm.sh/v3:Release", "campus", {
    chart: "./charts/openedx-instance",
    namespace: "campus",
    values: {},
  });
  return stack([release], { manifests: { [release.urn]: objects } });
}

/** What a rule says of one stack: the level and the message of each finding. */
export function said(rule: Rule, of: PolicyStack, fleet: PolicyStack[] = [of]): string[] {
  return rule.check(of, fleet).map(({ level, message }) => `${level ?? rule.level}: ${message}`);
}
