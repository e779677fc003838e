import { Cluster as GkeCluster } from "@pulumi/gcp/container/cluster.js";
import { IAMMember } from "@pulumi/gcp/projects/iammember.js";
import type { Account } from "@pulumi/gcp/serviceaccount/account.js";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { clusterProviders } from "../../src/cloud/clusterProviders.js";
import { told } from "../../src/cloud/told.js";
import { UserError } from "../../src/workspace/errors.js";
import { gcpId, type GcpId } from "./ids.js";
import { clusterArgs } from "./clusterArgs.js";
import { kubeconfigOf } from "../kubeconfig.js";
import { after } from "../part.js";
import type { GcpContext } from "./context.js";
import { makeAccount } from "./identity.js";
import type { Keys } from "./keys.js";
import { clusterLogs } from "./logs.js";
import type { Network } from "./network.js";
import { nodePools } from "./nodes.js";

export interface Cluster {
  /** Who pulls images; undefined for an existing cluster, whose rights are its owner's affair. */
  nodes?: Account;
  provider: k8s.Provider;
  adopting: k8s.Provider;
  /** Secret. */
  kubeconfig: pulumi.Output<string>;
  ready: pulumi.Resource[];
  /** What must be there before Google knows of the cluster's service accounts. */
  identityPool: pulumi.Resource[];
}

/** The stack's own cluster, or the existing one that the config names. */
export function gcpCluster(context: GcpContext, network: Network, keys: Keys): Cluster {
  const { cluster } = context.settings.existing;
  return cluster === undefined ? makeCluster(context, network, keys) : findCluster(context, cluster);
}

function findCluster(context: GcpContext, id: string): Cluster {
  const found = GkeCluster.get(`${context.name}-cluster`, id, undefined, context.opts);
  const { name, location = context.settings.region } = gcpId(id, "cluster");
  return { ...access(context, { name, location }, found, []), ready: [], identityPool: [] };
}

function makeCluster(context: GcpContext, network: Network, keys: Keys): Cluster {
  const { settings, name, base, guarded } = context;
  const account = makeAccount(context, "nodes", "Nodes of the cluster: they write logs and measures.");
  const rights = nodeRights(context, account);
  const secretsKey = keys("secrets");
  const disksKey = keys("disks");
  const nodes = { account, ...(disksKey && { key: disksKey }) };
  clusterLogs(context);
  const cluster = new GkeCluster(
    `${name}-cluster`,
    clusterArgs(context, { network, nodes, ...(secretsKey && { key: secretsKey }) }),
    {
      ...after(guarded, [...network.ready, rights, ...(secretsKey?.ready ?? []), ...(disksKey?.ready ?? [])]),
      // Of the pool that is gone.
      ignoreChanges: ["nodeConfig", "initialNodeCount"],
    },
  );
  const pools = nodePools(context, cluster, nodes);
  return {
    ...access(context, { name: `${base}-cluster`, location: settings.region }, cluster, pools),
    nodes: account,
    ready: pools,
    identityPool: [cluster],
  };
}

/** Least rights of nodes: logs, measures, autoscaling. Images they pull from the stack's registry alone. */
function nodeRights({ settings, name, granting }: GcpContext, account: Account): IAMMember {
  return new IAMMember(
    `${name}-nodes-default`,
    { project: settings.project, role: "roles/container.defaultNodeServiceAccount", member: account.member },
    granting,
  );
}

/** The way to a cluster: its kubeconfig, and a provider that is there as long as nodes are. */
function access(
  context: GcpContext,
  { name: clusterName, location }: Pick<GcpId, "name"> & { location: string },
  cluster: GkeCluster,
  dependsOn: pulumi.Resource[],
): Pick<Cluster, "kubeconfig" | "provider" | "adopting"> {
  const { settings, name, opts } = context;
  const { project, kubernetes } = settings;
  const kubeconfig = pulumi.secret(
    settings.apiEndpoint === "dns"
      ? told(
          cluster.controlPlaneEndpointsConfig,
          ({ dnsEndpointConfig }) => {
            // Most clusters that were made elsewhere have it off.
            if (dnsEndpointConfig?.allowExternalTraffic === false) {
              throw new UserError(closedEndpoint(clusterName, location));
            }
            return dnsEndpointConfig?.endpoint;
          },
          `The name by which Google's clusters are reached (openedx:gcp.apiEndpoint: dns) of ${clusterName}`,
        ).apply((host) => signedInKubeconfig(clusterName, { host }))
      : pulumi
          .all([cluster.endpoint, cluster.masterAuth])
          .apply(([host, { clusterCaCertificate }]) =>
            signedInKubeconfig(clusterName, { host, ca: clusterCaCertificate }),
          ),
  );
  const providers = clusterProviders(
    name,
    { kubeconfig, clusterIdentifier: `gcp/${project}/${location}/${clusterName}/${kubernetes.generation}` },
    { parent: opts.parent, dependsOn },
  );
  return { kubeconfig, ...providers };
}

function closedEndpoint(name: string, location: string): string {
  return (
    `openedx:gcp.apiEndpoint: is dns, and the cluster ${name} lets nobody in by its name: open it by \`gcloud container ` +
    `clusters update ${name} --location ${location} --enable-dns-access\`, or set apiEndpoint to ip`
  );
}

/** Where a cluster's API is. */
interface ApiServer {
  /** Name or address. */
  host: string;
  /** PEM in base64; undefined where the certificate is one that clients know. */
  ca?: string;
}

/**
 * A kubeconfig whose user gets a token anew each time, by Google's plugin for kubectl, as `gcloud auth` or the
 * environment says.
 * @returns JSON, which is YAML too
 */
function signedInKubeconfig(name: string, { host, ca }: ApiServer): string {
  const server = {
    server: `https://${host}`,
    ...(ca !== undefined && { "certificate-authority-data": ca }),
  };
  return JSON.stringify(
    kubeconfigOf(name, server, {
      command: "gke-gcloud-auth-plugin",
      provideClusterInfo: true,
      installHint: "Install it: gcloud components install gke-gcloud-auth-plugin",
    }),
  );
}
