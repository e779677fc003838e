import { type Answer, type CheckedPlan, fails, ok, planned, warning } from "../../src/cloud/check.js";
import type { Rest } from "../rest.js";
import type { GcpConfig } from "./config.js";

const compute = "https://compute.googleapis.com/compute/v1";

interface Pool {
  nodeConfig: { machineType: string; diskSizeGb: number };
  autoscaling?: { totalMinNodeCount?: number; totalMaxNodeCount?: number };
  initialNodeCount?: number;
  nodeCount?: number;
}
const pools = (plan: CheckedPlan): Pool[] =>
  planned(plan, "gcp:container/nodePool:NodePool") as unknown as Pool[];

interface MachineTypes {
  items?: Record<string, { machineTypes?: { name: string; guestCpus: number }[] }>;
}

/** Types of the pools, by the zones of the region that have them. */
async function offered(
  rest: Rest,
  { project, region }: Pick<GcpConfig, "project" | "region">,
  types: readonly string[],
): Promise<Map<string, { cpus: number; zones: string[] }>> {
  const filter = encodeURIComponent(types.map((type) => `(name = "${type}")`).join(" OR "));
  const { items = {} } = await rest.get<MachineTypes>(
    `${compute}/projects/${project}/aggregated/machineTypes?filter=${filter}&maxResults=500`,
    "compute.machineTypes.list",
  );
  const found = new Map<string, { cpus: number; zones: string[] }>();
  for (const [scope, { machineTypes = [] }] of Object.entries(items)) {
    const zone = scope.replace("zones/", "");
    for (const { name, guestCpus } of zone.startsWith(`${region}-`) ? machineTypes : []) {
      const zones = [...(found.get(name)?.zones ?? []), zone];
      found.set(name, { cpus: guestCpus, zones });
    }
  }
  return found;
}

/** Whether as many zones of the region as the stack spreads over have each type. */
export async function machines(rest: Rest, config: GcpConfig, plan: CheckedPlan): Promise<Answer> {
  const types = [...new Set(pools(plan).map(({ nodeConfig }) => nodeConfig.machineType))];
  const found = await offered(rest, config, types);
  const texts = types.map((type) => `${type}: ${found.get(type)?.zones.sort().join(", ") ?? "nowhere"}`);
  const few = types.filter((type) => (found.get(type)?.zones.length ?? 0) < config.zones);
  return few.length > 0
    ? fails(
        `fewer than ${config.zones} zones of ${config.region} have ${few.join(", ")} (${texts.join("; ")})`,
        "set openedx:gcp.nodes.POOL.machineType, or openedx:gcp.zones",
      )
    : ok(texts.join("; "));
}

interface Region {
  quotas?: { metric: string; limit: number; usage: number }[];
}

/** vCPUs, disks and addresses that the plan begins with, and grows to. Families without a quota of their own share CPUS. */
export async function quotas(rest: Rest, config: GcpConfig, plan: CheckedPlan): Promise<Answer> {
  const { project, region } = config;
  const types = [...new Set(pools(plan).map(({ nodeConfig }) => nodeConfig.machineType))];
  const [found, { quotas: all = [] }] = await Promise.all([
    offered(rest, config, types),
    rest.get<Region>(`${compute}/projects/${project}/regions/${region}`, "compute.regions.get"),
  ]);
  const needs = new Map<string, { first: number; most: number }>();
  const add = (metric: string, first: number, most: number): void => {
    const before = needs.get(metric) ?? { first: 0, most: 0 };
    needs.set(metric, { first: before.first + first, most: before.most + most });
  };
  for (const { nodeConfig, autoscaling, nodeCount = 0 } of pools(plan)) {
    const { totalMinNodeCount: min = nodeCount, totalMaxNodeCount: max = min } = autoscaling ?? {};
    const family = nodeConfig.machineType.split("-")[0]?.toUpperCase() ?? "";
    const own = `${family}_CPUS`;
    const cpus = found.get(nodeConfig.machineType)?.cpus ?? 0;
    add(all.some(({ metric }) => metric === own) ? own : "CPUS", min * cpus, max * cpus);
    add("SSD_TOTAL_GB", min * nodeConfig.diskSizeGb, max * nodeConfig.diskSizeGb);
  }
  const addresses = planned(plan, "gcp:compute/address:Address").filter(
    ({ addressType = "EXTERNAL" }) => addressType === "EXTERNAL",
  ).length;
  add("STATIC_ADDRESSES", addresses, addresses);
  const judged = [...needs].flatMap(([metric, { first, most }]) => {
    const quota = all.find((each) => each.metric === metric);
    if (quota === undefined) {
      return [];
    }
    const text = `${metric}: ${quota.limit} allowed, ${quota.usage} used, ${first === most ? first : `${first} to ${most}`} needed`;
    return [{ text, now: quota.usage + first > quota.limit, later: quota.usage + most > quota.limit }];
  });
  const text = judged.map((each) => each.text).join("; ");
  const remedy = `ask for more in ${region}: Google's console, IAM & Admin, Quotas; what a deployed stack uses is counted as used`;
  if (judged.some(({ now }) => now)) {
    return fails(text, remedy);
  }
  return judged.some(({ later }) => later)
    ? warning(`${text}: too few once the nodes grow`, remedy)
    : ok(text);
}
