import assert from "node:assert/strict";
import type { Registration } from "../../../src/engine/types.js";
import { awsCase } from "../../contract/aws.js";
import { statementsOf } from "../../contract/awsRights.js";
import { inputsOf, plain, runCloud } from "../../contract/clouds.js";
import { evaluate, type Request } from "./evaluate.js";
import { account, identities } from "./identities.js";

describe("the policies of AWS's identities", () => {
  let all: Registration[];

  before(async () => {
    all = (await runCloud(awsCase, { preview: false })).registrations;
  });

  /** All statements that a role has, by the part of its name after the stack's. */
  const statementsFor = (identity: string): ReturnType<typeof statementsOf> =>
    all
      .filter(
        ({ type, inputs }) => type === "aws:iam/rolePolicy:RolePolicy" && inputs.role === roleOf(identity),
      )
      .flatMap((policy) => statementsOf(inputsOf(policy).policy));
  const roleOf = (identity: string): string =>
    inputsOf(
      all.find(
        ({ type, name }) => type === "aws:iam/role:Role" && name === `contract-${identity}`,
      ) as Registration,
    ).name as string;

  it("are all in this table", () => {
    const bound = all
      .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
      .map(({ inputs }) => plain(inputs.role) as string)
      .filter((role) => !role.endsWith("flow-logs")); // a service's, not a pod's
    assert.deepEqual([...new Set(bound)].sort(), Object.keys(identities).map(roleOf).sort());
  });

  for (const [identity, { allowed, denied }] of Object.entries(identities)) {
    describe(identity, () => {
      for (const [action, resource, context] of allowed) {
        it(`may ${action} on ${resource} ${JSON.stringify(context ?? {})}`, () =>
          assert.equal(evaluate(statementsFor(identity), { action, resource, context }), "allowed"));
      }
      for (const [action, resource, context] of denied) {
        it(`may not ${action} on ${resource} ${JSON.stringify(context ?? {})}`, () =>
          assert.equal(evaluate(statementsFor(identity), { action, resource, context }), "denied"));
      }
    });
  }

  it("let a role be taken by its own service account of its own cluster only", () => {
    const role = all.find(
      ({ type, name }) => type === "aws:iam/role:Role" && name === "contract-site-campus",
    );
    const trust = statementsOf(inputsOf(role as Registration).assumeRolePolicy);
    const pod = {
      "aws:RequestTag/eks-cluster-name": "contract",
      "aws:RequestTag/kubernetes-namespace": "campus",
      "aws:RequestTag/kubernetes-service-account": "openedx",
    };
    const take = (context: Record<string, string>): string =>
      evaluate(trust, { action: "sts:AssumeRole", principal: "pods.eks.amazonaws.com", context });
    assert.equal(take(pod), "allowed");
    assert.equal(take({ ...pod, "aws:RequestTag/kubernetes-namespace": "academy" }), "denied");
    assert.equal(take({ ...pod, "aws:RequestTag/eks-cluster-name": "other" }), "denied");
    assert.equal(
      evaluate(trust, { action: "sts:AssumeRole", principal: "ec2.amazonaws.com", context: pod }),
      "denied",
    );
  });

  it("let nobody read a bucket in plain text or with old TLS, whatever else they may", () => {
    const policies = all.filter(({ type }) => type === "aws:s3/bucketPolicy:BucketPolicy");
    assert.equal(policies.length, 3);
    for (const policy of policies) {
      const everything = { Effect: "Allow" as const, Action: ["s3:*"], Resource: ["*"] };
      const statements = [everything, ...statementsOf(inputsOf(policy).policy)];
      const read = (bucket: string, context: Request["context"]): string =>
        evaluate(statements, { action: "s3:GetObject", resource: `${bucket}/a`, principal: "x", context });
      const bucket = `arn:aws:s3:::${policy.name}-${account}`;
      assert.equal(read(bucket, { "aws:SecureTransport": "true", "s3:TlsVersion": "1.3" }), "allowed");
      assert.equal(read(bucket, { "aws:SecureTransport": "false", "s3:TlsVersion": "1.3" }), "denied");
      assert.equal(read(bucket, { "aws:SecureTransport": "true", "s3:TlsVersion": "1.1" }), "denied");
    }
  });
});
