import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../cloud/types.js";
import type { AddOnName } from "../config/platform.js";
import { sitesNeed } from "./catalogue.js";
import { childOf } from "../cloud/children.js";
import { createNamespaces } from "./namespaces.js";
import { waitsFor } from "./order.js";
import type { PlannedAddOn, PlatformPlan } from "./plan.js";
import { createChartRelease } from "./release.js";
import type { AddOnContext, AddOnPlace, AddOnPlan } from "./types.js";
import { mergeValues } from "./values.js";

export interface PlatformArgs {
  /** What was decided before the first resource. */
  plan: PlatformPlan;
  about: AddOnPlan;
  cloud: Cloud;
  /** Providers of @pulumi/random and @pulumi/tls, which make the add-ons' secrets. */
  secretProviders: pulumi.ProviderResource[];
  /** False: no container runs on the cluster (the sandbox). Default: true. */
  podsRun?: boolean;
}

/** What a stack's outputs say of an add-on. */
export interface AddOnOutputs {
  namespace: string;
  /** Of the chart. */
  version: string;
}

/**
 * What all sites on the cluster share: one release for each add-on that is on, in order.
 *
 * Each begins when those it waits for are ready, with what came beside them; on destroy it goes the other way, so that
 * custom resources go while their controllers live.
 */
export class Platform extends pulumi.ComponentResource {
  /** What routes and sites wait for; see `sitesNeed`. */
  readonly ready: pulumi.Resource[];
  /** By add-on. */
  readonly addOns: Readonly<Record<string, AddOnOutputs>>;
  readonly #name: string;
  readonly #args: PlatformArgs;
  readonly #made = new Map<AddOnName, pulumi.Resource[]>();

  constructor(name: string, args: PlatformArgs, opts: pulumi.ComponentResourceOptions = {}) {
    const providers = [args.cloud.provider, ...args.secretProviders];
    super("openedx:platform:Platform", name, {}, { ...opts, providers });
    this.#args = args;
    const { on, completed } = args.plan;
    this.#name = name;
    const namespaces = createNamespaces(on, this.#childAfter(args.cloud.ready));
    for (const planned of completed) {
      const at = { namespace: pulumi.output(planned.namespace), child: this.#childAfter(args.cloud.ready) };
      this.#made.set(planned.addOn.name, planned.addOn.beside?.(this.#contextOf(planned), at) ?? []);
    }
    for (const planned of on) {
      const namespace = namespaces.get(planned.namespace) ?? pulumi.output(planned.namespace);
      this.#made.set(planned.addOn.name, this.#create(planned, namespace));
    }
    this.ready = sitesNeed.flatMap((name) => this.#made.get(name) ?? []);
    this.addOns = Object.fromEntries(
      on.map(({ addOn, namespace, version }) => [addOn.name, { namespace, version }]),
    );
    this.registerOutputs({ addOns: this.addOns });
  }

  /** Names children that are made after some resources. */
  #childAfter(dependsOn: pulumi.Resource[]): AddOnPlace["child"] {
    return (name, more) => childOf(this.#name, name, { parent: this, dependsOn, ...more });
  }

  #contextOf({ namespace }: PlannedAddOn): AddOnContext {
    const { about, cloud, plan } = this.#args;
    const isThere = new Set([...plan.existing, ...plan.on.map((each) => each.addOn.name)]);
    return { ...about, cloud, has: (name) => isThere.has(name), namespace };
  }

  #create(planned: PlannedAddOn, namespace: pulumi.Output<string>): pulumi.Resource[] {
    const { about, cloud, podsRun = true } = this.#args;
    const { addOn } = planned;
    const wanted = addOn.identity?.isUsed?.(about) === false ? undefined : addOn.identity;
    const identity =
      wanted &&
      cloud.identity?.(wanted.purpose, { namespace: planned.namespace, name: wanted.serviceAccount });
    const context = { ...this.#contextOf(planned), ...(identity && { identity }) };
    const earlier = waitsFor(addOn, about).flatMap((name) => this.#made.get(name) ?? []);
    const place = (dependsOn: pulumi.Resource[]): AddOnPlace => ({
      namespace,
      child: this.#childAfter(dependsOn),
    });
    const before = addOn.before?.(context, place([...cloud.ready, ...earlier])) ?? [];
    const { withoutPods } = addOn;
    const values = [
      addOn.values(context),
      cloud.addOnValues?.[addOn.name] ?? {},
      !podsRun && withoutPods !== undefined && "values" in withoutPods ? withoutPods.values : {},
    ].reduce(mergeValues);
    const after = [...cloud.ready, ...(identity?.ready ?? []), ...earlier, ...before];
    const { name, opts } = this.#childAfter(after)(addOn.name);
    const release = createChartRelease(
      {
        chart: addOn.name,
        name: addOn.name,
        resourceName: name,
        namespace,
        values,
        overrides: about.config.platform.addons[addOn.name]?.values,
        config: about.config,
      },
      opts,
    );
    const beside = addOn.beside?.(context, place([release])) ?? [];
    return [release, ...beside, ...this.#createObjects(addOn.name, release)];
  }

  /** Custom resources that only the cloud knows of, such as pools of nodes. */
  #createObjects(name: AddOnName, release: pulumi.Resource): pulumi.Resource[] {
    const child = this.#childAfter([release]);
    return (this.#args.cloud.addOnObjects?.[name] ?? []).map(({ apiVersion, kind, spec, ...metadata }) => {
      const object = child(`${name}-${kind.toLowerCase()}-${metadata.name}`);
      return new k8s.apiextensions.CustomResource(
        object.name,
        { apiVersion, kind, metadata, spec },
        object.opts,
      );
    });
  }
}
