import assert from "node:assert/strict";
import { type AwsConfig, awsSchema } from "../../../providers/aws/config.js";
import { type AwsClients, guarded } from "../../../providers/aws/doctor/clients.js";
import { actionsOf } from "../../../providers/aws/doctor/actions.js";
import { awsChecks } from "../../../providers/aws/doctor/index.js";
import type { CheckedPlan, CheckedResource, Verdict } from "../../../src/cloud/check.js";
import type { Row } from "../../../src/doctor/run.js";
import { awsCase } from "../../contract/aws.js";
import { stack, stackConfig } from "../../contract/clouds.js";
import { awsError, deployer, emptyAccount, gives, refuse, session } from "./emptyAccount.js";
import { answersTo, checkedPlan } from "../../support/checkedPlan.js";

/** Types whose actions in IAM are named after them: its service authorization reference, as of November 2026. */
const namedAfterType = [
  ...["InternetGateway", "LaunchTemplate", "NatGateway", "Route", "RouteTable", "SecurityGroup", "Subnet"],
  ...["Vpc", "VpcEndpoint", "Repository", "FileSystem", "MountTarget", "AccessEntry", "Addon", "Cluster"],
  ...["PodIdentityAssociation", "ReplicationGroup", "User", "UserGroup", "AccessKey", "InstanceProfile"],
  ...["Role", "Alias", "Key", "LogGroup", "EmailIdentity", "Bucket", "Queue"],
];

