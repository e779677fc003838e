import * as eks from "@pulumi/aws/eks/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { EksAddOn } from "./config.js";
import type { ControlPlane } from "./cluster.js";
import { podRole, type PodRole } from "./identity.js";
import type { Keys } from "./keys.js";
import type { AwsContext } from "./context.js";
import { scheduling } from "./nodes.js";
import { diskKeyRights } from "./policies.js";

/** What an add-on of EKS needs beside its version. */
interface AddOnNeeds {
  configuration?: Record<string, unknown>;
  role?: { serviceAccount: string; identity: PodRole };
  dependsOn?: pulumi.Resource[];
}

export interface AddOns {
  /** Network, before any node: a node without it never becomes ready. */
  beforeNodes: eks.Addon[];
  /** DNS, disks, metrics: they run on nodes. */
  afterNodes: (nodes: pulumi.Resource[]) => eks.Addon[];
}

/** Those that run on some nodes only run on the nodes for add-ons too. */
const { tolerations } = scheduling.system;

/** EKS's own add-ons, each in the version that the config or the table pins. */
export function awsAddOns(context: AwsContext, keys: Keys, controlPlane: ControlPlane): AddOns {
  const { settings } = context;
  const { name: clusterName, cluster, access } = controlPlane;

  const roleFor = (
    name: string,
    serviceAccount: string,
    policy: string,
    keyed: boolean,
  ): AddOnNeeds["role"] => ({
    serviceAccount,
    identity: podRole(context, {
      name,
      clusterName,
      account: { namespace: "kube-system", name: serviceAccount },
      managedPolicies: [policy],
      statements: keyed ? diskKeyRights(keys.disks.arn) : [],
      associate: false,
    }),
  });
  const addOn = (addonName: EksAddOn, { configuration, role, dependsOn = [] }: AddOnNeeds): eks.Addon =>
    new eks.Addon(
      `${settings.name}-${addonName}`,
      {
        clusterName: cluster.name,
        addonName,
        addonVersion: settings.addOnVersions[addonName],
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        ...(configuration !== undefined && { configurationValues: JSON.stringify(configuration) }),
        ...(role !== undefined && {
          podIdentityAssociations: [{ roleArn: role.identity.role.arn, serviceAccount: role.serviceAccount }],
        }),
      },
      { ...context.opts, dependsOn: [...access, ...(role?.identity.ready ?? []), ...dependsOn] },
    );

  const beforeNodes = [
    addOn("vpc-cni", {
      // Whole blocks of addresses for each node, so that pods are not limited by the machine's own few.
      configuration: {
        enableNetworkPolicy: "true",
        env: { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1" },
      },
      role: roleFor("vpc-cni", "aws-node", "AmazonEKS_CNI_Policy", false),
    }),
    addOn("kube-proxy", {}),
    addOn("eks-pod-identity-agent", {}),
  ];
  const afterNodes = (nodes: pulumi.Resource[]): eks.Addon[] => {
    const dependsOn = [...nodes, ...beforeNodes];
    const snapshots = addOn("snapshot-controller", { dependsOn });
    return [
      addOn("coredns", { configuration: { tolerations }, dependsOn }),
      snapshots,
      addOn("aws-ebs-csi-driver", {
        // The driver's rights end at what carries this cluster's name.
        configuration: {
          controller: { k8sTagClusterId: clusterName, extraVolumeTags: settings.tags, tolerations },
        },
        role: roleFor("disks", "ebs-csi-controller-sa", "AmazonEBSCSIDriverEKSClusterScopedPolicy", true),
        dependsOn: [...dependsOn, snapshots],
      }),
      addOn("metrics-server", { configuration: { tolerations }, dependsOn }),
      ...(settings.sharedStorage
        ? [
            addOn("aws-efs-csi-driver", {
              configuration: { controller: { tolerations } },
              role: roleFor("files", "efs-csi-controller-sa", "service-role/AmazonEFSCSIDriverPolicy", false),
              dependsOn,
            }),
          ]
        : []),
    ];
  };
  return { beforeNodes, afterNodes };
}
