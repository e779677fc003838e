import assert from "node:assert/strict";
import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { facts } from "../../providers/clouds.js";
import { breaches } from "../../src/cloud/rules.js";
import { holdsVolume, podTemplateOf } from "../../src/instance/pods.js";
import { undisturbed } from "../../src/kubernetes/conventions.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import type { Registration } from "../../src/engine/types.js";
import { inputsOf } from "./clouds.js";
import { rawOf, variants } from "./variants.js";
import { runStack } from "./wholeStack.js";

/** What depends on each resource, itself or by others, by URN. */
function dependents(resources: readonly Registration[]): (urn: string) => Registration[] {
  const direct = new Map<string, Registration[]>();
  for (const resource of resources) {
    for (const urn of resource.dependencies) {
      direct.set(urn, [...(direct.get(urn) ?? []), resource]);
    }
  }
  return (urn) => {
    const found = new Set<Registration>();
    const queue = [urn];
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
      for (const resource of direct.get(next) ?? []) {
        if (!found.has(resource)) {
          found.add(resource);
          queue.push(resource.urn);
        }
      }
    }
    return [...found];
  };
}

const isGrant = ({ type }: Registration): boolean => facts.of(type)?.grant === true;

/** The pods of Jobs, and of bundled data, as resources and as what the site's own releases hold. */
function keptPods(resources: readonly Registration[]): { name: string; template: V1PodTemplateSpec }[] {
  const objects = resources.flatMap((resource) => {
    const { values, ...inputs } = inputsOf(resource) as {
      values?: { manifests?: Record<string, KubernetesObject> };
    };
    return [inputs as unknown as KubernetesObject, ...Object.values(values?.manifests ?? {})].map(
      (object) => ({
        name: `${resource.name} ${object.kind}`,
        object,
        isData: resource.name === "campus-data",
      }),
    );
  });
  return objects.flatMap(({ name, object, isData }) => {
    const template = podTemplateOf(object);
    const holds = ["Job", "CronJob"].includes(object.kind) || (isData && holdsVolume(object));
    return template !== undefined && holds ? [{ name, template }] : [];
  });
}

/** Identities that an add-on or a Job has, by what their names hold; each where the config says that something uses it. */
const identities: Record<string, (name: string) => boolean> = {
  "cert-manager": (name) => /dns01|gke and Gateways/.test(name),
  velero: (name) => name === "velero",
  "external-dns": (name) => !/without a zone/.test(name),
  "cluster-autoscaler": () => false,
};

for (const { each, variants: ofCloud } of variants) {
  describe(`every stack on ${each.cloud}`, () => {
    for (const variant of ofCloud) {
      describe(variant.name, () => {
        let resources: Registration[];

        before(async () => {
          resources = await runStack(each, rawOf(each, variant));
        });

        it("asks nothing of the cloud that its API refuses", () => {
          // What is read, and not made, has none.
          const asked = resources.filter(({ inputs }) => Object.keys(inputs).length > 0);
          const refused = asked.flatMap((resource) =>
            breaches(inputsOf(resource), facts.rules(resource.type)).map(
              ({ path, message }) => `${resource.type} ${resource.name}: ${path} ${message}`,
            ),
          );
          assert.deepEqual(refused, []);
        });

        it("has something wait for each grant, so that it comes first and goes last", () => {
          const of = dependents(resources);
          const grants = resources.filter(isGrant);
          assert.ok(grants.length > 0);
          const idle = grants.filter(
            ({ urn }) => !of(urn).some((resource) => resource.custom && !isGrant(resource)),
          );
          assert.deepEqual(
            idle.map(({ type, name }) => `${type} ${name}`),
            [],
          );
        });

        it("lets nobody move Jobs and data to save nodes", () => {
          const kept = keptPods(resources);
          assert.ok(kept.length > 5);
          const moved = kept.filter(({ template: { metadata } }) =>
            Object.entries(undisturbed).some(([key, value]) => metadata?.annotations?.[key] !== value),
          );
          assert.deepEqual(
            moved.map(({ name }) => name),
            [],
          );
        });

        it("makes identities for what is used alone", () => {
          const own = resources.filter(({ type }) => facts.isCloud(type)).map(({ name }) => name);
          const made = Object.keys(identities).filter((purpose) =>
            own.some((name) => name.includes(purpose)),
          );
          const expected = Object.entries(identities)
            .filter(([, isUsed]) => isUsed(variant.name))
            .map(([purpose]) => purpose);
          assert.deepEqual(made, expected);
        });
      });
    }
  });
}
