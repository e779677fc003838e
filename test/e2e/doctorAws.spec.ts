import assert from "node:assert/strict";
import { CreateHostedZoneCommand, Route53Client } from "@aws-sdk/client-route-53";
import { CreateBucketCommand, PutBucketTaggingCommand, S3Client } from "@aws-sdk/client-s3";
import { awsSchema } from "../../providers/aws/config.js";
import { awsClients } from "../../providers/aws/doctor/clients.js";
import { awsChecks } from "../../providers/aws/doctor/index.js";
import { nameServers } from "../../providers/aws/doctor/names.js";
import { type CheckedPlan, planned } from "../../src/cloud/check.js";
import { awsCase } from "../contract/aws.js";
import { stack, stackConfig } from "../contract/clouds.js";
import { answersTo, checkedPlan } from "../support/checkedPlan.js";
import { type Moto, startMoto } from "./support/servers/moto.js";

describe("what the doctor asks AWS, asked of an emulator by AWS's own clients", () => {
  const region = "eu-west-1";
  const request = stackConfig({ cloud: "aws", ...awsCase.config });
  let moto: Moto;
  let plan: CheckedPlan;

  before(async () => {
    moto = await startMoto(region);
    plan = await checkedPlan(awsCase);
  });
  after(() => moto.stop());

  it("gets answers about who asks, zones, machines, names, and what is used of quotas", async () => {
    const s3 = new S3Client({ ...moto.client, forcePathStyle: true });
    const names = planned(plan, "aws:s3/bucket:Bucket").map(({ bucket }) => String(bucket));
    const [own = "", foreign = ""] = names;
    for (const Bucket of [own, foreign]) {
      const where = { LocationConstraint: region } as const;
      await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: where }));
    }
    const TagSet = [{ Key: "openedx:stack", Value: stack }];
    await s3.send(new PutBucketTaggingCommand({ Bucket: own, Tagging: { TagSet } }));

    const clients = await awsClients(moto.client);
    // The emulator says of its user that STS has it; AWS says IAM.
    const Arn = "arn:aws:iam::123456789012:user/moto";
    const sts = { getCallerIdentity: () => Promise.resolve({ Account: "123456789012", Arn }) };
    const config = awsSchema.parse({ ...(awsCase.config.aws as object), deployer: Arn });
    const rows = await answersTo(await awsChecks(request, config, plan, { ...clients, sts }));
    assert.equal(rows["aws-identity"]?.text, Arn);
    assert.match(rows["aws-zones"]?.text ?? "", /eu-west-1a \(euw1-az\d\)/);
    assert.match(rows["aws-machines"]?.text ?? "", /^m|^not offered/);
    assert.equal(rows["aws-buckets"]?.text, `${foreign} is in this account, and of no stack`);
    assert.equal(rows["aws-cluster-name"]?.verdict, "ok");
  });

  it("finds the name servers of a zone that exists, and none of one that does not", async () => {
    const client = new Route53Client(moto.client);
    const Name = "learn.example.com";
    await client.send(new CreateHostedZoneCommand({ Name, CallerReference: "spec" }));
    const clients = await awsClients(moto.client);
    assert.ok(((await nameServers(clients, Name, undefined)) ?? []).length > 0);
    assert.equal(await nameServers(clients, "other.example.com", undefined), undefined);
  });
});
