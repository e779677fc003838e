import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { existingAbilities } from "../../providers/existing/abilities.js";
import type { Cloud, CloudAbilities } from "../../src/cloud/types.js";
import type { StackConfig } from "../../src/stack/load.js";
import { planServices } from "../../src/data/plan.js";
import { DataServices } from "../../src/data/services.js";
import { instanceServices } from "../../src/data/settings.js";
import type { ServicesPlan } from "../../src/data/table.js";
import { runTest } from "../support/program.js";
import type { ProgramResult, PropertyMap, Registration, ResourceHandler } from "../../src/engine/types.js";
import { plain, registered, seedOf } from "../instance/stack.js";

const handler: ResourceHandler = {
  register: ({ type, name }) => {
    const outputs: PropertyMap = /:(RandomPassword|RandomUuid)$/.test(type) ? { result: seedOf(name) } : {};
    return Promise.resolve({ id: name, outputs });
  },
  read: () => Promise.reject(new Error("nothing is read")),
  invoke: () => Promise.reject(new Error("nothing is invoked")),
};

export interface DeployOptions {
  abilities?: CloudAbilities;
  cloud?: Partial<Cloud>;
  /** Keys of config.yml, by instance. */
  written?: Record<string, string[]>;
}

function instanceOf(plan: ServicesPlan, name: string, written: string[] = []) {
  const services = instanceServices(plan, name, new Set(written));
  return { services, settings: services.settings };
}

/** The services of a stack with two instances, and what each instance gets from them. */
export function deploy(
  config: StackConfig,
  { abilities = existingAbilities, cloud, written = {} }: DeployOptions = {},
): Promise<ProgramResult> {
  return runServices(() => {
    const plan = planServices(config, abilities);
    const provider = new k8s.Provider("cluster", { kubeconfig: "{}" });
    const platform = new k8s.core.v1.ConfigMap("the-platform", {}, { provider });
    const args = {
      plan,
      config,
      cloud: {
        provider,
        kubeconfig: pulumi.output(""),
        ready: [],
        storageClasses: {},
        managed: {},
        ...cloud,
      },
      users: ["campus", "academy"].map((name) => ({
        name,
        namespace: `${name}-ns`,
        origins: [`https://${name}.example.com`],
        ...instanceOf(plan, name, written[name]),
      })),
      secretProviders: [new random.Provider("random")],
    };
    return new DataServices("openedx-data", args, { dependsOn: [platform] });
  });
}

/** The services that `make` makes, run in process, and what campus and academy get from them. */
export function runServices(make: () => DataServices): Promise<ProgramResult> {
  return runTest({
    dryRun: false,
    handler,
    program: () => {
      const services = make();
      const values = (name: string) => {
        const { ready, ...rest } = services.valuesFor(name);
        return { ...rest, ready: pulumi.all(ready.map(({ urn }) => urn)) };
      };
      return Promise.resolve({
        campus: values("campus"),
        academy: values("academy"),
        namespace: services.namespace,
      });
    },
  });
}

export const nameOf = (urn: string): string => urn.split("::").at(-1) ?? "";

export function dependencies(result: ProgramResult, type: string, name: string): string[] {
  return registered(result, type, name).dependencies.map(nameOf);
}

export function valuesOf(result: ProgramResult, instance: string): Record<string, string> {
  return (plain(result.outputs[instance]) as { values: Record<string, string> }).values;
}

export function readyOf(result: ProgramResult, instance: string): string[] {
  return (plain(result.outputs[instance]) as { ready: string[] }).ready.map(nameOf);
}

export function metadataOf({ inputs }: Registration): { name: string; namespace?: string } {
  return (plain(inputs.metadata) ?? {}) as { name: string; namespace?: string };
}
