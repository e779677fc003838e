import * as eks from "@pulumi/aws/eks/index.js";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { clusterProviders } from "../../src/cloud/clusterProviders.js";
import { renamed } from "../../src/cloud/children.js";
import { digest } from "../../src/workspace/digest.js";
import { kubeconfigOf } from "../kubeconfig.js";
import type { Keys } from "./keys.js";
import { logGroup } from "./logs.js";
import type { Network } from "./network.js";
import type { AwsContext } from "./context.js";
import { serviceRole } from "./identity.js";
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

/** Who may what on the cluster: who deploys and who administers all of it, others read all but Secrets. */
function grantAccess(context: AwsContext, clusterName: pulumi.Input<string>): pulumi.Resource[] {
  const { settings } = context;
  const admins = new Set([settings.deployer, ...settings.admins]);
  const viewers = settings.viewers.filter((arn) => !admins.has(arn));
  const principals = [
    ...[...admins].map((arn) => ({ arn, kind: "admin", policy: "AmazonEKSClusterAdminPolicy" })),
    ...[...new Set(viewers)].map((arn) => ({ arn, kind: "viewer", policy: "AmazonEKSViewPolicy" })),
  ];
  const shortNames = principals.map(({ arn, kind }) => shortName(settings.name, kind, arn));
  return principals.flatMap(({ arn: principalArn, kind, policy }, index) => {
    const short = shortNames[index] as string;
    const alone = shortNames.filter((each) => each === short).length === 1;
    // The last part of an ARN may be that of another one, too: user/x and role/x.
    const name = `${short}-${digest(principalArn).slice(0, 6)}`;
    const opts = { ...context.granting, ...renamed(kind === "admin" && alone ? short : undefined) };
    const entry = new eks.AccessEntry(name, { clusterName, principalArn, type: "STANDARD" }, opts);
    const rights = new eks.AccessPolicyAssociation(
      name,
      {
        clusterName,
        principalArn,
        policyArn: `arn:${settings.partition}:eks::aws:cluster-access-policy/${policy}`,
        accessScope: { type: "cluster" },
      },
      { ...opts, dependsOn: entry },
    );
    return [entry, rights];
  });
}

/** Account and last part of a principal, as a name of what it gets. */
function shortName(name: string, kind: string, arn: string): string {
  return `${name}-${kind}-${arn.split(":")[4]}-${arn.split(/[:/]/).pop()}`;
}

/** The cluster of the config's name, as it is: its nodes, add-ons and rights are its owner's. */
function findCluster(context: AwsContext, id: string): ControlPlane {
  const cluster = eks.Cluster.get(`${context.settings.name}-cluster`, id, {}, context.opts);
  return { name: id, cluster, securityGroupId: groupOf(cluster), access: [] };
}

function groupOf(cluster: eks.Cluster): pulumi.Output<string> {
  return cluster.vpcConfig.apply(({ clusterSecurityGroupId }) => clusterSecurityGroupId);
}

/** Makes the control plane, or finds the one that the config names. */
export function awsCluster(context: AwsContext, keys: Keys, network: Network): ControlPlane {
  const { settings } = context;
  const { kubernetes, existing } = settings;
  if (existing.cluster !== undefined) {
    return findCluster(context, existing.cluster);
  }
  const { name } = settings;
  const logs = logGroup(context, keys, `${name}-control-plane`, `/aws/eks/${name}/cluster`);
  const { role, grants } = serviceRole(context, "cluster", "eks.amazonaws.com", ["AmazonEKSClusterPolicy"]);
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
      deletionProtection: !context.disposable,
      kubernetesNetworkConfig: { serviceIpv4Cidr: settings.network.services, ipFamily: "ipv4" },
      vpcConfig: {
        subnetIds: network.nodeSubnets,
        endpointPrivateAccess: true,
        endpointPublicAccess: kubernetes.apiAccess.length > 0,
        ...(kubernetes.apiAccess.length > 0 && { publicAccessCidrs: kubernetes.apiAccess }),
      },
      tags: { Name: name },
    },
    { ...context.guarded, dependsOn: [...grants, logs, ...network.ready] },
  );
  return {
    name,
    cluster,
    securityGroupId: groupOf(cluster),
    access: grantAccess(context, cluster.name),
  };
}

/** A kubeconfig whose user asks the AWS CLI for tokens. JSON, which is YAML too. */
function kubeconfigFor({ region }: AwsSettings, { name, cluster }: ControlPlane): pulumi.Output<string> {
  const server = {
    server: cluster.endpoint,
    "certificate-authority-data": cluster.certificateAuthority.data,
  };
  const signIn = {
    command: "aws",
    args: ["eks", "get-token", "--cluster-name", name, "--region", region],
  };
  return pulumi.secret(pulumi.jsonStringify(kubeconfigOf(name, server, signIn)));
}

/**
 * The cluster's providers.
 * @param earlier what their names began with earlier
 * @param dependsOn what else must be there for objects to be put on the cluster, and for their removal to be waited for
 */
export function clusterProvider(
  context: AwsContext,
  earlier: string,
  controlPlane: ControlPlane,
  dependsOn: pulumi.Resource[],
): { provider: k8s.Provider; adopting: k8s.Provider; kubeconfig: pulumi.Output<string> } {
  const { settings } = context;
  const { account, region, kubernetes } = settings;
  const kubeconfig = kubeconfigFor(settings, controlPlane);
  const providers = clusterProviders(
    context.name,
    {
      kubeconfig,
      clusterIdentifier: `aws/${account}/${region}/${controlPlane.name}/${kubernetes.generation}`,
    },
    { parent: context.opts.parent, dependsOn: [...controlPlane.access, ...dependsOn] },
    earlier,
  );
  return { ...providers, kubeconfig };
}
