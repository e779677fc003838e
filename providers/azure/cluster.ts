import * as pulumi from "@pulumi/pulumi";
import { listManagedClusterUserCredentialsOutput } from "@pulumi/azure-native/containerservice/listManagedClusterUserCredentials.js";
import { MaintenanceConfiguration } from "@pulumi/azure-native/containerservice/maintenanceConfiguration.js";
import { ManagedCluster } from "@pulumi/azure-native/containerservice/managedCluster.js";
import type * as k8s from "@pulumi/kubernetes";
import { clusterProviders } from "../../src/cloud/clusterProviders.js";
import { told } from "../../src/cloud/told.js";
import { existingTypes, resourceId } from "./ids.js";
import { clusterArgs, nodeGroupName } from "./clusterArgs.js";
import type { AzureContext } from "./context.js";
import { makeIdentity } from "./identity.js";
import { clusterKeys } from "./keys.js";
import { signedInKubeconfig } from "./kubeconfig.js";
import { clusterLogs, type Logs, logWorkspaces } from "./logs.js";
import type { Network } from "./network.js";
import { workloadPools } from "./nodes.js";
import { administratorsOf, grant, principal, type Principal, type Scope } from "./roles.js";

export interface Cluster {
  /** Issuer of its service accounts' tokens. */
  issuer: pulumi.Output<string>;
  /** Id of the group with its machines and disks. */
  nodeGroup: pulumi.Output<string>;
  /** Who pulls images. */
  kubelet: Principal;
  /** Who makes load balancers and disks; undefined for an existing cluster, whose rights are its owner's affair. */
  controlPlane?: Principal;
  /** Undefined for an existing cluster, whose logs are its owner's affair. */
  logs?: Logs;
  /** Encrypts volumes; undefined: Azure's keys do. */
  diskEncryptionSet?: pulumi.Output<string>;
  provider: k8s.Provider;
  adopting: k8s.Provider;
  /** Secret. */
  kubeconfig: pulumi.Output<string>;
  ready: pulumi.Resource[];
}

/** The stack's own cluster, or the existing one that the config names. */
export function azureCluster(context: AzureContext, network: Network): Cluster {
  const { cluster } = context.settings.existing;
  return cluster === undefined ? makeCluster(context, network) : findCluster(context, cluster);
}

function findCluster(context: AzureContext, id: string): Cluster {
  const { settings, name, opts } = context;
  const found = ManagedCluster.get(`${name}-cluster`, id, opts);
  const { group, name: clusterName } = resourceId(id, existingTypes.cluster);
  const credentials = { resourceGroupName: pulumi.output(group), resourceName: found.name };
  return {
    ...access(context, clusterName, credentials, []),
    issuer: issuerOf(found),
    nodeGroup: groupId(
      settings.subscriptionId,
      told(found.nodeResourceGroup, (nodes) => nodes, `The group of the machines of ${clusterName}`),
    ),
    kubelet: {
      name: "kubelet",
      id: told(
        found.identityProfile,
        (profile) => profile?.kubeletidentity?.objectId,
        `The identity of the nodes of ${clusterName}`,
      ),
      type: "ServicePrincipal",
    },
  };
}

function makeCluster(context: AzureContext, network: Network): Cluster {
  const { name } = context;
  const controlPlane = makeIdentity(context, "control-plane");
  const kubelet = makeIdentity(context, "kubelet");
  const owner = principal("control-plane", controlPlane);
  const logs = logWorkspaces(context);
  const keys = clusterKeys(context, controlPlane, logs.audit);
  const rights = [
    grant(context, owner, "Network Contributor", networkScope(context, network)),
    grant(context, owner, "Managed Identity Operator", { name: "kubelet", id: kubelet.id }),
    ...(keys?.ready ?? []),
  ];
  const cluster = new ManagedCluster(
    `${name}-cluster`,
    clusterArgs(context, { network, controlPlane, kubelet, logs, ...(keys && { keys }) }),
    {
      ...context.guarded,
      dependsOn: [...network.ready, ...rights],
      // Another shape needs another pool, and the first one stays.
      ignoreChanges: ["enableEncryptionAtHost", "vmSize", "availabilityZones"].map(
        (key) => `agentPoolProfiles[0].${key}`,
      ),
    },
  );
  clusterLogs(context, cluster.id, logs);
  const administrators = administratorGrants(context, cluster);
  const pools = workloadPools(context, { resource: cluster, subnet: network.nodes }, [cluster]);
  scheduleMaintenance(context, cluster, pools.slice(-1));
  const { settings, groups, base } = context;
  const credentials = { resourceGroupName: groups.cluster.name, resourceName: cluster.name };
  const found = access(context, `${base}-cluster`, credentials, administrators);
  return {
    ...found,
    ready: [...pools, ...administrators],
    issuer: issuerOf(cluster),
    nodeGroup: groupId(settings.subscriptionId, pulumi.output(nodeGroupName(context))),
    kubelet: principal("kubelet", kubelet),
    controlPlane: owner,
    logs,
    ...(keys && { diskEncryptionSet: keys.diskEncryptionSet }),
  };
}

