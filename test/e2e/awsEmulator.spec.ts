import assert from "node:assert/strict";
import {
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";
import * as s3 from "@aws-sdk/client-s3";
import type { Registration } from "../../src/engine/types.js";
import { awsCase } from "../contract/aws.js";
import { statementsOf } from "../contract/awsRights.js";
import { inputsOf, type Plain, runCloud } from "../contract/clouds.js";
import { type Moto, startMoto } from "./support/servers/moto.js";

const acronyms: Record<string, string> = {
  id: "ID",
  kmsMasterKeyId: "KMSMasterKeyID",
  sseAlgorithm: "SSEAlgorithm",
};

/** Pulumi's inputs in the words of AWS's API. */
function inApi(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(inApi);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      acronyms[key] ?? `${key[0]?.toUpperCase()}${key.slice(1)}`,
      inApi(item),
    ]),
  );
}

describe("what the stack asks of AWS, carried out on an emulator", () => {
  const region = "eu-west-1";
  let moto: Moto;
  let all: Registration[];

  before(async () => {
    moto = await startMoto(region);
    all = (await runCloud(awsCase, { preview: false })).registrations;
  });
  after(() => moto.stop());

  const ofType = (type: string): Registration[] => all.filter((each) => each.type === `aws:${type}`);
  const inputs = (type: string, name: string): Plain => {
    const found = ofType(type).find((each) => each.name === name);
    assert.ok(found, `${type} ${name} is planned`);
    return inputsOf(found);
  };

  describe("buckets", () => {
    for (const [name, key] of [
      ["contract-site-campus", "contract-data"],
      ["contract-site-academy", "contract-data"],
      ["contract-backup", "contract-backup"],
    ] as const) {
      it(`${name} takes its policy, key, versions, rules and block, and gives them back`, async () => {
        const client = new s3.S3Client({ ...moto.client, forcePathStyle: true });
        const Bucket = inputs("s3/bucket:Bucket", name).bucket as string;
        await client.send(
          new s3.CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: region } }),
        );

        const planned = inputs("s3/bucketPolicy:BucketPolicy", name).policy as string;
        await client.send(new s3.PutBucketPolicyCommand({ Bucket, Policy: planned }));
        const policy = await client.send(new s3.GetBucketPolicyCommand({ Bucket }));
        assert.deepEqual(statementsOf(policy.Policy), statementsOf(planned));

        const encryption = inApi({
          rules: inputs(
            "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            name,
          ).rules,
        }) as s3.ServerSideEncryptionConfiguration;
        await client.send(
          new s3.PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: encryption }),
        );
        const encrypted = await client.send(new s3.GetBucketEncryptionCommand({ Bucket }));
        const rule = encrypted.ServerSideEncryptionConfiguration?.Rules?.[0];
        assert.equal(rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm, "aws:kms");
        assert.equal(rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID, `arn:aws:key:::${key}`);
        assert.equal(rule?.BucketKeyEnabled, true);

        const versioning = inApi(
          inputs("s3/bucketVersioning:BucketVersioning", name).versioningConfiguration,
        ) as s3.VersioningConfiguration;
        await client.send(new s3.PutBucketVersioningCommand({ Bucket, VersioningConfiguration: versioning }));
        assert.equal((await client.send(new s3.GetBucketVersioningCommand({ Bucket }))).Status, "Enabled");

        const { bucket: _, ...block } = inputs("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name);
        await client.send(
          new s3.PutPublicAccessBlockCommand({
            Bucket,
            PublicAccessBlockConfiguration: inApi(block) as s3.PublicAccessBlockConfiguration,
          }),
        );
        const blocked = await client.send(new s3.GetPublicAccessBlockCommand({ Bucket }));
        assert.deepEqual(blocked.PublicAccessBlockConfiguration, {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        });

        const ownership = inApi({
          rules: [inputs("s3/bucketOwnershipControls:BucketOwnershipControls", name).rule],
        }) as s3.OwnershipControls;
        await client.send(new s3.PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls: ownership }));
        const owned = await client.send(new s3.GetBucketOwnershipControlsCommand({ Bucket }));
        assert.equal(owned.OwnershipControls?.Rules?.[0]?.ObjectOwnership, "BucketOwnerEnforced");

        const lifecycle = inApi({
          rules: inputs("s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", name).rules,
        }) as s3.BucketLifecycleConfiguration;
        await client.send(
          new s3.PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: lifecycle }),
        );
        const rules = (await client.send(new s3.GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules;
        assert.equal(rules?.[0]?.Status, "Enabled");
        assert.ok((rules?.[0]?.NoncurrentVersionExpiration?.NoncurrentDays ?? 0) >= 30);
        assert.equal(rules?.[0]?.AbortIncompleteMultipartUpload?.DaysAfterInitiation, 7);
      });
    }

    it("let the instance's own hosts in, and no other origin", async () => {
      const client = new s3.S3Client({ ...moto.client, forcePathStyle: true });
      for (const instance of ["campus", "academy"]) {
        const name = `contract-site-${instance}`;
        const Bucket = inputs("s3/bucket:Bucket", name).bucket as string;
        const { corsRules } = inputs("s3/bucketCorsConfiguration:BucketCorsConfiguration", name);
        await client.send(
          new s3.PutBucketCorsCommand({
            Bucket,
            CORSConfiguration: { CORSRules: inApi(corsRules) as s3.CORSRule[] },
          }),
        );
        const { CORSRules } = await client.send(new s3.GetBucketCorsCommand({ Bucket }));
        assert.deepEqual(CORSRules?.[0]?.AllowedOrigins, [`https://${instance}.example.com`]);
        assert.deepEqual(CORSRules?.[0]?.AllowedMethods, ["GET", "HEAD", "PUT", "POST"]);
      }
    });

    it("give an overwritten file back", async () => {
      const client = new s3.S3Client({ ...moto.client, forcePathStyle: true });
      const Bucket = inputs("s3/bucket:Bucket", "contract-site-campus").bucket as string;
      // The emulator speaks no TLS, and the policy denies all that comes without.
      await client.send(new s3.DeleteBucketPolicyCommand({ Bucket }));
      const first = await client.send(new s3.PutObjectCommand({ Bucket, Key: "grades.csv", Body: "one" }));
      await client.send(new s3.PutObjectCommand({ Bucket, Key: "grades.csv", Body: "two" }));
      assert.ok(first.VersionId);
      const old = await client.send(
        new s3.GetObjectCommand({ Bucket, Key: "grades.csv", VersionId: first.VersionId }),
      );
      assert.equal(await old.Body?.transformToString(), "one");
    });
  });

  it("takes every role with its trust and its policies, and gives them back", async () => {
    const client = new IAMClient(moto.client);
    const roles = ofType("iam/role:Role").map(inputsOf);
    assert.ok(roles.length > 10);
    for (const { name, assumeRolePolicy } of roles) {
      const RoleName = name as string;
      await client.send(
        new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: assumeRolePolicy as string }),
      );
      const { Role } = await client.send(new GetRoleCommand({ RoleName }));
      const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
      assert.deepEqual(statementsOf(trust), statementsOf(assumeRolePolicy));
    }
    for (const { name: PolicyName, ...policy } of ofType("iam/rolePolicy:RolePolicy")) {
      const { role, policy: document } = inputsOf(policy as Registration);
      const RoleName = role as string;
      await client.send(
        new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: document as string }),
      );
      const { PolicyDocument } = await client.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
      assert.deepEqual(statementsOf(decodeURIComponent(PolicyDocument ?? "")), statementsOf(document));
    }
  });

  it("takes the zone, with the records that external-dns and cert-manager put into it", async () => {
    const client = new Route53Client(moto.client);
    const { name, comment } = inputs("route53/zone:Zone", "contract-zone") as Record<string, string>;
    const made = await client.send(
      new CreateHostedZoneCommand({
        Name: name,
        CallerReference: "1",
        HostedZoneConfig: { Comment: comment },
      }),
    );
    const Id = made.HostedZone?.Id;
    const zone = await client.send(new GetHostedZoneCommand({ Id }));
    assert.equal(zone.HostedZone?.Name, "example.com.");
    assert.ok((zone.DelegationSet?.NameServers ?? []).length > 0);
    const records = [
      { Name: "campus.example.com", Type: "CNAME", Value: "balancer.elb.amazonaws.com" },
      { Name: "_acme-challenge.campus.example.com", Type: "TXT", Value: '"proof"' },
    ] as const;
    await client.send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: Id,
        ChangeBatch: {
          Changes: records.map(({ Name, Type, Value }) => ({
            Action: "UPSERT",
            ResourceRecordSet: { Name, Type, TTL: 60, ResourceRecords: [{ Value }] },
          })),
        },
      }),
    );
    const listed = await client.send(new ListResourceRecordSetsCommand({ HostedZoneId: Id }));
    const found = (listed.ResourceRecordSets ?? []).map(({ Name, ResourceRecords }) => [
      Name,
      ResourceRecords?.[0]?.Value,
    ]);
    for (const { Name, Value } of records) {
      assert.ok(
        found.some(([recordName, value]) => recordName === `${Name}.` && value === Value),
        `${Name} is among ${JSON.stringify(found)}`,
      );
    }
  });
});
