import type { Registration } from "../../src/engine/types.js";
import { inputsOf, type Right } from "./clouds.js";

export interface Statement {
  Sid?: string;
  Effect: "Allow" | "Deny";
  Principal?: unknown;
  Action: string[];
  Resource?: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** The statements of a policy, as IAM reads them. */
export function statementsOf(policy: unknown): Statement[] {
  return (JSON.parse(String(policy)) as { Statement: Statement[] }).Statement;
}

/** With the senders that it may be, for mail. `*` for all of a kind, such as every volume, unless a condition says which; a bucket's objects are one bucket. */
function breadth(resource: string, condition: Statement["Condition"]): string {
  const everyOne = /^arn:aws:(?!s3:)[a-z0-9-]+:[^:]*:[^:]*:[a-z-]+\/\*$|^arn:aws:s3:::\*/.test(resource);
  const senders = condition?.StringLike?.["ses:FromAddress"];
  return everyOne && condition === undefined ? "*" : senders ? `${resource} as ${String(senders)}` : resource;
}

/** What the roles' own policies allow, and AWS's own policies that they have, as a right on everything. */
export function awsRights(all: readonly Registration[]): Right[] {
  const own = all
    .filter(({ type }) => /^aws:iam\/(role|user)Policy:/.test(type))
    .flatMap((policy) =>
      statementsOf(inputsOf(policy).policy)
        .filter(({ Effect }) => Effect === "Allow")
        .flatMap(({ Action, Resource = [], Condition }) =>
          Action.flatMap((action) =>
            Resource.map((resource) => ({
              grantedBy: policy.name,
              action,
              resource: breadth(resource, Condition),
            })),
          ),
        ),
    );
  const ofAws = all
    .filter(({ type }) => type === "aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    .map((attachment) => ({
      grantedBy: attachment.name,
      action: String(inputsOf(attachment).policyArn).split(":policy/")[1] ?? "",
      resource: "*",
    }));
  return [...own, ...ofAws];
}

/** AWS lists, and describes what it lists, account by account: these actions take no resource. */
const takesNone = "the action takes no resource";

const withoutResource = Object.fromEntries(
  [
    ...["acm:DescribeCertificate", "acm:ListCertificates"],
    ...[
      "AccountAttributes",
      "Addresses",
      "AvailabilityZones",
      "CapacityReservations",
      "CoipPools",
      "Images",
    ].map((what) => `ec2:Describe${what}`),
    ...[
      "InstanceStatus",
      "InstanceTypeOfferings",
      "InstanceTypes",
      "Instances",
      "InternetGateways",
      "IpamPools",
    ].map((what) => `ec2:Describe${what}`),
    ...["LaunchTemplates", "NetworkInterfaces", "PlacementGroups", "RouteTables", "SecurityGroups"].map(
      (what) => `ec2:Describe${what}`,
    ),
    ...["SpotPriceHistory", "Subnets", "Tags", "VpcPeeringConnections", "Vpcs"].map(
      (what) => `ec2:Describe${what}`,
    ),
    ...["ec2:GetCoipPoolUsage", "ec2:GetSecurityGroupsForVpc"],
    ...["CapacityReservation", "ListenerAttributes", "ListenerCertificates", "Listeners"].map(
      (what) => `elasticloadbalancing:Describe${what}`,
    ),
    ...["LoadBalancerAttributes", "LoadBalancers", "Rules", "SSLPolicies", "Tags"].map(
      (what) => `elasticloadbalancing:Describe${what}`,
    ),
    ...["TargetGroupAttributes", "TargetGroups", "TargetHealth", "TrustStores"].map(
      (what) => `elasticloadbalancing:Describe${what}`,
    ),
    ...["iam:ListInstanceProfiles", "pricing:GetProducts"],
    ...["route53:ListHostedZones", "route53:ListHostedZonesByName"],
  ].map((action) => [action, takesNone]),
);

/** Rights on everything, each with its reason. */
export const awsUnscoped: Record<string, string> = {
  ...withoutResource,
  ...Object.fromEntries(
    [
      "AmazonEC2ContainerRegistryPullOnly",
      "AmazonEKSClusterPolicy",
      "AmazonEKSWorkerNodePolicy",
      "AmazonEKS_CNI_Policy",
      "service-role/AWSBackupServiceRolePolicyForBackup",
      "service-role/AWSBackupServiceRolePolicyForRestores",
      "AmazonEBSCSIDriverEKSClusterScopedPolicy",
      "service-role/AmazonEFSCSIDriverPolicy",
    ].map((policy) => [
      policy,
      "AWS's own policy, which the service asks for and AWS keeps up with its releases",
    ]),
  ),
  ...Object.fromEntries(
    ["CreateSecurityGroup"].map((action) => [`ec2:${action}`, "what is made has no name or tag before"]),
  ),
  "ec2:CreateFleet": "images and their snapshots are Amazon's; the machines must carry the cluster's tag",
  "ec2:RunInstances": "images and their snapshots are Amazon's; the machines must carry the cluster's tag",
  "route53:GetChange": "a change has no name before it is made",
  ...Object.fromEntries(
    [
      ...[
        "AddListenerCertificates",
        "AddTags",
        "CreateListener",
        "CreateRule",
        "DeleteListener",
        "DeleteRule",
      ],
      ...["ModifyListener", "ModifyListenerAttributes", "ModifyRule", "RemoveListenerCertificates"],
      ...["RemoveTags", "SetRulePriorities"],
    ].map((action) => [
      `elasticloadbalancing:${action}`,
      "listeners and their rules: the controller's calls do not always name their tags",
    ]),
  ),
};