/** Where the cluster makes things in the network, by what it makes. */
function networkScope({ settings }: AzureContext, network: Network): Scope {
  // Files that many nodes mount are reached by private endpoints, which the cluster makes in the network's group.
  if (settings.sharedStorage) {
    return { name: "network", id: network.group };
  }
  // The name of an API without a public address is linked to the network: https://github.com/MicrosoftDocs/azure-aks-docs/issues/110
  return settings.kubernetes.apiAccess.length === 0
    ? { name: "private-api", id: network.id }
    : { name: "nodes", id: network.nodes };
}

/** Weekly hours in which AKS brings patches; it knows these schedules by their names. */
const maintenanceDays = {
  aksManagedAutoUpgradeSchedule: "Sunday",
  aksManagedNodeOSUpgradeSchedule: "Saturday",
};

/** One after the other, as all changes of a cluster. */
function scheduleMaintenance(
  { name, groups, opts }: AzureContext,
  cluster: ManagedCluster,
  after: pulumi.Resource[],
): void {
  let dependsOn = after;
  for (const [configName, dayOfWeek] of Object.entries(maintenanceDays)) {
    const made = new MaintenanceConfiguration(
      `${name}-${configName}`,
      {
        resourceGroupName: groups.cluster.name,
        resourceName: cluster.name,
        configName,
        maintenanceWindow: {
          durationHours: 4,
          startTime: "02:00",
          utcOffset: "+00:00",
          schedule: { weekly: { dayOfWeek, intervalWeeks: 1 } },
        },
      },
      { ...opts, dependsOn, deletedWith: cluster },
    );
    dependsOn = [made];
  }
}

/** The only people who may use the cluster; without these grants not even its maker could. */
function administratorGrants(context: AzureContext, cluster: ManagedCluster): pulumi.Resource[] {
  const scope = { name: "cluster", id: cluster.id };
  return administratorsOf(context).flatMap((administrator) => [
    grant(context, administrator, "Azure Kubernetes Service Cluster User Role", scope),
    grant(context, administrator, "Azure Kubernetes Service RBAC Cluster Admin", scope),
  ]);
}

function issuerOf(cluster: ManagedCluster): pulumi.Output<string> {
  return told(
    cluster.oidcIssuerProfile,
    (profile) => profile?.issuerURL,
    "The issuer of the cluster's service accounts",
  );
}

function groupId(subscription: string, group: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.interpolate`/subscriptions/${subscription}/resourceGroups/${group}`;
}

/** The way to a cluster: its kubeconfig, and a provider that waits for the rights to use it. */
function access(
  context: AzureContext,
  clusterName: string,
  credentials: { resourceGroupName: pulumi.Output<string>; resourceName: pulumi.Output<string> },
  dependsOn: pulumi.Resource[],
): Pick<Cluster, "kubeconfig" | "provider" | "adopting" | "ready"> {
  const { settings, name, opts } = context;
  const delivered = listManagedClusterUserCredentialsOutput(credentials, {
    parent: opts.parent,
    provider: opts.provider,
  });
  const given = told(
    delivered.kubeconfigs,
    ([first]) => first?.value,
    `The kubeconfig of the cluster ${clusterName}`,
  );
  const kubeconfig = pulumi.secret(
    given.apply((text) => signedInKubeconfig(text, clusterName, settings.login)),
  );
  const { subscriptionId, location, kubernetes } = settings;
  const providers = clusterProviders(
    name,
    {
      kubeconfig,
      clusterIdentifier: `azure/${subscriptionId}/${location}/${clusterName}/${kubernetes.generation}`,
    },
    { parent: opts.parent, dependsOn },
  );
  return { kubeconfig, ...providers, ready: [] };
}
