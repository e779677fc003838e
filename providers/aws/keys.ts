import * as kms from "@pulumi/aws/kms/index.js";
import { policyDocument, type Statement } from "./policyDocument.js";
import { memo } from "../../src/workspace/concurrency.js";
import { arn, type AwsContext } from "./context.js";
import type { AwsSettings } from "./settings.js";

/** The stack's own keys. Who can use one of them can't use the others. */
export interface Keys {
  /** Kubernetes Secrets and the logs. */
  cluster: kms.Key;
  /** Disks of nodes, volumes, shared files. */
  disks: kms.Key;
  /** Databases, caches, buckets, backups. */
  data: kms.Key;
}

/** The account may say who uses the key, as in every key that the console makes: without it nobody could repair the key. */
function accountRules(settings: AwsSettings): Statement {
  return {
    Sid: "AccountAdministersByIam",
    Effect: "Allow",
    Principal: { AWS: arn(settings, "iam", "root", { regional: false }) },
    Action: ["kms:*"],
    Resource: ["*"],
  };
}

function logsWrite(settings: AwsSettings): Statement {
  return {
    Sid: "LogsOfThisAccount",
    Effect: "Allow",
    Principal: { Service: `logs.${settings.region}.amazonaws.com` },
    Action: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
    Resource: ["*"],
    Condition: {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": arn(settings, "logs", "log-group:*") },
    },
  };
}

/**
 * What EC2 does for a caller of this account who may do it, as in Amazon's own key for disks. The service-linked role of
 * node groups is not named, since it does not exist in a new account, which would make the policy invalid.
 */
function throughEc2(settings: AwsSettings): Statement {
  return {
    Sid: "DisksThroughEc2",
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: [
      ...["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant"],
      "kms:DescribeKey",
    ],
    Resource: ["*"],
    Condition: {
      StringEquals: {
        "kms:CallerAccount": settings.account,
        "kms:ViaService": `ec2.${settings.region}.amazonaws.com`,
      },
    },
  };
}

/**
 * The keys, each made when it is first asked for; AWS deletes one 30 days after it was asked to, 7 in a disposable stack,
 * until which it can be had back.
 */
export function awsKeys(context: AwsContext): Keys {
  const { settings } = context;
  const made = new Map<string, kms.Key>();
  const key = (name: string, description: string, ...statements: Statement[]): kms.Key =>
    memo(made, name, () => {
      const resource = new kms.Key(
        `${settings.name}-${name}`,
        {
          description: `${settings.name}: ${description}`,
          enableKeyRotation: true,
          deletionWindowInDays: context.disposable ? 7 : 30,
          policy: policyDocument(accountRules(settings), ...statements),
        },
        context.retained,
      );
      new kms.Alias(
        `${settings.name}-${name}`,
        { name: `alias/${settings.name}/${name}`, targetKeyId: resource.keyId },
        context.opts,
      );
      return resource;
    });
  return {
    get cluster() {
      return key("cluster", "Kubernetes Secrets and logs", logsWrite(settings));
    },
    get disks() {
      return key("disks", "disks and shared files", throughEc2(settings));
    },
    get data() {
      return key("data", "databases, buckets and backups");
    },
  };
}
