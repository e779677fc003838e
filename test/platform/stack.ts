import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import { existingAbilities } from "../../providers/existing/abilities.js";
import type { Cloud, CloudAbilities } from "../../src/cloud/types.js";
import type { StackConfig } from "../../src/stack/load.js";
import type { AddOnName } from "../../src/config/platform.js";
import { configSchema } from "../../src/stack/schema.js";
import { runTest } from "../support/program.js";
import type { ProgramResult, PropertyMap, Registration, ResourceHandler } from "../../src/engine/types.js";
import { catalogue } from "../../src/platform/catalogue.js";
import { planEdge } from "../../src/platform/edge/plan.js";
import { planAddOns, type PlatformLimits, type PlatformPlan } from "../../src/platform/plan.js";
import { Platform } from "../../src/platform/platform.js";
import type { Site } from "../../src/platform/edge/types.js";
import type { AddOnContext, AddOnPlan } from "../../src/platform/types.js";
import { plain } from "../instance/stack.js";

/** A stack, told by what differs from the defaults. */
export interface Given {
  /** What stands under `openedx:`. */
  config?: Record<string, unknown>;
  abilities?: Partial<CloudAbilities>;
  cloud?: Partial<Cloud>;
  sites?: readonly Site[];
  /** Name of a resource that the cloud makes before it is ready. */
  cloudWaitsFor?: string;
  /** Add-ons that are on the cluster beside the one that is asked for its values. */
  beside?: readonly AddOnName[];
}

const campus: Site = { name: "campus", namespace: "campus", hosts: ["campus.example.com"] };

function instancesOf(sites: readonly Site[]): Record<string, unknown> {
  return Object.fromEntries(sites.map(({ name, namespace }) => [name, { namespace }]));
}

export function aboutStack({ config = {}, abilities = {}, sites = [campus] }: Given): AddOnPlan {
  const checked: StackConfig = {
    ...configSchema.parse({ cloud: "existing", instances: instancesOf(sites), ...config }),
    stack: "test",
  };
  const all = { ...existingAbilities, ...abilities };
  return { config: checked, abilities: all, edge: planEdge(checked, all), sites };
}

export function planned(given: Given, limits?: PlatformLimits): PlatformPlan {
  return planAddOns(aboutStack(given), limits);
}

/** Names of the add-ons that are on, in their order. */
export function namesOn(given: Given, limits?: PlatformLimits): AddOnName[] {
  return planned(given, limits).on.map(({ addOn }) => addOn.name);
}

/** The values that the catalogue gives an add-on's chart. */
export function valuesOf(name: AddOnName, given: Given = {}): Record<string, unknown> {
  const addOn = catalogue[name];
  const context: AddOnContext = {
    ...aboutStack(given),
    cloud: { storageClasses: {}, ready: [], managed: {}, ...given.cloud } as Cloud,
    has: (other) => given.beside?.includes(other) ?? false,
    namespace: addOn.namespace,
    ...(addOn.identity && {
      identity: {
        serviceAccountAnnotations: { "cloud/role": addOn.identity.serviceAccount },
        podLabels: { cloud: "yes" },
      },
    }),
  };
  return addOn.values(context);
}

/** What stands at a path such as `operator.replicaCount`; keys with dots in them go by `[]`. */
export function at(values: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], values);
}

const nothing: ResourceHandler = {
  register: ({ type }) => {
    const outputs: PropertyMap = type.endsWith(":RandomPassword") ? { result: "made-up" } : {};
    return Promise.resolve({ id: "id", outputs });
  },
  read: () => Promise.reject(new Error("nothing is read")),
  invoke: () => Promise.reject(new Error("nothing is invoked")),
};

/** Deploys the platform of a stack as a program of its own. */
export function deployPlatform(given: Given, limits: PlatformLimits = {}): Promise<ProgramResult> {
  return runTest({
    dryRun: false,
    handler: nothing,
    program: () => {
      const about = aboutStack(given);
      const provider = new k8s.Provider("cluster", { kubeconfig: "{}" });
      const ready =
        given.cloudWaitsFor === undefined
          ? []
          : [new k8s.core.v1.ConfigMap(given.cloudWaitsFor, {}, { provider })];
      const platform = new Platform(platformName, {
        plan: planAddOns(about, limits),
        about,
        cloud: { provider, ready, storageClasses: {}, managed: {}, ...given.cloud } as Cloud,
        secretProviders: [new random.Provider("random")],
        podsRun: limits.podsRun,
      });
      new k8s.core.v1.ConfigMap("a-site", {}, { provider, dependsOn: platform.ready });
      return Promise.resolve({ addOns: platform.addOns });
    },
  });
}

const releaseType = "kubernetes:helm.sh/v3:Release";

const platformName = "openedx-platform";

/** A child's own name, without its parent's in front. */
function ownName(name: string): string {
  return name.startsWith(`${platformName}-`) ? name.slice(platformName.length + 1) : name;
}

/** The releases, as plain inputs by name, in order of registration. */
export function releasesOf(result: ProgramResult): Map<string, Record<string, unknown>> {
  return new Map(
    result.registrations
      .filter(({ type }) => type === releaseType)
      .map(({ name, inputs }) => [ownName(name), plain(inputs) as Record<string, unknown>]),
  );
}

/** Names of what a resource waits for directly. */
export function dependenciesOf(result: ProgramResult, type: string, name: string): string[] {
  const found = ofType(result, type).find((each) => each.name === name);
  return (found?.dependencies ?? []).map((urn) => ownName(urn.split("::").at(-1) ?? "")).sort();
}

/** All resources of one type, by their own names. */
export function ofType(result: ProgramResult, type: string): Registration[] {
  return result.registrations
    .filter((each) => each.type.endsWith(type))
    .map((each) => ({ ...each, name: ownName(each.name) }));
}
