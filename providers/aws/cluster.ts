import * as eks from "@pulumi/aws/eks/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { clusterProviders } from "../../src/cloud/clusterProviders.js";
import type { Keys } from "./keys.js";
import { logGroup } from "./logs.js";
import type { Network } from "./network.js";
import { arn, component, kept, type Place, roleName } from "./place.js";
import { trustService } from "./policyDocument.js";
import type { AwsSettings } from "./settings.js";

/** The control plane, made or found. */
export interface ControlPlane {
  /** Plain, for whoever needs it before the cluster is there. */
  name: string;
  cluster: eks.Cluster;
  /** Of all nodes and pods. */
  securityGroupId: pulumi.Output<string>;
  /** The rights of the deployer and the administrators; gone before the cluster, nobody could clean up on it. */
  access: pulumi.Resource[];
}

/** The cluster's name, which many names and tags hold. */
export function clusterNameOf({ config, name }: AwsSettings): string {
  return config.existing.cluster ?? name;
}

/** A role, and the grants without which it is of no use yet. */
export interface ServiceRole {
  role: iam.Role;
  grants: iam.RolePolicyAttachment[];
}

/** A role of AWS's own service with AWS's own policies. */
export function serviceRole(
  at: Place,
  name: string,
  service: string,
  policies: readonly string[],
): ServiceRole {
  const { settings, opts } = at;
  const role = new iam.Role(
    `${settings.name}-${name}`,
    { name: roleName(settings, name), assumeRolePolicy: trustService(service) },
    opts,
  );
  const grants = policies.map(
    (policy) =>
      new iam.RolePolicyAttachment(
        `${settings.name}-${name}-${policy.split("/").pop()}`,
        {
          role: role.name,
          policyArn: arn({ ...settings, account: "aws" }, "iam", `policy/${policy}`, { regional: false }),
        },
        { ...opts, parent: role },
      ),
  );
  return { role, grants };
}

function grantAccess(at: Place, clusterName: pulumi.Input<string>): pulumi.Resource[] {
  const { settings, opts } = at;
  const principals = [...new Set([settings.config.deployer, ...settings.config.admins])];
  return principals.flatMap((principalArn) => {
    const name = `${settings.name}-admin-${principalArn.split(":")[4]}-${principalArn.split(/[:/]/).pop()}`;
    const entry = new eks.AccessEntry(name, { clusterName, principalArn, type: "STANDARD" }, opts);
    const rights = new eks.AccessPolicyAssociation(
      name,
      {
        clusterName,
        principalArn,
        policyArn: `arn:${settings.partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
        accessScope: { type: "cluster" },
      },
      { ...opts, dependsOn: entry },
    );
    return [entry, rights];
  });
}

/** The cluster of the config's name, as it is: its nodes, add-ons and rights are its owner's. */
function findCluster(at: Place, id: string): ControlPlane {
  const cluster = eks.Cluster.get(`${at.settings.name}-cluster`, id, {}, at.opts);
  return { name: id, cluster, securityGroupId: groupOf(cluster), access: [] };
}

function groupOf(cluster: eks.Cluster): pulumi.Output<string> {
  return cluster.vpcConfig.apply(({ clusterSecurityGroupId }) => clusterSecurityGroupId);
}

/** Makes the control plane, or finds the one that the config names. */
export function createCluster(place: Place, keys: Keys, network: Network): ControlPlane {
  const { settings } = place;
  const { kubernetes, existing } = settings.config;
  const at = component(place, "Cluster", `${settings.name}-cluster`);
  if (existing.cluster !== undefined) {
    return findCluster(at, existing.cluster);
  }
  const { name } = settings;
  const logs = logGroup(at, keys, `${name}-control-plane`, `/aws/eks/${name}/cluster`);
  const { role, grants } = serviceRole(at, "cluster", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]);
  const cluster = new eks.Cluster(
    name,
    {
      name,
      version: kubernetes.version,
      roleArn: role.arn,
      // Rights come from access entries alone; both flags can't be changed later.
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      bootstrapSelfManagedAddons: false,
      encryptionConfig: { provider: { keyArn: keys.cluster.arn }, resources: ["secrets"] },
      enabledClusterLogTypes: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      upgradePolicy: { supportType: "STANDARD" },
      deletionProtection: !settings.disposable,
      kubernetesNetworkConfig: { serviceIpv4Cidr: settings.config.network.services, ipFamily: "ipv4" },
      vpcConfig: {
        subnetIds: network.nodeSubnets,
        endpointPrivateAccess: true,
        endpointPublicAccess: kubernetes.apiAccess.length > 0,
        ...(kubernetes.apiAccess.length > 0 && { publicAccessCidrs: kubernetes.apiAccess }),
      },
      tags: { Name: name },
    },
    { ...kept(at), dependsOn: [...grants, logs, ...network.ready] },
  );
  return {
    name,
    cluster,
    securityGroupId: groupOf(cluster),
    access: grantAccess(at, cluster.name),
  };
}

/**
 * A kubeconfig whose user asks the AWS CLI for a token each time: a stored token would expire, and differ at every run.
 * JSON, which is YAML too.
 */
export function kubeconfigFor(
  { region }: AwsSettings,
  { name, cluster }: ControlPlane,
): pulumi.Output<string> {
  const kubeconfig = pulumi.jsonStringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name,
        cluster: {
          server: cluster.endpoint,
          "certificate-authority-data": cluster.certificateAuthority.data,
        },
      },
    ],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", name, "--region", region],
            interactiveMode: "Never",
          },
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
  return pulumi.secret(kubeconfig);
}

/** What else must be there for objects to be put on the cluster, and for their removal to be waited for. */
export function clusterProvider(
  place: Place,
  name: string,
  controlPlane: ControlPlane,
  dependsOn: pulumi.Resource[],
): { provider: k8s.Provider; adopting: k8s.Provider; kubeconfig: pulumi.Output<string> } {
  const { settings } = place;
  const { account, region, config } = settings;
  const kubeconfig = kubeconfigFor(settings, controlPlane);
  const providers = clusterProviders(
    name,
    {
      kubeconfig,
      clusterIdentifier: `aws/${account}/${region}/${controlPlane.name}/${config.kubernetes.generation}`,
    },
    { parent: place.opts.parent, dependsOn: [...controlPlane.access, ...dependsOn] },
  );
  return { ...providers, kubeconfig };
}
