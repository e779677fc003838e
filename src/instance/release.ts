import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { digestFolder } from "../workspace/digest.js";
import { programFolder } from "../workspace/paths.js";

/** Relative to the program: an absolute path would be a change on every other machine. */
const chart = "./charts/openedx-instance";
/** Revisions that Helm keeps, each a Secret. */
const maxHistory = 5;

export interface InstanceReleaseArgs {
  name: string;
  namespace: pulumi.Input<string>;
  values: Record<string, pulumi.Input<unknown>>;
  /** Until a release that is not ready is rolled back. */
  timeoutSeconds: number;
}

/** A release of the instance chart: all of it becomes ready, or the version before stays. */
export function createRelease(
  args: InstanceReleaseArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  return new k8s.helm.v3.Release(
    args.name,
    {
      name: args.name,
      namespace: args.namespace,
      chart,
      // Pulumi compares a local chart by its path alone: without the digest, a changed template would go unseen.
      description: `chart sha256:${chartDigest()}`,
      values: args.values,
      atomic: true,
      cleanupOnFail: true,
      timeout: args.timeoutSeconds,
      maxHistory,
      // The chart has a schema, and every object is checked by the API server before anything is applied.
      disableOpenapiValidation: true,
    },
    opts,
  );
}

let digestOfChart: string | undefined;

function chartDigest(): string {
  digestOfChart ??= digestFolder(join(programFolder, chart)).slice(0, 12);
  return digestOfChart;
}