describe("what the doctor asks AWS", () => {
  let plan: CheckedPlan;
  let config: AwsConfig;
  const request = stackConfig({ cloud: "aws", ...awsCase.config });

  const pool: CheckedResource = {
    type: "kubernetes:karpenter.sh/v1:NodePool",
    name: "general",
    inputs: {
      metadata: { name: "general" },
      spec: {
        limits: { cpu: "60" },
        template: {
          spec: {
            requirements: [
              { key: "node.kubernetes.io/instance-type", values: ["m7i.xlarge"] },
              { key: "karpenter.sh/capacity-type", values: ["spot"] },
            ],
          },
        },
      },
    },
  };

  before(async () => {
    config = awsSchema.parse({ ...(awsCase.config.aws as object), deployer });
    plan = await checkedPlan(awsCase, [pool]);
  });

  const ask = async (
    change: { [Service in keyof AwsClients]?: Partial<AwsClients[Service]> } = {},
    of: CheckedPlan = plan,
  ): Promise<Record<string, Row>> => {
    const base = emptyAccount(plan);
    const clients = Object.fromEntries(
      Object.entries(base).map(([service, client]) => [
        service,
        guarded(service, { ...client, ...change[service as keyof AwsClients] }),
      ]),
    ) as unknown as AwsClients;
    return answersTo(
      (await awsChecks(request, config, of, clients)).filter(({ id }) => id !== "aws-delegation"),
    );
  };

  it("asks for actions by a type's name only where IAM names them so", () => {
    const guessed = Object.keys(awsCase.types).filter((type) => {
      const actions = actionsOf({ stack, resources: [{ type, name: "one", inputs: {} }] });
      return actions.some((action) => action.endsWith(`:Create${type.split(":").at(-1)}`));
    });
    const names = guessed.map((type) => type.split(":").at(-1) ?? "");
    assert.deepEqual(
      names.filter((name) => !namedAfterType.includes(name)),
      [],
    );
  });

  it("finds nothing wrong with an empty account that has all there is", async () => {
    const rows = Object.values(await ask());
    assert.deepEqual(
      rows.filter(({ verdict }) => verdict !== "ok").map(({ id, text }) => `${id}: ${text}`),
      [],
    );
    assert.equal(rows.length, 15);
  });

  const refused = { EvalActionName: "kms:CreateKey", EvalDecision: "explicitDeny" } as const;
  const cases: [
    what: string,
    id: string,
    change: Parameters<typeof ask>[0],
    verdict: Verdict,
    text: RegExp,
  ][] = [
    [
      "another account",
      "identity",
      { sts: { getCallerIdentity: gives({ Account: "999999999999", Arn: session }) } },
      "fails",
      /of account 999999999999; the stack is for 123456789012/,
    ],
    [
      "another role of the same account",
      "identity",
      {
        sts: {
          getCallerIdentity: gives({ Account: "123456789012", Arn: session.replace("deployer", "reader") }),
        },
      },
      "fails",
      /neither openedx:aws.deployer/,
    ],
    [
      "no credentials",
      "identity",
      { sts: { getCallerIdentity: refuse("CredentialsProviderError") } },
      "fails",
      /does not know you/,
    ],
    [
      "a denied action",
      "permissions",
      { iam: { simulatePrincipalPolicy: gives({ EvaluationResults: [refused] }) } },
      "fails",
      /may not do kms:CreateKey \(denied\)/,
    ],
    [
      "nobody who may simulate",
      "permissions",
      { iam: { simulatePrincipalPolicy: refuse("AccessDenied", 403) } },
      "unknown",
      /^needs permission iam:SimulatePrincipalPolicy$/,
    ],
    [
      "a zone without EKS",
      "zones",
      {
        ec2: {
          describeAvailabilityZones: gives({
            AvailabilityZones: [{ ZoneName: "eu-west-1a", ZoneId: "use1-az3", State: "available" }],
          }),
        },
      },
      "fails",
      /eu-west-1a is use1-az3, where EKS makes no cluster; eu-west-1b is no zone of this account/,
    ],
    [
      "a machine that is not offered",
      "machines",
      { ec2: { describeInstanceTypeOfferings: gives({ InstanceTypeOfferings: [] }) } },
      "fails",
      /m7i\.xlarge in eu-west-1a/,
    ],
    [
      "an older EKS",
      "kubernetes",
      { eks: { describeClusterVersions: gives({ clusterVersions: [{ clusterVersion: "1.34" }] }) } },
      "fails",
      /EKS offers 1\.34, not 1\.\d+/,
    ],
    [
      "extended support",
      "kubernetes",
      {
        eks: {
          describeClusterVersions: gives({
            clusterVersions: [
              { clusterVersion: "1.35", versionStatus: "EXTENDED_SUPPORT" },
              { clusterVersion: "1.36", versionStatus: "EXTENDED_SUPPORT" },
            ],
          }),
        },
      },
      "warning",
      /extended support/,
    ],
    [
      "add-ons of other builds",
      "add-ons",
      {
        eks: {
          describeAddonVersions: gives({
            addons: [{ addonVersions: [{ addonVersion: "v9.9.9-eksbuild.1" }] }],
          }),
        },
      },
      "fails",
      /vpc-cni v[\d.]+-eksbuild\.\d+ \(newest: v9\.9\.9-eksbuild\.1\)/,
    ],
    [
      "a database class without the version",
      "mysql",
      {
        rds: {
          describeOrderableDBInstanceOptions: gives({
            OrderableDBInstanceOptions: [{ EngineVersion: "8.0.42" }],
          }),
        },
      },
      "fails",
      /RDS does not offer .* versions with that class: 8\.0\.42/,
    ],
    [
      "an older ElastiCache",
      "redis",
      {
        elasticache: {
          describeCacheEngineVersions: gives({ CacheEngineVersions: [{ EngineVersion: "7.2.6" }] }),
        },
      },
      "fails",
      /does not offer valkey 8\.2/,
    ],
    [
      "a cache node that cannot be reserved",
      "redis",
      { elasticache: { describeReservedCacheNodesOfferings: gives({}) } },
      "unknown",
      /cannot be reserved here/,
    ],
    [
      "too few vCPUs to begin with",
      "quota-vcpu",
      { servicequotas: { getServiceQuota: gives({ Quota: { Value: 8 } }) } },
      "fails",
      /^8 allowed, 4 used, \d+ to \d+ needed$/,
    ],
    [
      "too few vCPUs to grow",
      "quota-vcpu",
      { servicequotas: { getServiceQuota: gives({ Quota: { Value: 40 } }) } },
      "warning",
      /once the nodes grow/,
    ],
    [
      "a quota that was never changed",
      "quota-vpcs",
      { servicequotas: { getServiceQuota: refuse("NoSuchResourceException") } },
      "ok",
      /^5 allowed, 1 used, 1 needed$/,
    ],
    [
      "no address left",
      "quota-addresses",
      { servicequotas: { getServiceQuota: gives({ Quota: { Value: 1 } }) } },
      "fails",
      /1 allowed, 1 used/,
    ],
    [
      "a cluster of that name",
      "cluster-name",
      { eks: { describeCluster: gives({ cluster: { tags: { "openedx:stack": "other" } } }) } },
      "fails",
      /taken by the stack other/,
    ],
    [
      "a bucket of somebody else",
      "buckets",
      { s3: { headBucket: refuse("Forbidden", 403) } },
      "fails",
      /another account's/,
    ],
    [
      "a bucket of the same account",
      "buckets",
      { s3: { headBucket: gives({}), getBucketTagging: refuse("NoSuchTagSet", 404) } },
      "fails",
      /in this account, and of no stack/,
    ],
    [
      "rights on no tags",
      "buckets",
      { s3: { headBucket: gives({}), getBucketTagging: refuse("AccessDenied", 403) } },
      "unknown",
      /s3:GetBucketTagging/,
    ],
    [
      "an account without EC2 Spot's role",
      "service-roles",
      {
        iam: {
          getRole: ({ RoleName = "" }) =>
            RoleName.startsWith("AWSServiceRole")
              ? Promise.reject(awsError("NoSuchEntityException", 404))
              : Promise.resolve({ Role: undefined }),
        },
      },
      "fails",
      /no service role for spot\.amazonaws\.com/,
    ],
  ];
  for (const [what, id, change, verdict, text] of cases) {
    it(`${id}: ${what} ${verdict === "fails" ? "fails" : `is ${verdict}`}`, async () => {
      const row = (await ask(change))[`aws-${id}`];
      assert.equal(row?.verdict, verdict, row?.text);
      assert.match(row?.text ?? "", text);
    });
  }

  it("counts nothing twice once the stack is deployed, and knows its own buckets", async () => {
    const TagSet = [{ Key: "openedx:stack", Value: stack }];
    const rows = await ask({
      eks: { describeCluster: gives({ cluster: { tags: { "openedx:stack": stack } } }) },
      servicequotas: { getServiceQuota: gives({ Quota: { Value: 1 } }) },
      s3: { headBucket: gives({}), getBucketTagging: gives({ TagSet }) },
    });
    assert.match(rows["aws-quota-addresses"]?.text ?? "", /0 needed/);
    assert.equal(rows["aws-cluster-name"]?.verdict, "ok");
    assert.match(rows["aws-buckets"]?.text ?? "", /^0 free, 3 of this stack$/);
  });

  it("asks SES where the plan has mail of AWS", async () => {
    const identity = { type: "aws:sesv2/emailIdentity:EmailIdentity", name: "mail", inputs: {} };
    const withMail = { ...plan, resources: [...plan.resources, identity] };
    const sandboxed = await ask({ ses: { getAccount: gives({ ProductionAccessEnabled: false }) } }, withMail);
    assert.equal(sandboxed["aws-mail"]?.verdict, "warning");
    assert.equal((await ask({}, withMail))["aws-mail"]?.verdict, "ok");
  });
});
