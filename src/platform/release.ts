import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { chartPath } from "../charts/bring.js";
import type { HelmValues } from "../cloud/types.js";
import { type ChartName, charts } from "./charts.js";
import { chartReference, type ChartSourceConfig } from "./chartSource.js";
import { mergeValues } from "./values.js";

/** Revisions that Helm keeps, each a Secret. */
const maxHistory = 5;
/** Seconds; images of the larger charts take minutes to arrive. */
const timeout = 600;

export interface ChartReleaseArgs {
  chart: ChartName;
  /** Name of the release. */
  name: string;
  /** Logical name of the resource. */
  resourceName: string;
  namespace: pulumi.Input<string>;
  values: HelmValues;
  /** What the config says of this chart's values, over `values`. */
  overrides?: HelmValues;
  /** What says where charts come from, and in which version. */
  config: ChartSourceConfig;
  /** Seconds until a release that is not ready is taken back. Default: the table's. */
  timeoutSeconds?: number;
}

/**
 * A release of a community chart: all of it becomes ready, or the version before stays. Its archive is one that
 * `bringCharts` has brought: the engine asks no repository.
 * @param opts with parent and provider
 */
export function createChartRelease(
  args: ChartReleaseArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  const { chart, name, overrides = {} } = args;
  const reference = chartReference(chart, args.config);
  const { definitionsFrom, timeoutSeconds = timeout } = charts[chart];
  return new k8s.helm.v3.Release(
    args.resourceName,
    {
      name,
      namespace: args.namespace,
      chart: chartPath(reference),
      version: reference.version,
      values: mergeValues(args.values, overrides),
      skipCrds: definitionsFrom !== undefined,
      atomic: true,
      cleanupOnFail: true,
      timeout: args.timeoutSeconds ?? timeoutSeconds,
      maxHistory,
    },
    opts,
  );
}
