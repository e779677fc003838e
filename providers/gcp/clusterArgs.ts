import type { ClusterArgs } from "@pulumi/gcp/container/cluster.js";
import * as pulumi from "@pulumi/pulumi";
import { gkeMaintenance } from "./maintenance.js";
import { gcpZones } from "./regions.js";
import { type GcpContext, labelsOf } from "./context.js";
import type { EncryptionKey } from "./keys.js";
import type { Network } from "./network.js";
import { type NodeParts, nodeSettings } from "./nodes.js";

interface ClusterParts {
  network: Network;
  nodes: NodeParts;
  /** For Secrets; undefined: Google's. */
  key?: EncryptionKey;
}

/** Of what the control plane itself writes: who was let in, and why pods and nodes come and go. */
const controlPlaneLogs = ["APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"];

/** A regional GKE cluster of the Standard kind, whose nodes have no address in the internet. */
export function clusterArgs(context: GcpContext, { network, nodes, key }: ClusterParts): ClusterArgs {
  const { settings, base, disposable } = context;
  return {
    name: `${base}-cluster`,
    location: settings.region,
    nodeLocations: gcpZones(settings.region, settings.zones),
    network: network.id,
    subnetwork: network.nodes,
    networkingMode: "VPC_NATIVE",
    ipAllocationPolicy: addresses(context, network),
    // Cilium, which enforces NetworkPolicies by itself.
    datapathProvider: "ADVANCED_DATAPATH",
    releaseChannel: { channel: "REGULAR" },
    minMasterVersion: settings.kubernetes.version,
    workloadIdentityConfig: { workloadPool: pulumi.interpolate`${context.project}.svc.id.goog` },
    enableShieldedNodes: true,
    ...apiAccess(context),
    databaseEncryption: key ? { state: "ENCRYPTED", keyName: key.id } : { state: "DECRYPTED" },
    // Whoever comes with a client certificate or a password could not be turned away by IAM.
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    addonsConfig: {
      httpLoadBalancing: { disabled: false },
      horizontalPodAutoscaling: { disabled: false },
      dnsCacheConfig: { enabled: true },
      gcePersistentDiskCsiDriverConfig: { enabled: true },
      gcpFilestoreCsiDriverConfig: { enabled: settings.sharedStorage },
    },
    gatewayApiConfig: { channel: "CHANNEL_STANDARD" },
    loggingConfig: {
      enableComponents: [
        "SYSTEM_COMPONENTS",
        ...(settings.logs.controlPlane ? controlPlaneLogs : []),
        ...(settings.logs.containers ? ["WORKLOADS"] : []),
      ],
    },
    // Google charges for each sample; the platform has a Prometheus of its own.
    monitoringConfig: { enableComponents: ["SYSTEM_COMPONENTS"], managedPrometheus: { enabled: false } },
    securityPostureConfig: { mode: "BASIC", vulnerabilityMode: "VULNERABILITY_DISABLED" },
    maintenancePolicy: gkeMaintenance(settings.maintenance),
    resourceLabels: labelsOf(context),
    deletionProtection: !disposable,
    // A cluster begins with a pool; it is emptied, so that all pools are resources of their own.
    removeDefaultNodePool: true,
    initialNodeCount: 1,
    nodeConfig: nodeSettings(context, settings.nodes.system, nodes),
  };
}

function addresses({ settings }: GcpContext, { ranges }: Network): ClusterArgs["ipAllocationPolicy"] {
  return ranges === undefined
    ? {
        clusterIpv4CidrBlock: settings.network.podCidr,
        servicesIpv4CidrBlock: settings.network.serviceCidr,
      }
    : { clusterSecondaryRangeName: ranges.pods, servicesSecondaryRangeName: ranges.services };
}

type ApiAccess = Pick<
  ClusterArgs,
  "privateClusterConfig" | "controlPlaneEndpointsConfig" | "masterAuthorizedNetworksConfig"
>;

/** By name for those whom IAM lets in; or by address, by default from the network only. */
function apiAccess({ settings }: GcpContext): ApiAccess {
  const networks = settings.kubernetes.apiAccess;
  if (settings.apiEndpoint === "dns") {
    return {
      privateClusterConfig: { enablePrivateNodes: true },
      controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { allowExternalTraffic: true },
        ipEndpointsConfig: { enabled: false },
      },
    };
  }
  return {
    privateClusterConfig: { enablePrivateNodes: true, enablePrivateEndpoint: networks.length === 0 },
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { allowExternalTraffic: false },
      ipEndpointsConfig: { enabled: true },
    },
    masterAuthorizedNetworksConfig: {
      cidrBlocks: networks.map((cidrBlock) => ({ cidrBlock })),
      gcpPublicCidrsAccessEnabled: false,
    },
  };
}
