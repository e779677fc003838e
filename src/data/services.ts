import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud/types.js";
import { backupStore, backupWarnings } from "./backupStore.js";
import { createSecret, type MakeContext } from "./cluster.js";
import { createDataNamespace } from "./namespace.js";
import { backupKeys, backupKeysName, hasKeys } from "./operatorBackup.js";
import { placementOf } from "./placement.js";
import { asked, type DataService, type Ready } from "./service.js";
import { dataServices, planOf, type ServicesPlan, type ServiceTable } from "./table.js";
import type { InstanceValues, ServicePlan, ServicesRequest, ServiceUser } from "./types.js";

export interface DataServicesArgs {
  plan: Pick<ServicesPlan, "namespace">;
  config: ServicesRequest;
  cloud: Cloud;
  users: readonly ServiceUser[];
  /** Provider of @pulumi/random, which makes the passwords. */
  secretProviders: pulumi.ProviderResource[];
}

/**
 * The data services that the instances share, wherever they are: made on the cluster, asked of the cloud, or taken from
 * the config. Administrators' passwords are here, and in what `valuesFor` gives for the Jobs in the services' namespace.
 */
export class DataServices extends pulumi.ComponentResource {
  /** Where the services are, and the Jobs that make the instances' accounts. */
  readonly namespace: pulumi.Output<string>;
  /** The servers that are the same for all instances, with their administrators' passwords, by service. */
  readonly servers: Readonly<Record<string, Ready<object>>>;
  readonly #values: ReadonlyMap<string, InstanceValues>;

  /** @param opts `dependsOn` what must be there before anything is put on the cluster: nodes, webhooks */
  constructor(
    name: string,
    args: DataServicesArgs,
    opts: pulumi.ComponentResourceOptions = {},
    table: ServiceTable = dataServices,
  ) {
    const providers = [args.cloud.provider, ...args.secretProviders];
    const { dependsOn, ...rest } = opts;
    super("openedx:data:DataServices", name, {}, { ...rest, providers });
    const { plan, config, cloud, users } = args;
    const at = { parent: this, name };
    const namespace = createDataNamespace(
      {
        namespace: plan.namespace,
        users,
        services: Object.values(table),
        protect: !config.disposable,
        open: config.scope === "platform",
        dependsOn: dependsOn ?? [],
      },
      at,
    );
    this.namespace = namespace.name;

    const services = Object.entries(table).map(([key, service]) => ({
      key,
      service,
      plan: planOf(plan, key),
    }));
    const backedUp = services.filter(
      ({ service, plan: { mode } }) => service.isBackedUp && mode === "cluster",
    );
    const store = backupStore(config, cloud);
    const titles = backedUp.map(({ service }) => service.title);
    backupWarnings(config, titles, store).forEach((warning) => void pulumi.log.warn(warning, this));
    const unkeyed: MakeContext = {
      ...at,
      config,
      cloud,
      placement: placementOf(cloud),
      ...(hasKeys(store) && { store }),
      backupKeys: [],
      namespace: namespace.name,
      ready: [...namespace.ready, ...cloud.ready],
    };
    const context =
      backedUp.length > 0 && hasKeys(store)
        ? { ...unkeyed, backupKeys: [createSecret(unkeyed, backupKeysName, backupKeys(store))] }
        : unkeyed;
    const made = services.map((each) => ({
      ...each,
      server: serverOf(each.key, each.service, each.plan, context),
    }));
    this.servers = Object.fromEntries(made.flatMap(({ key, server }) => (server ? [[key, server]] : [])));
    this.#values = new Map(users.map((user) => [user.name, valuesOf(user, made, context)]));
    this.registerOutputs({ namespace: this.namespace });
  }

  /** What an instance's `bound` settings are, and what must be there before its first task. */
  valuesFor(instance: string): InstanceValues {
    const values = this.#values.get(instance);
    if (values === undefined) {
      throw new Error(`the data services know no instance ${instance}`);
    }
    return values;
  }
}

/** Makes or finds the server that all instances share, if there is such. */
function serverOf(
  name: string,
  { server }: DataService,
  plan: ServicePlan,
  context: MakeContext,
): Ready<object> | undefined {
  switch (plan.mode) {
    case "bundled":
      return undefined;
    case "managed":
      return server?.managed && { ...(asked(name, server.managed(context.cloud))() as object), ready: [] };
    case "cluster":
      return server?.cluster?.(context, plan);
    case "external":
      return server?.external && { ...(server.external(context, plan) as object), ready: [] };
  }
}

interface MadeService {
  key: string;
  service: DataService;
  plan: ServicePlan;
  server: Ready<object> | undefined;
}

/** What one instance gets of the services that it uses. */
function valuesOf(user: ServiceUser, made: readonly MadeService[], context: MakeContext): InstanceValues {
  const used = made.flatMap(({ key, service, plan, server }) => {
    if (plan.mode === "bundled" || !user.services.uses.includes(key)) {
      return [];
    }
    const got = server ?? service.own?.(context, plan, user);
    const account = service.account?.(context.cloud, plan, user);
    return got === undefined ? [] : [{ bound: Object.entries(service.bound(plan)), got, account }];
  });
  const values = used.flatMap(({ bound, got, account }) =>
    // A store of files has an account of another kind, which nothing takes the place of.
    bound.map(([key, { value }]) => [key, value({ ...got, ...(account && { account }) })] as const),
  );
  const identity = used.map(({ got }) => got.identity).find((each) => each !== undefined);
  return {
    values: Object.fromEntries(values.filter(([, value]) => value !== undefined)) as InstanceValues["values"],
    ready: [
      ...context.ready,
      ...used.flatMap(({ got, account }) => [...got.ready, ...(account?.ready ?? [])]),
    ],
    ...(identity && {
      serviceAccountAnnotations: identity.serviceAccountAnnotations,
      podLabels: identity.podLabels,
    }),
  };
}
