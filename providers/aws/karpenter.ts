import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as eks from "@pulumi/aws/eks/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as sqs from "@pulumi/aws/sqs/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { AddOnObject, HelmValues } from "../../src/cloud/types.js";
import type { ControlPlane } from "./cluster.js";
import { podRole, serviceRole } from "./identity.js";
import { karpenterRights } from "./karpenterPolicy.js";
import type { Keys } from "./keys.js";
import type { Network } from "./network.js";
import { nodePolicies, scheduling } from "./nodes.js";
import { nodePools } from "./nodePools.js";
import { arn, type AwsContext, roleName } from "./context.js";
import { deny, policyDocument } from "./policyDocument.js";

/** Where the chart puts it. */
const account = { namespace: "kube-system", name: "karpenter" };

/** What AWS says before it takes a machine away. */
const warnings = {
  health: { source: ["aws.health"], "detail-type": ["AWS Health Event"] },
  spot: { source: ["aws.ec2"], "detail-type": ["EC2 Spot Instance Interruption Warning"] },
  rebalance: { source: ["aws.ec2"], "detail-type": ["EC2 Instance Rebalance Recommendation"] },
  state: { source: ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"] },
};

/** The add-on that makes nodes, and what it needs. */
export interface Scaler {
  addOn: "karpenter" | "cluster-autoscaler";
  values: HelmValues;
  objects: AddOnObject[];
  ready: pulumi.Resource[];
}

/** A queue with the warnings, which only AWS's event service may write to, and only by TLS. */
function interruptionQueue(
  context: AwsContext,
  name: string,
): { queue: sqs.Queue; ready: pulumi.Resource[] } {
  const { settings, opts } = context;
  const queueArn = arn(settings, "sqs", name);
  const queue = new sqs.Queue(
    name,
    { name, messageRetentionSeconds: 300, sqsManagedSseEnabled: true, tags: { Name: name } },
    opts,
  );
  const policy = new sqs.QueuePolicy(
    name,
    {
      queueUrl: queue.id,
      policy: policyDocument(
        {
          Sid: "EventsWrite",
          Effect: "Allow",
          Principal: { Service: "events.amazonaws.com" },
          Action: ["sqs:SendMessage"],
          Resource: [queueArn],
          Condition: { StringEquals: { "aws:SourceAccount": settings.account } },
        },
        deny("TlsOnly", ["sqs:*"], [queueArn], { Bool: { "aws:SecureTransport": "false" } }),
      ),
    },
    context.granting,
  );
  const rules = Object.entries(warnings).flatMap(([kind, pattern]) => {
    const rule = new cloudwatch.EventRule(
      `${name}-${kind}`,
      { name: `${name}-${kind}`, eventPattern: JSON.stringify(pattern) },
      opts,
    );
    return [
      rule,
      new cloudwatch.EventTarget(
        `${name}-${kind}`,
        { rule: rule.name, arn: queueArn },
        { ...opts, dependsOn: policy },
      ),
    ];
  });
  return { queue, ready: [policy, ...rules] };
}

/** All that Karpenter needs in AWS, its chart's values, and the pools that it fills. */
export function awsKarpenter(
  context: AwsContext,
  parts: { keys: Keys; network: Network; controlPlane: ControlPlane },
): Scaler {
  const { settings } = context;
  const { keys, network, controlPlane } = parts;
  const name = `${settings.name}-karpenter`;
  const { queue, ready } = interruptionQueue(context, name);
  const { role: nodeRole, grants } = serviceRole(
    context,
    "karpenter-nodes",
    "ec2.amazonaws.com",
    nodePolicies,
  );
  const profileName = roleName(settings, "karpenter");
  const profile = new iam.InstanceProfile(
    name,
    { name: profileName, role: nodeRole.name },
    { ...context.opts, dependsOn: grants },
  );
  const entry = new eks.AccessEntry(
    `${name}-nodes`,
    { clusterName: controlPlane.cluster.name, principalArn: nodeRole.arn, type: "EC2_LINUX" },
    context.granting,
  );
  const identity = podRole(context, {
    name: "karpenter",
    clusterName: controlPlane.name,
    account,
    statements: karpenterRights(settings, {
      clusterName: controlPlane.name,
      nodeRoleArn: nodeRole.arn,
      profileName,
      queueArn: arn(settings, "sqs", name),
      subnetIds: network.nodeSubnets,
      securityGroupId: controlPlane.securityGroupId,
    }),
  });
  return {
    addOn: "karpenter",
    values: {
      // On nodes that it has not made, and does not remove.
      ...scheduling.system,
      settings: { clusterName: controlPlane.name, interruptionQueue: queue.name },
      serviceAccount: { name: account.name },
    },
    objects: [
      ...nodePools(settings, {
        instanceProfile: profile.name,
        subnetIds: network.nodeSubnets,
        securityGroupId: controlPlane.securityGroupId,
        keyArn: keys.disks.arn,
      }),
    ],
    ready: [...ready, ...grants, entry, profile, ...identity.ready],
  };
}
