import * as pulumi from "@pulumi/pulumi";
import type { InstanceValues } from "../data/types.js";
import type { Cloud } from "../cloud/types.js";
import { placeConfig } from "./accounts.js";
import type { Json } from "../kubernetes/objects.js";
import { type ConfigNames, createConfigObjects, withConfigNames } from "./configResources.js";
import { withPodLabels, withStorageClasses } from "./fitToCloud.js";
import { createNamespace } from "./namespace.js";
import type { PreparedInstance } from "./prepare.js";
import { createRelease } from "./release.js";
import { createSecrets, type SecretValue } from "./secrets.js";
import { createTaskJob } from "./taskJobs.js";
import type { Phase } from "./tasks.js";
import type { InstanceOutputs } from "./types.js";
import type { ChartValues } from "./values.js";

export interface OpenEdxInstanceArgs extends PreparedInstance {
  cloud: Cloud;
  /** Providers of @pulumi/random and @pulumi/tls, which make the secrets. */
  secretProviders: pulumi.ProviderResource[];
  /** The shared data services, where there are any. */
  services?: SharedServices;
  /**
   * Like the cloud's provider, with `upsertExistingObjects`: for config objects alone, which stay when they are no longer
   * used and may be there when they are used again. Default: the cloud's, which refuses them then.
   */
  adopting?: pulumi.ProviderResource;
}

/** What an instance gets from the data services that it shares with others. */
export interface SharedServices extends InstanceValues {
  /** Where the Jobs run that make its accounts. */
  namespace: pulumi.Input<string>;
}

/**
 * One Open edX site in a namespace of its own: its databases where they are its own, its tasks, and all that runs.
 *
 * A step begins when the one before is done: databases, administrators' tasks, migrations, the site, then the tasks
 * that need what those made. What fails stops there and leaves the running version alone.
 */
export class OpenEdxInstance extends pulumi.ComponentResource {
  readonly outputs: InstanceOutputs;
  private readonly args: OpenEdxInstanceArgs;
  private readonly podLabels: Record<string, string>;

  /** @param opts `dependsOn` what the site cannot be deployed without: definitions, webhooks, nodes */
  constructor(name: string, args: OpenEdxInstanceArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const providers = [args.cloud.provider, ...args.secretProviders];
    // Pulumi does not hand a component's dependencies on to what is in it.
    const { dependsOn, ...rest } = opts;
    super("openedx:instance:OpenEdxInstance", name, summaryOf(args), { ...rest, providers });
    this.args = args;
    const { input } = args;
    const identity = args.cloud.identity?.({ instance: name }, { namespace: input.source.namespace, name });
    this.podLabels = { ...identity?.podLabels, ...args.services?.podLabels };

    const namespace = createNamespace(
      input,
      { ...identity?.serviceAccountAnnotations, ...args.services?.serviceAccountAnnotations },
      this,
      dependsOn,
    );
    const secrets = createSecrets({
      instance: name,
      entries: args.secrets,
      given: args.given,
      bound: args.services?.values ?? {},
      settings: input.render.settings,
      rotated: input.config.rotated,
      protect: !input.disposable,
      parent: this,
    });
    const room = this.room(namespace.name, secrets);
    const accounts = this.accountsRoom(secrets);

    const steps = new Steps([
      ...namespace.ready,
      ...(identity?.ready ?? []),
      ...(args.services?.ready ?? []),
    ]);
    const protect = !input.disposable;
    steps.add(
      (dependsOn) => args.data && this.release(`${name}-data`, args.data, room, { dependsOn, protect }),
    );
    steps.add((after) => this.tasks("accounts", accounts, after));
    steps.add((after) => this.tasks("admin", room, after));
    steps.add((after) => this.tasks("init", room, after));
    steps.add((dependsOn) => this.release(name, args.app, room, { dependsOn }));
    steps.add((after) => this.tasks("accounts-after", accounts, after));
    steps.add((after) => this.tasks("admin-after", room, after));
    steps.add((after) => this.tasks("live", room, after));

    const scheme = input.edge.https ? "https" : "http";
    this.outputs = {
      tutor: input.render.tutorVersion,
      openEdx: input.render.openEdxRelease,
      urls: args.hosts.map((host) => `${scheme}://${host}`),
      namespace: namespace.name,
    };
    this.registerOutputs({ ...this.outputs });
  }

