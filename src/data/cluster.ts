import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { HelmValues } from "../cloud/types.js";
import type { StackConfig } from "../stack/load.js";
import type { serviceCharts } from "../config/services.js";
import { charts } from "../platform/charts.js";
import { createChartRelease } from "../platform/release.js";
import { hasKeys, type KeyedStore } from "./operatorBackup.js";
import type { BackupStore } from "../cloud/services.js";
import type { Placement } from "./placement.js";
import type { ServicesPlan } from "./types.js";

/** Where and how the servers on the cluster are made: the same for all. */
export interface ClusterContext {
  config: StackConfig;
  plan: ServicesPlan;
  placement: Placement;
  /** Where backups go; only one whose keys are known is of use to the operators. */
  store?: BackupStore;
  namespace: pulumi.Output<string>;
  /** What must be there before the first release. */
  ready: pulumi.Resource[];
  /** Parent of all. */
  parent: pulumi.Resource;
}

/** A server on the cluster: what its users wait for, and its administrator's password. */
export interface ClusterServer {
  ready: pulumi.Resource[];
  adminPassword: pulumi.Output<string>;
}

type ServiceChart = (typeof serviceCharts)[number];

export interface ServiceReleaseArgs {
  chart: ServiceChart;
  name: string;
  values: HelmValues;
  /** It holds data: deleting it takes another word. */
  holdsData: boolean;
  after: pulumi.Resource[];
}

/** A release in the services' namespace, named `data-<name>` among the resources. */
export function createServiceRelease(context: ClusterContext, args: ServiceReleaseArgs): k8s.helm.v3.Release {
  const { config, namespace, ready, parent } = context;
  const { chart, name, values, holdsData, after } = args;
  return createChartRelease(
    {
      chart,
      name,
      resourceName: `data-${name}`,
      namespace,
      values,
      overrides: config.services.charts[chart]?.values,
      config,
    },
    { parent, dependsOn: [...ready, ...after], protect: holdsData && !config.disposable },
  );
}

/**
 * A password of letters and digits, which survive YAML, SQL, shells and URLs unquoted.
 *
 * With `holdsData` it opens a server that has data, which knows no other password: deleting it takes another word.
 */
export function createPassword(
  { parent, config }: ClusterContext,
  name: string,
  { holdsData }: { holdsData: boolean },
): pulumi.Output<string> {
  const password = new random.RandomPassword(
    `data-${name}`,
    { length: 32, special: false },
    // Another rule for new passwords must not replace those of running servers.
    { parent, protect: holdsData && !config.disposable, ignoreChanges: ["length", "special"] },
  );
  return password.result;
}

export function createSecret(
  { namespace, ready, parent }: ClusterContext,
  name: string,
  stringData: Record<string, pulumi.Input<string>>,
): k8s.core.v1.Secret {
  return new k8s.core.v1.Secret(
    `data-${name}`,
    {
      // No labels: the operators put their own in place of all that are there.
      metadata: { namespace, name },
      stringData: pulumi.secret(stringData),
    },
    { parent, dependsOn: ready },
  );
}

/** The store for the operators; undefined without keys. */
export function operatorStore({ store }: ClusterContext): KeyedStore | undefined {
  return hasKeys(store) ? store : undefined;
}

/** What tells one making of a server from another. */
export function madeFrom({ config }: ClusterContext, chart: ServiceChart, ...sizes: unknown[]): string {
  return JSON.stringify([config.services.charts[chart]?.version ?? charts[chart].version, ...sizes]);
}
