import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "./types.js";

/** What both providers of a cluster are made with. */
export interface ClusterProviderArgs {
  kubeconfig: pulumi.Input<string>;
  /** Stays the same for as long as the cluster is the same one: another means that everything on it is made anew. */
  clusterIdentifier: pulumi.Input<string>;
}

/**
 * The two providers of one cluster. The second takes over an object that is there already, which the first refuses.
 * @param earlier what their names began with earlier. Default: the same.
 */
export function clusterProviders(
  name: string,
  args: ClusterProviderArgs,
  opts: pulumi.ResourceOptions,
  earlier = name,
): Required<Pick<Cloud, "provider" | "adopting">> {
  const shared = { ...args, enableServerSideApply: true };
  const named = (kind: string): pulumi.ResourceOptions =>
    earlier === name ? opts : { ...opts, aliases: [{ name: `${earlier}-${kind}` }] };
  return {
    provider: new k8s.Provider(`${name}-cluster`, shared, named("cluster")),
    adopting: new k8s.Provider(
      `${name}-adopting`,
      { ...shared, upsertExistingObjects: true },
      named("adopting"),
    ),
  };
}
