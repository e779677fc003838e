import { selectCloud } from "../../src/stack/selectCloud.js";
import { serviceKinds } from "../../src/cloud/services.js";
import type { Cloud, CloudAbilities, IdentityPurpose, ServiceAccountRef } from "../../src/cloud/types.js";
import { configSchema } from "../../src/stack/schema.js";
import type { StackConfig } from "../../src/stack/load.js";
import { plain, runTest } from "../support/program.js";
import {
  type PropertyMap,
  type Registered,
  type Registration,
  type ResourceHandler,
} from "../../src/engine/types.js";

export { plain };

/** One right that an identity has, in the cloud's own words. */
export interface Right {
  /** Name of the resource that grants it. */
  grantedBy: string;
  action: string;
  /** What it is on. */
  resource: string;
}

/** What the suite must know of a cloud: how its types show what is asked of all of them. */
export interface CloudCase {
  cloud: StackConfig["cloud"];
  /** What stands under `openedx:` in a stack file for production, the cloud's services all `managed`. */
  config: Record<string, unknown>;
  /** What the cloud's type tokens begin with: `aws:`. Resources of other packages are asked for parents only. */
  tokens: string;
  /** Outputs of a resource that has been made, for a run in which nothing is unknown. */
  outputs: (registration: Registration) => PropertyMap;
  /** What its provider would answer to questions, by token. Default: it is asked none. */
  invoke?: (token: string) => PropertyMap;
  /** Tags or labels that a resource shows, with those that its provider adds; undefined for a type that takes none. */
  tagsOf: (registration: Registration, all: readonly Registration[]) => Record<string, unknown> | undefined;
  /** How the stack and the instance are written in tags. */
  tagKeys: { stack: string; instance: string };
  /** Every type that the module makes: what must hold of its inputs, or why there is nothing to hold. */
  types: Record<string, TypeRules>;
  /** What pods' identities may do; run with everything known. */
  rights: (all: readonly Registration[]) => Right[];
  /** Rights on everything that the cloud knows no narrower way for: `action` to the reason. */
  unscoped: Record<string, string>;
  /** Names of the resources through which everyone could reach a data service. */
  openToAll: (all: readonly Registration[]) => string[];
}

/** Each a reader of plain inputs; true where the resource is as it must be. Absent: there is nothing to hold. */
export interface TypeRules {
  /** What it keeps is under a key. */
  encrypted?: (inputs: Plain, all: readonly Registration[], name: string) => boolean;
  /** It has no address in the internet, and is readable by nobody outside. */
  private?: (inputs: Plain) => boolean;
  /** It holds data: protected, unless the stack is disposable. */
  data?: true;
  /** With `disposable: true` it goes without a trace. */
  disposable?: (inputs: Plain) => boolean;
  /** True of a resource that stays even then, since volumes do that are encrypted with it. Default: of none. */
  outlives?: (name: string) => boolean;
}

export type Plain = Record<string, unknown>;

export const stack = "contract";
export const instances = ["campus", "academy"] as const;

/** The config as the program gets it, defaults and all. */
export function stackConfig(raw: Record<string, unknown>): StackConfig {
  return { ...configSchema.parse({ instances: { campus: {}, academy: {} }, ...raw }), stack };
}

/** Nothing that a deployment would tell is known. */
const firstPreview: ResourceHandler = {
  register: () => Promise.resolve({ outputs: {} }),
  read: () => Promise.resolve({ id: "read", outputs: {} }),
  invoke: (token) => Promise.reject(new Error(`${token} is invoked`)),
};

/** Everything is known. */
export function deployed({ outputs, invoke }: Pick<CloudCase, "outputs" | "invoke">): ResourceHandler {
  const made = (registration: Registration, id: string): Promise<Registered> =>
    Promise.resolve({ id, outputs: { result: `generated-${registration.name}`, ...outputs(registration) } });
  return {
    register: (registration) => made(registration, registration.name),
    read: made,
    invoke: (token) =>
      invoke === undefined
        ? Promise.reject(new Error(`${token} is invoked`))
        : Promise.resolve(invoke(token)),
  };
}

