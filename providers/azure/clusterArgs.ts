import * as pulumi from "@pulumi/pulumi";
import { getClientConfigOutput } from "@pulumi/azure-native/authorization/getClientConfig.js";
import type { ManagedClusterArgs } from "@pulumi/azure-native/containerservice/managedCluster.js";
import type { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/userAssignedIdentity.js";
import { cloudName } from "../../src/cloud/names.js";
import { prefixLength } from "../../src/config/cidr.js";
import { UserError } from "../../src/workspace/errors.js";
import { type AzureContext, tagsOf } from "./context.js";
import { azureNames } from "./facts.js";
import type { ClusterKeys } from "./keys.js";
import type { Logs } from "./logs.js";
import type { Network } from "./network.js";
import { firstPool } from "./nodes.js";

interface ClusterParts {
  network: Network;
  controlPlane: UserAssignedIdentity;
  kubelet: UserAssignedIdentity;
  logs: Logs;
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
    aadProfile: { managed: true, enableAzureRBAC: true, tenantID: tenantOfAdministrator(context) },
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
      // What a company's own policies turn on, such as azurepolicy, is not named.
      omsagent: {
        enabled: logs.pods !== undefined,
        ...(logs.pods && {
          config: { logAnalyticsWorkspaceResourceID: logs.pods.id, useAADAuth: "true" },
        }),
      },
    },
    agentPoolProfiles: [{ ...firstPool(context, network.nodes), name: "system" }],
  };
}

/**
 * The tenant's id, once it is known that whoever deploys may use the cluster: else that came out when all is made and
 * paid for. Who is in a group is not asked.
 */
function tenantOfAdministrator({ settings, groups, opts }: AzureContext): pulumi.Input<string> {
  const { administrators, tenantId } = settings;
  if (administrators.some(({ type }) => type === "Group")) {
    return tenantId;
  }
  const { parent, provider } = opts;
  // Not before something is made: reviewers who only preview need no rights.
  const caller = getClientConfigOutput({ parent, provider, dependsOn: [groups.cluster] });
  return caller.apply(({ objectId }) => {
    if (!pulumi.runtime.isDryRun() && administrators.every(({ id }) => id !== objectId)) {
      throw new UserError(
        `openedx:azure.administrators: you are ${objectId}, who is not among them and could not use the cluster: ` +
          "add yourself, or a group that you are in (`az ad signed-in-user show --query id`)",
      );
    }
    return tenantId;
  });
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
    dnsServiceIP: serviceCidr.replace(/(\d+)\/\d+$/, (_, first) => String(Number(first) + 10)),
  };
}

/** Unless the config says otherwise the API has an address in the network only. */
function apiAccess(
  { settings }: AzureContext,
  { egressAddresses }: Network,
): ManagedClusterArgs["apiServerAccessProfile"] {
  const { apiAccess: ranges } = settings.kubernetes;
  if (ranges.length === 0) {
    return { enablePrivateCluster: true, enablePrivateClusterPublicFQDN: false };
  }
  if (ranges.some((cidr) => prefixLength(cidr) === 0)) {
    return { enablePrivateCluster: false };
  }
  // The nodes come to the API from here: https://github.com/MicrosoftDocs/azure-docs/issues/111834
  const own = egressAddresses.map((address) => pulumi.interpolate`${address}/32`);
  return { enablePrivateCluster: false, authorizedIPRanges: [...ranges, ...own] };
}