  /** The instance's own namespace, with what its pods read. */
  private room(namespace: pulumi.Output<string>, secrets: ReadonlyMap<string, SecretValue>): Room {
    const { adopting } = this.args;
    const configObjects = placeConfig(this.args.configObjects).instance;
    const instance = this.args.input.source.name;
    return {
      namespace,
      names: createConfigObjects({
        instance,
        namespace,
        configObjects,
        secrets,
        parent: this,
        ...(adopting && { adopting }),
      }),
      podLabels: this.podLabels,
    };
  }

  /** The services' namespace, with what the Jobs read that make the instance's accounts. */
  private accountsRoom(secrets: ReadonlyMap<string, SecretValue>): Room | undefined {
    const { services, configObjects, input } = this.args;
    if (services === undefined) {
      return undefined;
    }
    const { namespace } = services;
    const { name: instance } = input.source;
    return {
      namespace,
      names: createConfigObjects({
        instance,
        namespace,
        prefix: `${instance}-`,
        configObjects: placeConfig(configObjects).services,
        secrets,
        parent: this,
      }),
      podLabels: {},
    };
  }

  private release(
    name: string,
    values: ChartValues,
    { namespace, names, podLabels }: Room,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    const { cloud, input } = this.args;
    const objects = withStorageClasses(
      withPodLabels(Object.values(values.manifests), input.source.name, podLabels),
      cloud.storageClasses,
    );
    const keys = Object.keys(values.manifests);
    const manifests = Object.fromEntries(
      objects.map((object, index) => [keys[index] as string, withConfigNames(object, names)]),
    );
    return createRelease(
      { name, namespace, values: { ...values, manifests }, timeoutSeconds: input.config.timeouts.release },
      { ...opts, parent: this },
    );
  }

  private tasks(
    phase: Phase,
    room: Room | undefined,
    dependsOn: pulumi.Resource[],
  ): pulumi.Resource | undefined {
    const { input, jobs } = this.args;
    const job = jobs[phase];
    if (job === undefined) {
      return undefined;
    }
    if (room === undefined) {
      throw new Error(`${input.source.name}: its accounts are made on shared services, and there are none`);
    }
    const { name: instance } = input.source;
    const timeoutSeconds = input.config.timeouts.tasks;
    return createTaskJob({ instance, ...room, phase, job, timeoutSeconds }, { parent: this, dependsOn });
  }
}

/** What a preview shows of the site in a few words: its releases, its hosts, and what its config.yml says in plain. */
function summaryOf({ input, hosts }: PreparedInstance): pulumi.Inputs {
  const { tutorVersion, openEdxRelease, plugins, settings } = input.render;
  const plain = input.written.flatMap((key): [string, Json][] =>
    settings[key] === undefined ? [] : [[key, settings[key]]],
  );
  return {
    tutor: tutorVersion,
    openEdx: openEdxRelease,
    plugins,
    hosts,
    settings: Object.fromEntries(plain),
  };
}

/** A namespace in which the instance has pods. */
interface Room {
  namespace: pulumi.Input<string>;
  /** Of the config objects that they read. */
  names: ConfigNames;
  /** By which the cloud knows those of the instance's service account. */
  podLabels: Record<string, string>;
}

/** Steps, each of which waits for the last one that there was. */
class Steps {
  private last: pulumi.Resource[];

  constructor(first: pulumi.Resource[]) {
    this.last = first;
  }

  add(make: (after: pulumi.Resource[]) => pulumi.Resource | undefined): void {
    const made = make(this.last);
    this.last = made === undefined ? this.last : [made];
  }
}
