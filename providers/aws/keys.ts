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

export interface KeyRequest {
  /** Its name in the stack. */
  name: string;
  description: string;
  statements?: Statement[];
  /** Default: the stack's. */
  region?: string;
  /** What it encrypts outlives the stack, and so does it, even a disposable one. Default: it goes with a disposable one. */
  outlives?: boolean;
}

/** Makes a key; AWS deletes it 30 days after it was asked to, 7 in a disposable stack, until which it can be had back. */
export function awsKey(context: AwsContext, request: KeyRequest): kms.Key {
  const { settings, disposable, retained, opts } = context;
  const { name, description, statements = [], region, outlives = false } = request;
  const place = region === undefined ? {} : { region };
  const made = new kms.Key(
    `${settings.name}-${name}`,
    {
      ...place,
      description: `${settings.name}: ${description}`,
      enableKeyRotation: true,
      deletionWindowInDays: disposable ? 7 : 30,
      policy: policyDocument(accountRules(settings), ...statements),
    },
    outlives ? { ...retained, retainOnDelete: true } : retained,
  );
  new kms.Alias(
    `${settings.name}-${name}`,
    { ...place, name: `alias/${settings.name}/${name}`, targetKeyId: made.keyId },
    opts,
  );
  return made;
}

/** The keys, each made when it is first asked for; the store for backups has its own, as it may be in another region. */
export function awsKeys(context: AwsContext): Keys {
  const { settings } = context;
  const made = new Map<string, kms.Key>();
  const key = (request: KeyRequest): kms.Key => memo(made, request.name, () => awsKey(context, request));
  return {
    get cluster() {
      const statements = [logsWrite(settings)];
      return key({ name: "cluster", description: "Kubernetes Secrets and logs", statements });
    },
    get disks() {
      const statements = [throughEc2(settings)];
      // Volumes stay, by their class.
      return key({ name: "disks", description: "disks and shared files", statements, outlives: true });
    },
    get data() {
      return key({ name: "data", description: "databases, buckets and backups" });
    },
  };
}
