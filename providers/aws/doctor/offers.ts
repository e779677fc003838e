import {
  type Answer,
  type CheckedPlan,
  fails,
  ok,
  planned,
  unknown,
  warning,
} from "../../../src/cloud/check.js";
import { zonesWithoutEks } from "../regions.js";
import { type AwsClients, nameOf } from "./clients.js";

const withoutEks = Object.values(zonesWithoutEks);

/** Zones are named per account, and known by id: what is us-east-1c here may be another one's us-east-1a. */
export async function zones(
  { ec2 }: Pick<AwsClients, "ec2">,
  region: string,
  zoneNames: readonly string[],
): Promise<Answer> {
  const { AvailabilityZones: all = [] } = await ec2.describeAvailabilityZones({
    Filters: [{ Name: "zone-type", Values: ["availability-zone"] }],
  });
  const others = all
    .filter(({ State, ZoneId = "" }) => State === "available" && !withoutEks.includes(ZoneId))
    .map(({ ZoneName }) => ZoneName)
    .join(", ");
  const remedy = `set openedx:aws.zoneNames; those that can be used: ${others}`;
  const faults = zoneNames.flatMap((name) => {
    const zone = all.find(({ ZoneName }) => ZoneName === name);
    if (zone === undefined) {
      return [`${name} is no zone of this account in ${region}`];
    }
    if (withoutEks.includes(zone.ZoneId ?? "")) {
      return [`${name} is ${zone.ZoneId}, where EKS makes no cluster`];
    }
    return zone.State === "available" ? [] : [`${name} is ${zone.State}`];
  });
  const ids = zoneNames.map((name) => `${name} (${all.find((each) => each.ZoneName === name)?.ZoneId})`);
  return faults.length > 0 ? fails(faults.join("; "), remedy) : ok(ids.join(", "));
}

/** Types of machines that each group of nodes, and each of Karpenter's pools, takes one of. */
export function machineChoices(plan: CheckedPlan): string[][] {
  const groups = planned(plan, "aws:eks/nodeGroup:NodeGroup").map(
    ({ instanceTypes }) => (instanceTypes as string[] | undefined) ?? [],
  );
  const pools = planned(plan, "kubernetes:karpenter.sh/v1:NodePool").map(poolMachines);
  const choices = [...groups, ...pools].filter((choice) => choice.length > 0);
  return [...new Map(choices.map((choice) => [choice.join(), choice])).values()];
}

interface PoolSpec {
  template?: { spec?: { requirements?: { key: string; values?: string[] }[] } };
}

function poolMachines({ spec }: Readonly<Record<string, unknown>>): string[] {
  const requirements = (spec as PoolSpec | undefined)?.template?.spec?.requirements ?? [];
  return requirements
    .filter(({ key }) => key === "node.kubernetes.io/instance-type")
    .flatMap(({ values = [] }) => values);
}

