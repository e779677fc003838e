import { type Answer, type CheckedPlan, fails, ok, unknown, warning } from "../../../src/cloud/check.js";
import { messageOf } from "../../../src/workspace/errors.js";
import type { AwsConfig } from "../config.js";
import { actionsOf } from "./actions.js";
import type { AwsClients } from "./clients.js";

/** Who asks, and whether that is who the config says: the account, and the deployer or one of the admins. */
export async function identity(
  { sts }: Pick<AwsClients, "sts">,
  { account, deployer, admins }: Pick<AwsConfig, "account" | "deployer" | "admins">,
): Promise<Answer> {
  let caller: { Account?: string; Arn?: string };
  try {
    caller = await sts.getCallerIdentity({});
  } catch (error) {
    return fails(
      `AWS does not know you: ${messageOf(error).split("\n")[0]}`,
      "sign in (`aws sso login`), or set AWS_PROFILE to a profile of the deployer",
    );
  }
  const { Account = "", Arn = "" } = caller;
  if (Account !== account) {
    return fails(
      `${Arn} is of account ${Account}; the stack is for ${account}`,
      "use credentials of that account, or set openedx:aws.account",
    );
  }
  const [allowed] = [deployer, ...admins].filter((arn) => isSame(Arn, arn));
  return allowed === undefined
    ? fails(
        `${Arn} is neither openedx:aws.deployer (${deployer}) nor one of its admins: the cluster will not let you in`,
        "take that role, or name yours",
      )
    : ok(Arn);
}

/** A session of a role has its name alone, without its path. */
function isSame(caller: string, principal: string): boolean {
  const session = /^arn:[^:]+:sts::(\d+):assumed-role\/([^/]+)\//.exec(caller);
  if (session === null) {
    return caller === principal;
  }
  const role = /^arn:[^:]+:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(principal);
  return role !== null && role[1] === session[1] && role[2] === session[2];
}

/** IAM takes some at a time; its answers come in pages beyond 100. */
const batch = 50;

/** Whether the caller may make, and delete again, each type of the plan. */
export async function permissions(
  { sts, iam }: Pick<AwsClients, "sts" | "iam">,
  plan: CheckedPlan,
): Promise<Answer> {
  const { Arn = "" } = await sts.getCallerIdentity({});
  if (Arn.endsWith(":root")) {
    return warning("you are the account's root, which may do all and should do nothing", "use a role");
  }
  const principal = await principalOf(iam, Arn);
  if (principal === undefined) {
    return unknown(`${Arn} is neither a user nor a session of a role`);
  }
  const actions = actionsOf(plan);
  const results = [];
  for (let start = 0; start < actions.length; start += batch) {
    const { EvaluationResults = [] } = await iam.simulatePrincipalPolicy({
      PolicySourceArn: principal,
      ActionNames: actions.slice(start, start + batch),
    });
    results.push(...EvaluationResults);
  }
  const refused = results.filter(({ EvalDecision }) => EvalDecision !== "allowed");
  if (refused.length === 0) {
    return ok(`${principal} may do all ${actions.length} actions that the plan's types need`);
  }
  const names = refused.map(({ EvalActionName, EvalDecision }) =>
    EvalDecision === "explicitDeny" ? `${EvalActionName} (denied)` : EvalActionName,
  );
  return fails(
    `${principal} may not do ${names.join(", ")}`,
    "give it the policies of docs/aws.md; rights on some resources alone are not seen by this question",
  );
}

async function principalOf(iam: AwsClients["iam"], caller: string): Promise<string | undefined> {
  const name = /:assumed-role\/([^/]+)\//.exec(caller)?.[1];
  if (name === undefined) {
    return caller.includes(":user/") ? caller : undefined;
  }
  return (await iam.getRole({ RoleName: name })).Role?.Arn;
}
