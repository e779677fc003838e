import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { childOf, type NamedChild } from "../cloud/children.js";
import type { Cloud, HelmValues } from "../cloud/types.js";
import { charts } from "../platform/charts.js";
import { createChartRelease } from "../platform/release.js";
import type { ServiceChart } from "./config.js";
import type { KeyedStore } from "./operatorBackup.js";
import type { Placement } from "./placement.js";
import type { ServicesRequest } from "./types.js";

/** Where and how the services are made: the same for all. */
export interface MakeContext {
  config: ServicesRequest;
  cloud: Cloud;
  placement: Placement;
  /** Where the operators put backups. Default: there are none. */
  store?: KeyedStore;
  /** The Secret with its keys. */
  backupKeys: pulumi.Resource[];
  namespace: pulumi.Output<string>;
  /** What must be there before the first release. */
  ready: pulumi.Resource[];
  /** Parent of all, whose name stands before theirs. */
  parent: pulumi.Resource;
  /** The parent's name. */
  name: string;
}

export interface ServiceReleaseArgs {
  chart: ServiceChart;
  name: string;
  values: HelmValues;
  /** It holds data: it is protected, unless the stack is disposable. */
  holdsData: boolean;
  after: pulumi.Resource[];
}

/** A release in the services' namespace. */
export function createServiceRelease(context: MakeContext, args: ServiceReleaseArgs): k8s.helm.v3.Release {
  const { config, namespace, ready } = context;
  const { chart, name, values, holdsData, after } = args;
  const child = serviceChild(context, name, {
    dependsOn: [...ready, ...after],
    protect: holdsData && !config.disposable,
  });
  return createChartRelease(
    {
      chart,
      name,
      resourceName: child.name,
      namespace,
      values,
      overrides: config.services.charts[chart]?.values,
      config,
    },
    child.opts,
  );
}

/**
 * A password of letters and digits, which survive YAML, SQL, shells and URLs unquoted.
 *
 * With `holdsData` it opens a server that has data, which knows no other password: it is protected, too.
 */
export function createPassword(
  context: MakeContext,
  name: string,
  { holdsData }: { holdsData: boolean },
): pulumi.Output<string> {
  const child = serviceChild(context, name, {
    protect: holdsData && !context.config.disposable,
    // Another rule for new passwords must not replace those of running servers.
    ignoreChanges: ["length", "special"],
  });
  return new random.RandomPassword(child.name, { length: 32, special: false }, child.opts).result;
}

export function createSecret(
  context: MakeContext,
  name: string,
  stringData: Record<string, pulumi.Input<string>>,
): k8s.core.v1.Secret {
  const child = serviceChild(context, name, { dependsOn: context.ready });
  return new k8s.core.v1.Secret(
    child.name,
    {
      // No labels: the operators put their own in place of all that are there.
      metadata: { namespace: context.namespace, name },
      stringData: pulumi.secret(stringData),
    },
    child.opts,
  );
}

/** Logical name and options of a resource below the services, which was `data-NAME` once. */
export function serviceChild(
  { name: parentName, parent }: Pick<MakeContext, "name" | "parent">,
  name: string,
  opts: pulumi.CustomResourceOptions = {},
): NamedChild {
  return childOf(parentName, name, { ...opts, parent }, `data-${name}`);
}

/** What tells one making of a server from another. */
export function madeFrom({ config }: MakeContext, chart: ServiceChart, ...sizes: unknown[]): string {
  return JSON.stringify([config.services.charts[chart]?.version ?? charts[chart].version, ...sizes]);
}
