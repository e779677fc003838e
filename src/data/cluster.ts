import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
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
  return createChartRelease(
    {
      chart,
      name,
      resourceName: childName(context, name),
      namespace,
      values,
      overrides: config.services.charts[chart]?.values,
      config,
    },
    childOpts(context, name, {
      dependsOn: [...ready, ...after],
      protect: holdsData && !config.disposable,
    }),
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
  const password = new random.RandomPassword(
    childName(context, name),
    { length: 32, special: false },
    childOpts(context, name, {
      protect: holdsData && !context.config.disposable,
      // Another rule for new passwords must not replace those of running servers.
      ignoreChanges: ["length", "special"],
    }),
  );
  return password.result;
}

export function createSecret(
  context: MakeContext,
  name: string,
  stringData: Record<string, pulumi.Input<string>>,
): k8s.core.v1.Secret {
  return new k8s.core.v1.Secret(
    childName(context, name),
    {
      // No labels: the operators put their own in place of all that are there.
      metadata: { namespace: context.namespace, name },
      stringData: pulumi.secret(stringData),
    },
    childOpts(context, name, { dependsOn: context.ready }),
  );
}

/** Logical name of a resource below the services: the parent's stands before it. */
export function childName({ name }: Pick<MakeContext, "name">, child: string): string {
  return `${name}-${child}`;
}

/** Options of that resource, which was `data-CHILD` once. */
export function childOpts<Options extends pulumi.ResourceOptions>(
  { parent }: Pick<MakeContext, "parent">,
  child: string,
  options = {} as Options,
): Options & pulumi.ResourceOptions {
  return { ...options, parent, aliases: [{ name: `data-${child}` }] };
}

/** What tells one making of a server from another. */
export function madeFrom({ config }: MakeContext, chart: ServiceChart, ...sizes: unknown[]): string {
  return JSON.stringify([config.services.charts[chart]?.version ?? charts[chart].version, ...sizes]);
}
