import { type Answer, type CheckedPlan, fails, ok, planned } from "../../../src/cloud/check.js";
import { NotAllowed } from "../../../src/cloud/check.js";
import { type AwsClients, nameOf } from "./clients.js";

const stackTag = "openedx:stack";

/** Whether the stack's cluster is there: undefined where there is none, else the stack whose it is. */
export async function clusterOwner(
  { eks }: Pick<AwsClients, "eks">,
  name: string,
): Promise<string | undefined> {
  try {
    const { cluster } = await eks.describeCluster({ name });
    return cluster?.tags?.[stackTag] ?? "";
  } catch (error) {
    if (nameOf(error) === "ResourceNotFoundException") {
      return undefined;
    }
    throw error;
  }
}

/** Names of buckets are all the world's, so that somebody else may have them. */
export async function buckets({ s3 }: Pick<AwsClients, "s3">, plan: CheckedPlan): Promise<Answer> {
  const names = planned(plan, "aws:s3/bucket:Bucket").map(({ bucket }) => String(bucket));
  const states = await Promise.all(names.map((name) => ownerOf(s3, name)));
  const taken = names.filter((_, index) => !["", plan.stack].includes(states[index] ?? ""));
  const own = states.filter((state) => state === plan.stack).length;
  return taken.length > 0
    ? fails(
        taken.map((name) => `${name} is ${states[names.indexOf(name)]}`).join("; "),
        "set openedx:aws.name, which names begin with, or delete the bucket if it is yours",
      )
    : ok(`${names.length - own} free, ${own} of this stack`);
}

/** Empty where the name is free; the stack; or a sentence that says whose it is. */
async function ownerOf(s3: AwsClients["s3"], Bucket: string): Promise<string> {
  try {
    await s3.headBucket({ Bucket });
  } catch (error) {
    const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
    if (status === 404) {
      return "";
    }
    if (status === 403) {
      return "another account's, or one that you may not see";
    }
    if (status === 301) {
      return "there, in another region";
    }
    throw error;
  }
  try {
    const { TagSet = [] } = await s3.getBucketTagging({ Bucket });
    return TagSet.find(({ Key }) => Key === stackTag)?.Value ?? "in this account, and of no stack";
  } catch (error) {
    if (nameOf(error) === "AccessDenied") {
      throw new NotAllowed("s3:GetBucketTagging");
    }
    if (nameOf(error) === "NoSuchTagSet") {
      return "in this account, and of no stack";
    }
    throw error;
  }
}

/** Roles of AWS's own services, which an account has after their first use, and which nobody makes by the way. */
export async function serviceRoles(
  { iam }: Pick<AwsClients, "iam">,
  wanted: readonly { service: string; role: string }[],
): Promise<Answer> {
  const missing = await Promise.all(
    wanted.map(async ({ service, role }) => {
      try {
        await iam.getRole({ RoleName: role });
        return [];
      } catch (error) {
        if (nameOf(error) === "NoSuchEntityException" || nameOf(error) === "NoSuchEntity") {
          return [service];
        }
        throw error;
      }
    }),
  );
  const services = missing.flat();
  return services.length > 0
    ? fails(
        `the account has no service role for ${services.join(", ")}`,
        services.map((name) => `aws iam create-service-linked-role --aws-service-name ${name}`).join(" && "),
      )
    : ok(wanted.map(({ role }) => role).join(", "));
}

/** Service roles that the plan's parts need. */
export function serviceRolesOf(plan: CheckedPlan): { service: string; role: string }[] {
  const spot = planned(plan, "kubernetes:karpenter.sh/v1:NodePool").some((pool) =>
    JSON.stringify(pool).includes('"spot"'),
  );
  return spot ? [{ service: "spot.amazonaws.com", role: "AWSServiceRoleForEC2Spot" }] : [];
}

/** Name servers of the zone that exists, or of the one that the stack has made; undefined: there is none yet. */
export async function nameServers(
  { route53 }: Pick<AwsClients, "route53">,
  zone: string,
  existing: string | undefined,
): Promise<string[] | undefined> {
  const id = existing ?? (await publicZone(route53, zone));
  return id === undefined ? undefined : (await route53.getHostedZone({ Id: id })).DelegationSet?.NameServers;
}

async function publicZone(route53: AwsClients["route53"], zone: string): Promise<string | undefined> {
  const { HostedZones = [] } = await route53.listHostedZonesByName({ DNSName: zone, MaxItems: 10 });
  return HostedZones.find(({ Name, Config }) => Name === `${zone}.` && Config?.PrivateZone !== true)?.Id;
}