const accounts: Record<string, ServiceAccountRef> = {
  "cert-manager": { namespace: "cert-manager", name: "cert-manager" },
  "external-dns": { namespace: "external-dns", name: "external-dns" },
  velero: { namespace: "velero", name: "velero" },
  "database-backup": { namespace: "openedx-data", name: "backup" },
};

/** Every output that the contract has, asked for as the common part does. */
function ask(cloud: Cloud, abilities: CloudAbilities, publicMedia: boolean): Plain {
  const account = (instance: string): ServiceAccountRef => ({ namespace: instance, name: "openedx" });
  const purposes = Object.entries(accounts).filter(
    ([purpose]) => abilities.dns || !["cert-manager", "external-dns"].includes(purpose),
  );
  return {
    kubeconfig: cloud.kubeconfig,
    storageClasses: cloud.storageClasses,
    loadBalancer: cloud.loadBalancer,
    addOnValues: cloud.addOnValues,
    addOnObjects: cloud.addOnObjects,
    dns: cloud.dns,
    registry: cloud.registry?.prefix,
    backup: cloud.backup,
    identities: Object.fromEntries(
      purposes.map(([purpose, ref]) => [purpose, cloud.identity?.(purpose as IdentityPurpose, ref)]),
    ),
    instances: Object.fromEntries(
      instances.map((instance) => [
        instance,
        {
          identity: cloud.identity?.({ instance }, account(instance)),
          objectStore: cloud.managed.objectStore?.({
            instance,
            account: account(instance),
            corsOrigins: [`https://${instance}.example.com`],
            publicMedia,
          }),
          mail: cloud.managed.mail?.({ instance, from: `${instance}@example.com` }),
        },
      ]),
    ),
    mysql: cloud.managed.mysql?.(),
    mongodb: cloud.managed.mongodb?.(),
    accounts: Object.fromEntries(
      instances.map((instance) => [
        instance,
        {
          mongodb: cloud.accounts?.mongodb?.({
            instance,
            user: `${instance}_openedx`,
            databases: [`${instance}_openedx`],
          }),
          redis: cloud.accounts?.redis?.({
            instance,
            user: instance,
            rights: `~${instance}:* +@all -@admin`,
          }),
        },
      ]),
    ),
    redis: cloud.managed.redis?.(),
    search: cloud.managed.search?.(),
  };
}

export interface CloudRun {
  registrations: Registration[];
  /** What `ask` was told, marks and all. */
  answers: PropertyMap;
  abilities: CloudAbilities;
  /** Members of the contract that the cloud filled. */
  members: { dns: boolean; workloadIdentity: boolean; backup: boolean; managed: string[] };
}

/** Runs the cloud's module alone, in process, as a program that asks for all it offers. */
export async function runCloud(
  { cloud, config, outputs, invoke }: CloudCase,
  options: { preview: boolean; config?: Record<string, unknown>; publicMedia?: boolean },
): Promise<CloudRun> {
  const checked = stackConfig({ cloud, ...config, ...options.config });
  const { abilities, create } = selectCloud(checked);
  let members: CloudRun["members"] | undefined;
  const result = await runTest({
    stack,
    dryRun: options.preview,
    handler: options.preview ? firstPreview : deployed({ outputs, invoke }),
    program: async () => {
      const made = await create("openedx", {});
      members = {
        dns: made.dns !== undefined,
        workloadIdentity: made.identity !== undefined,
        backup: made.backup !== undefined,
        managed: serviceKinds.filter((kind) => made.managed[kind] !== undefined),
      };
      return ask(made, abilities, options.publicMedia ?? false);
    },
  });
  if (members === undefined) {
    throw new Error("the program never ran");
  }
  return { registrations: result.registrations, answers: result.outputs, abilities, members };
}

export function inputsOf(registration: Registration): Plain {
  return plain(registration.inputs) as Plain;
}
