import * as cloudwatch from "@pulumi/aws/cloudwatch/index.js";
import * as ec2 from "@pulumi/aws/ec2/index.js";
import * as iam from "@pulumi/aws/iam/index.js";
import * as pulumi from "@pulumi/pulumi";
import type { Keys } from "./keys.js";
import type { Network } from "./network.js";
import { arn, type AwsContext, roleName } from "./context.js";
import { policyDocument, trustService } from "./policyDocument.js";
import { logRetentions } from "./rules.js";

/**
 * A log group, made before the service that would make it without retention and key. It keeps logs for the next longer time
 * that CloudWatch has, so that they never go too early.
 */
export function logGroup(context: AwsContext, keys: Keys, name: string, path: string): cloudwatch.LogGroup {
  const { logRetentionDays } = context.settings;
  return new cloudwatch.LogGroup(
    name,
    {
      name: path,
      retentionInDays: logRetentions.find((days) => days >= logRetentionDays),
      kmsKeyId: keys.cluster.arn,
    },
    context.guarded,
  );
}

/** Who spoke to whom in the stack's own network, kept in CloudWatch. */
export function logTraffic(context: AwsContext, keys: Keys, network: Network): void {
  const { settings } = context;
  const name = `${settings.name}-flow-logs`;
  const group = logGroup(context, keys, name, `/aws/vpc/${settings.name}`);
  const role = new iam.Role(
    name,
    {
      name: roleName(settings, "flow-logs"),
      assumeRolePolicy: trustService("vpc-flow-logs.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": settings.account },
        ArnLike: { "aws:SourceArn": arn(settings, "ec2", "vpc-flow-log/*") },
      }),
    },
    context.opts,
  );
  const policy = new iam.RolePolicy(
    name,
    {
      role: role.name,
      policy: policyDocument({
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        Resource: [pulumi.interpolate`${group.arn}:*`],
      }),
    },
    context.granting,
  );
  new ec2.FlowLog(
    name,
    {
      vpcId: network.vpcId,
      trafficType: "ALL",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      tags: { Name: name },
    },
    { ...context.opts, dependsOn: policy },
  );
}
