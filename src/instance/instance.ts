import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud/types.js";
import { type ConfigNames, createConfigObjects, withConfigNames } from "./configResources.js";
import { withPodLabels, withStorageClasses } from "./fitToCloud.js";
import { createNamespace, type InstanceNamespace } from "./namespace.js";
import type { PreparedInstance } from "./prepare.js";
import { createRelease } from "./release.js";
import { createSecrets } from "./secrets.js";
import { createTaskJob } from "./taskJobs.js";
import type { Phase } from "./tasks.js";
import type { InstanceOutputs } from "./types.js";
import type { ChartValues } from "./values.js";

export interface OpenEdxInstanceArgs extends PreparedInstance {
  cloud: Cloud;
  /** Providers of @pulumi/random and @pulumi/tls, which make the secrets. */
  secretProviders: pulumi.ProviderResource[];
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

  constructor(name: string, args: OpenEdxInstanceArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const providers = [args.cloud.provider, ...args.secretProviders];
    super("openedx:instance:OpenEdxInstance", name, {}, { ...opts, providers });
    this.args = args;
    const { input } = args;
    const identity = args.cloud.identity?.({ instance: name }, { namespace: input.source.namespace, name });
    this.podLabels = identity?.podLabels ?? {};

    const namespace = createNamespace(input, identity, this);
    const secrets = createSecrets({
      instance: name,
      entries: args.secrets,
      given: args.given,
      settings: input.render.settings,
      parent: this,
    });
    const names = createConfigObjects({
      instance: name,
      namespace: namespace.name,
      configObjects: args.configObjects,
      secrets,
      parent: this,
    });

    const steps = new Steps(namespace.ready);
    const protect = !input.disposable;
    steps.add(
      (dependsOn) =>
        args.data && this.release(`${name}-data`, args.data, namespace, names, { dependsOn, protect }),
    );
    steps.add((after) => this.tasks("admin", namespace, names, after));
    steps.add((after) => this.tasks("init", namespace, names, after));
    steps.add((dependsOn) => this.release(name, args.app, namespace, names, { dependsOn }));
    steps.add((after) => this.tasks("admin-after", namespace, names, after));
    steps.add((after) => this.tasks("live", namespace, names, after));

    const scheme = input.edge.https ? "https" : "http";
    this.outputs = {
      tutor: input.render.tutorVersion,
      openEdx: input.render.openEdxRelease,
      urls: args.hosts.map((host) => `${scheme}://${host}`),
      namespace: namespace.name,
    };
    this.registerOutputs({ ...this.outputs });
  }

  private release(
    name: string,
    values: ChartValues,
    namespace: InstanceNamespace,
    names: ConfigNames,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource {
    const { cloud, input } = this.args;
    const objects = withStorageClasses(
      withPodLabels(Object.values(values.manifests), input.source.name, this.podLabels),
      cloud.storageClasses,
    );
    const keys = Object.keys(values.manifests);
    const manifests = Object.fromEntries(
      objects.map((object, index) => [keys[index] as string, withConfigNames(object, names)]),
    );
    return createRelease(
      {
        name,
        namespace: namespace.name,
        values: { ...values, manifests },
        timeoutSeconds: input.config.timeouts.release,
      },
      { ...opts, parent: this },
    );
  }

  private tasks(
    phase: Phase,
    namespace: InstanceNamespace,
    names: ConfigNames,
    dependsOn: pulumi.Resource[],
  ): pulumi.Resource | undefined {
    const { input, jobs } = this.args;
    const job = jobs[phase];
    return (
      job &&
      createTaskJob(
        {
          instance: input.source.name,
          namespace: namespace.name,
          phase,
          job,
          names,
          podLabels: this.podLabels,
          timeoutSeconds: input.config.timeouts.tasks,
        },
        { parent: this, dependsOn },
      )
    );
  }
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
