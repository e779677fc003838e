import * as pulumi from "@pulumi/pulumi";
import type { InstanceValues } from "../data/types.js";
import type { Cloud } from "../cloud/types.js";
import { objectKey } from "../kubernetes/objects.js";
import { configKeys } from "../tutor/siteConfig.js";
import { placeConfig } from "./config/configObject.js";
import {
  type ConfigNames,
  type ConfigResourcesArgs,
  createConfigObjects,
  withConfigNames,
} from "./config/configResources.js";
import { createNamespace } from "./namespace.js";
import type { PreparedInstance } from "./render/prepare.js";
import { createRelease } from "./release.js";
import { createSecrets } from "./secrets/secrets.js";
import { createTaskJob } from "./tasks/taskJobs.js";
import type { Phase } from "./tasks/tasks.js";
import { fitToCloud } from "./transforms/all.js";
import type { CloudContext } from "./transforms/cloud.js";
import type { InstanceOutputs } from "./types.js";
import type { ChartValues } from "./render/values.js";

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
  readonly #args: OpenEdxInstanceArgs;
  readonly #cloud: CloudContext;

  /** @param opts `dependsOn` what the site cannot be deployed without: definitions, webhooks, nodes */
  constructor(name: string, args: OpenEdxInstanceArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const providers = [args.cloud.provider, ...args.secretProviders];
    // Pulumi does not hand a component's dependencies on to what is in it.
    const { dependsOn, ...rest } = opts;
    super("openedx:instance:OpenEdxInstance", name, summaryOf(args), { ...rest, providers });
    this.#args = args;
    const { input } = args;
    const identity = args.cloud.identity?.({ instance: name }, { namespace: input.source.namespace, name });
    this.#cloud = {
      storageClasses: args.cloud.storageClasses,
      serviceAccount: name,
      podLabels: { ...identity?.podLabels, ...args.services?.podLabels },
    };

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
    const placed = placeConfig(args.configObjects);
    const common = { instance: name, secrets, parent: this };
    const own = podConfig({
      ...common,
      namespace: namespace.name,
      configObjects: placed.instance,
      adopting: args.adopting,
    });
    const shared =
      args.services &&
      podConfig({
        ...common,
        namespace: args.services.namespace,
        configObjects: placed.services,
        prefix: `${name}-`,
      });

    const steps = new Steps([
      ...namespace.ready,
      ...(identity?.ready ?? []),
      ...(args.services?.ready ?? []),
    ]);
    const protect = !input.disposable;
    steps.add(
      (dependsOn) => args.data && this.#release(`${name}-data`, args.data, own, { dependsOn, protect }),
    );
    steps.add((after) => this.#tasks("accounts", shared, after));
    steps.add((after) => this.#tasks("admin", own, after));
    steps.add((after) => this.#tasks("init", own, after));
    steps.add((dependsOn) => this.#release(name, args.app, own, { dependsOn }));
    steps.add((after) => this.#tasks("accounts-after", shared, after));
    steps.add((after) => this.#tasks("admin-after", own, after));
    steps.add((after) => this.#tasks("live", own, after));

    this.outputs = {
      tutor: input.render.tutorVersion,
      openEdx: input.render.openEdxRelease,
      urls: args.urls,
      namespace: namespace.name,
    };
    this.registerOutputs({ ...this.outputs });
  }

  #release(
    name: string,
    values: ChartValues,
    { namespace, names }: PodConfig,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    const scheduling = values === this.#args.data ? this.#args.cloud.scheduling?.stateful : undefined;
    const objects = fitToCloud(Object.values(values.manifests), {
      ...this.#cloud,
      ...(scheduling && { scheduling }),
    });
    const manifests = Object.fromEntries(
      objects.map((object) => [objectKey(object), withConfigNames(object, names)]),
    );
    const timeoutSeconds = this.#args.input.config.timeouts.release;
    return createRelease(
      { name, namespace, values: { ...values, manifests }, timeoutSeconds },
      { ...opts, parent: this },
    );
  }

  #tasks(
    phase: Phase,
    config: PodConfig | undefined,
    dependsOn: pulumi.Resource[],
  ): pulumi.Resource | undefined {
    const { input, jobs } = this.#args;
    const job = jobs[phase];
    if (job === undefined) {
      return undefined;
    }
    const { name: instance } = input.source;
    if (config === undefined) {
      throw new Error(`${instance}: its accounts are made on shared services, and there are none`);
    }
    const timeoutSeconds = input.config.timeouts.tasks;
    const [fitted = job] = fitToCloud([job], this.#cloud);
    return createTaskJob(
      { instance, ...config, phase, job: fitted, timeoutSeconds },
      { parent: this, dependsOn },
    );
  }
}

/** What a preview shows of the site in a few words: its releases, its hosts, and what its config.yml says in plain. */
function summaryOf({ input }: PreparedInstance): pulumi.Inputs {
  const { tutorVersion, openEdxRelease, plugins, hosts, settings } = input.render;
  const written = [...configKeys(input.siteConfig)].filter((key) => settings[key] !== undefined).sort();
  return {
    tutor: tutorVersion,
    openEdx: openEdxRelease,
    plugins,
    hosts: hosts.public,
    settings: Object.fromEntries(written.map((key) => [key, settings[key]])),
  };
}

/** A namespace in which the instance has pods, and the config objects that they read there. */
interface PodConfig {
  namespace: pulumi.Input<string>;
  names: ConfigNames;
}

function podConfig(args: ConfigResourcesArgs): PodConfig {
  return { namespace: args.namespace, names: createConfigObjects(args) };
}

/** Steps, each of which waits for the last one that there was. */
class Steps {
  #last: pulumi.Resource[];

  constructor(first: pulumi.Resource[]) {
    this.#last = first;
  }

  add(make: (after: pulumi.Resource[]) => pulumi.Resource | undefined): void {
    const made = make(this.#last);
    this.#last = made === undefined ? this.#last : [made];
  }
}
