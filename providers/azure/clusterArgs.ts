import * as pulumi from "@pulumi/pulumi";
import type { ManagedClusterArgs } from "@pulumi/azure-native/containerservice/managedCluster.js";
import type { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import type { Workspace } from "@pulumi/azure-native/operationalinsights/workspace.js";
import { cloudName } from "../../src/cloud/names.js";
import { poolLabel } from "../scheduling.js";
import { prefixLength } from "../../src/config/cidr.js";
import { type AzureContext, tagsOf } from "./context.js";
import { azureNames } from "./facts.js";
import type { ClusterKeys } from "./keys.js";
import type { Network } from "./network.js";
import { poolArgs, systemTaint, taintText } from "./nodes.js";

interface ClusterParts {
  network: Network;
  controlPlane: UserAssignedIdentity;
  kubelet: UserAssignedIdentity;
  logs: Workspace;
  keys?: ClusterKeys;
}

/** The group that AKS makes for machines and disks. */
export function nodeGroupName({ base }: AzureContext): string {
  return `${base}-nodes`;
}

/** An AKS cluster: no local accounts, no public nodes, rights by Entra ID, one pool for what AKS itself runs. */
export function clusterArgs(
  context: AzureContext,
  { network, controlPlane, kubelet, logs, keys }: ClusterParts,
): ManagedClusterArgs {
  const { settings, base, groups } = context;
  return {
    resourceGroupName: groups.cluster.name,
    resourceName: `${base}-cluster`,
    location: settings.location,
    tags: tagsOf(context),
    sku: { name: "Base", tier: "Standard" },
    kubernetesVersion: settings.kubernetes.version,
    dnsPrefix: cloudName(azureNames.dnsPrefix, base),
    nodeResourceGroup: nodeGroupName(context),
    identity: { type: "UserAssigned", userAssignedIdentities: [controlPlane.id] },
    identityProfile: {
      kubeletidentity: {
        resourceId: kubelet.id,
        clientId: kubelet.clientId,
        objectId: kubelet.principalId,
      },
    },
    enableRBAC: true,
    aadProfile: { managed: true, enableAzureRBAC: true, tenantID: settings.tenantId },
    disableLocalAccounts: true,
    oidcIssuerProfile: { enabled: true },
    securityProfile: {
      workloadIdentity: { enabled: true },
      imageCleaner: { enabled: true, intervalHours: 168 },
      ...(keys && {
        azureKeyVaultKms: { enabled: true, keyId: keys.secretsKey, keyVaultNetworkAccess: "Public" },
      }),
    },
    ...(keys && { diskEncryptionSetID: keys.diskEncryptionSet }),
    networkProfile: networkProfile(context),
    apiServerAccessProfile: apiAccess(context, network),
    autoUpgradeProfile: { upgradeChannel: "patch", nodeOSUpgradeChannel: "NodeImage" },
    // Volumes are in all zones, so it does not matter in which one a node is added.
    autoScalerProfile: { balanceSimilarNodeGroups: "true", expander: "least-waste" },
    storageProfile: {
      diskCSIDriver: { enabled: true },
      fileCSIDriver: { enabled: settings.sharedStorage },
      snapshotController: { enabled: true },
    },
    addonProfiles: {
      azurepolicy: { enabled: false },
      omsagent: {
        enabled: settings.logs.containers,
        ...(settings.logs.containers && {
          config: { logAnalyticsWorkspaceResourceID: logs.id, useAADAuth: "true" },
        }),
      },
    },
    agentPoolProfiles: [
      {
        ...poolArgs(context, settings.nodes.system, network.nodes),
        name: "system",
        mode: "System",
        nodeLabels: { [poolLabel]: "system" },
        nodeTaints: [taintText(systemTaint)],
      },
    ],
  };
}

function networkProfile({ settings }: AzureContext): ManagedClusterArgs["networkProfile"] {
  const { podCidr, serviceCidr } = settings.network;
  return {
    networkPlugin: "azure",
    networkPluginMode: "overlay",
    networkDataplane: "cilium",
    networkPolicy: "cilium",
    loadBalancerSku: "standard",
    outboundType: "userAssignedNATGateway",
    podCidr,
    serviceCidr,
    dnsServiceIP: serviceCidr.replace(/\.\d+\/\d+$/, ".10"),
  };
}

/** Unless the config says otherwise the API has an address in the network only. */
function apiAccess(
  { settings }: AzureContext,
  { egressAddress }: Network,
): ManagedClusterArgs["apiServerAccessProfile"] {
  const { apiAccess: ranges } = settings.kubernetes;
  if (ranges.length === 0) {
    return { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: false };
  }
  if (ranges.some((cidr) => prefixLength(cidr) === 0)) {
    return { enablePrivateCluster: false };
  }
  // The nodes come to the API from here.
  const own = egressAddress === undefined ? [] : [pulumi.interpolate`${egressAddress}/32`];
  return { enablePrivateCluster: false, authorizedIPRanges: [...ranges, ...own] };
}