/** Whether one type of each choice is offered in each zone. */
export async function machines(
  { ec2 }: Pick<AwsClients, "ec2">,
  choices: readonly (readonly string[])[],
  zoneNames: readonly string[],
): Promise<Answer> {
  const Values = [...new Set(choices.flat())];
  const found = new Set<string>();
  let NextToken: string | undefined;
  do {
    const answer: Awaited<ReturnType<typeof ec2.describeInstanceTypeOfferings>> =
      await ec2.describeInstanceTypeOfferings({
        LocationType: "availability-zone",
        Filters: [{ Name: "instance-type", Values }],
        NextToken,
      });
    answer.InstanceTypeOfferings?.forEach((each) => found.add(`${each.InstanceType} in ${each.Location}`));
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  const missing = choices.flatMap((choice) =>
    zoneNames
      .filter((zone) => !choice.some((type) => found.has(`${type} in ${zone}`)))
      .map((zone) => `${choice.join(" or ")} in ${zone}`),
  );
  return missing.length > 0
    ? fails(
        `not offered: ${missing.join(", ")}`,
        "set openedx:aws.nodes.POOL.machineType, or other zones in openedx:aws.zoneNames",
      )
    : ok(`${choices.map((choice) => choice.join(" or ")).join(", ")} in ${zoneNames.join(", ")}`);
}

/** Whether EKS makes clusters of the version, and until when it is supported without a surcharge. */
export async function clusterVersion({ eks }: Pick<AwsClients, "eks">, plan: CheckedPlan): Promise<Answer> {
  const wanted = planned(plan, "aws:eks/cluster:Cluster").map(({ version }) => String(version));
  const { clusterVersions = [] } = await eks.describeClusterVersions({});
  const known = clusterVersions.map((each) => each.clusterVersion).join(", ");
  const [version = ""] = wanted;
  const found = clusterVersions.find((each) => each.clusterVersion === version);
  if (found === undefined) {
    return fails(`EKS offers ${known}, not ${version}`, "set openedx:aws.kubernetes.version");
  }
  const until = found.endOfStandardSupportDate?.toISOString().slice(0, 10);
  return found.versionStatus === "EXTENDED_SUPPORT"
    ? warning(`${version} is in extended support, which costs more`, "set openedx:aws.kubernetes.version")
    : ok(`${version}${until === undefined ? "" : `, in standard support until ${until}`}`);
}

/** Whether EKS has each add-on in the version that is pinned for the version of Kubernetes. */
export async function addOns({ eks }: Pick<AwsClients, "eks">, plan: CheckedPlan): Promise<Answer> {
  const kubernetesVersion = String(planned(plan, "aws:eks/cluster:Cluster")[0]?.version);
  const wanted = planned(plan, "aws:eks/addon:Addon");
  const faults = await Promise.all(
    wanted.map(async ({ addonName, addonVersion }) => {
      const { addons = [] } = await eks.describeAddonVersions({
        addonName: String(addonName),
        kubernetesVersion,
      });
      const offered = addons.flatMap(({ addonVersions = [] }) =>
        addonVersions.flatMap((each) => each.addonVersion ?? []),
      );
      return offered.includes(String(addonVersion))
        ? []
        : [`${String(addonName)} ${String(addonVersion)} (newest: ${offered[0] ?? "none"})`];
    }),
  );
  const missing = faults.flat();
  return missing.length > 0
    ? fails(
        `EKS does not offer for ${kubernetesVersion}: ${missing.join(", ")}`,
        "set openedx:aws.addOnVersions to the newest",
      )
    : ok(`${wanted.length} add-ons in the versions that are pinned`);
}

/** Whether RDS sells the class, with the version, disk and standby that the plan asks for. */
export async function databases({ rds }: Pick<AwsClients, "rds">, plan: CheckedPlan): Promise<Answer> {
  const found = await Promise.all(
    planned(plan, "aws:rds/instance:Instance").map((database) => orderable(rds, database)),
  );
  const faults = found.flatMap(({ fault }) => (fault === undefined ? [] : [fault]));
  return faults.length > 0
    ? fails(faults.join("; "), "set openedx:aws.mysql.instanceClass, storageGiB or multiAz")
    : ok(found.map(({ text }) => text).join("; "));
}

async function orderable(
  rds: AwsClients["rds"],
  database: Readonly<Record<string, unknown>>,
): Promise<{ text: string; fault?: string }> {
  const { engine, engineVersion, instanceClass, storageType, multiAz, allocatedStorage } = database;
  const version = String(engineVersion);
  const text = `${String(instanceClass)} with ${String(engine)} ${version} on ${String(storageType)}`;
  const options = [];
  let Marker: string | undefined;
  do {
    const answer = await rds.describeOrderableDBInstanceOptions({
      Engine: String(engine),
      DBInstanceClass: String(instanceClass),
      Vpc: true,
      Marker,
    });
    options.push(...(answer.OrderableDBInstanceOptions ?? []));
    Marker = answer.Marker;
  } while (Marker !== undefined && Marker !== "");
  const ofVersion = options.filter(({ EngineVersion = "" }) => `${EngineVersion}.`.startsWith(`${version}.`));
  const fitting = ofVersion.filter(
    (option) =>
      option.StorageType === storageType &&
      option.SupportsStorageEncryption !== false &&
      (multiAz !== true || option.MultiAZCapable === true) &&
      Number(allocatedStorage) >= (option.MinStorageSize ?? 0) &&
      Number(allocatedStorage) <= (option.MaxStorageSize ?? Infinity),
  );
  if (fitting.length > 0) {
    return { text };
  }
  const versions = [...new Set(options.map(({ EngineVersion }) => EngineVersion))].join(", ") || "none";
  const why =
    ofVersion.length === 0
      ? `versions with that class: ${versions}`
      : `not with ${String(allocatedStorage)} GiB${multiAz === true ? " and a standby" : ""}`;
  return { text, fault: `RDS does not offer ${text}; ${why}` };
}

/**
 * Whether ElastiCache has the engine's version, and the type of node in the region. No operation lists types of nodes: those
 * that can be reserved are those that are there.
 */
export async function caches(
  { elasticache }: Pick<AwsClients, "elasticache">,
  plan: CheckedPlan,
): Promise<Answer> {
  const groups = planned(plan, "aws:elasticache/replicationGroup:ReplicationGroup");
  const types = [...new Set(groups.map(({ nodeType }) => String(nodeType)))];
  const engines = [...new Set(groups.map((each) => `${String(each.engine)} ${String(each.engineVersion)}`))];
  const missing = await Promise.all(
    engines.map(async (each) => {
      const [Engine, version = ""] = each.split(" ");
      const { CacheEngineVersions: found = [] } = await elasticache.describeCacheEngineVersions({ Engine });
      return found.some(({ EngineVersion = "" }) => `${EngineVersion}.`.startsWith(`${version}.`))
        ? []
        : [each];
    }),
  );
  if (missing.flat().length > 0) {
    return fails(`ElastiCache does not offer ${missing.flat().join(", ")}`, "services.redis.mode: cluster");
  }
  const unseen = await Promise.all(
    types.map(async (type) => {
      const { ReservedCacheNodesOfferings: found = [] } =
        await elasticache.describeReservedCacheNodesOfferings({ CacheNodeType: type, MaxRecords: 20 });
      return found.length > 0 ? [] : [type];
    }),
  );
  return unseen.flat().length > 0
    ? unknown(
        `not known: ${unseen.flat().join(", ")} cannot be reserved here, so that it may not be there`,
        "look at the console's list of node types, or set openedx:aws.redis.nodeType",
      )
    : ok(`${types.join(", ")} with ${engines.join(", ")}`);
}

/** Mail leaves to everyone only once AWS has let the account out of the sandbox, in each region. */
export async function mail({ ses }: Pick<AwsClients, "ses">, region: string): Promise<Answer> {
  try {
    const { ProductionAccessEnabled, SendingEnabled, SendQuota } = await ses.getAccount({});
    if (SendingEnabled === false) {
      return fails(
        `SES has stopped the account's mail in ${region}`,
        "see the SES console, Account dashboard",
      );
    }
    return ProductionAccessEnabled === true
      ? ok(`out of the sandbox in ${region}, ${SendQuota?.Max24HourSend} mails a day`)
      : warning(
          `in SES's sandbox in ${region}: mail goes to verified addresses alone`,
          "ask for production access: SES console, Account dashboard",
        );
  } catch (error) {
    if (nameOf(error) === "NotFoundException") {
      return warning(`SES is not used yet in ${region}`, "ask for production access: SES console");
    }
    throw error;
  }
}
