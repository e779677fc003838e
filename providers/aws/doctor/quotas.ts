import { type Answer, type CheckedPlan, fails, ok, planned, warning } from "../../../src/cloud/check.js";
import { type AwsClients, nameOf } from "./clients.js";

/** Codes of quotas: Service Quotas, which lists them by service. */
const codes = {
  onDemand: { service: "ec2", code: "L-1216C47A", name: "Running On-Demand Standard instances" },
  spot: { service: "ec2", code: "L-34B43A08", name: "All Standard Spot Instance Requests" },
  addresses: { service: "ec2", code: "L-0263D0A3", name: "EC2-VPC Elastic IPs" },
  vpcs: { service: "vpc", code: "L-F678F1CE", name: "VPCs per Region" },
} as const;

/** Families whose vCPUs count together. */
const standard = /^[acdhimrtz]\d/;

/** What of a quota is used, and what the plan adds: to begin with, and at most. */
interface Use {
  used: number;
  first: number;
  most?: number;
}

async function judge(
  { servicequotas }: Pick<AwsClients, "servicequotas">,
  { service: ServiceCode, code: QuotaCode, name }: (typeof codes)[keyof typeof codes],
  { used, first, most = first }: Use,
): Promise<Answer> {
  const asked = { ServiceCode, QuotaCode };
  const { Quota } = await servicequotas.getServiceQuota(asked).catch((error: unknown) => {
    if (nameOf(error) === "NoSuchResourceException") {
      return servicequotas.getAWSDefaultServiceQuota(asked); // never changed for this account
    }
    throw error;
  });
  const limit = Quota?.Value ?? 0;
  const need = first === most ? `${first}` : `${first} to ${most}`;
  const text = `${limit} allowed, ${used} used, ${need} needed`;
  const remedy = `ask for ${used + most} of "${name}" (${QuotaCode}) in Service Quotas`;
  if (used + first > limit) {
    return fails(text, remedy);
  }
  return used + most > limit ? warning(`${text} once the nodes grow`, remedy) : ok(text);
}

/** vCPUs of nodes that the plan begins with, and of those that it may grow to. Of spot machines, none stand at first. */
export async function vcpus(
  clients: Pick<AwsClients, "servicequotas" | "ec2">,
  plan: CheckedPlan,
  deployed: boolean,
): Promise<Answer> {
  const groups = planned(plan, "aws:eks/nodeGroup:NodeGroup") as unknown as NodeGroup[];
  const { InstanceTypes = [] } = await clients.ec2.describeInstanceTypes({
    InstanceTypes: [...new Set(groups.flatMap((group) => group.instanceTypes))] as NonNullable<
      Parameters<AwsClients["ec2"]["describeInstanceTypes"]>[0]["InstanceTypes"]
    >,
  });
  const size = new Map(
    InstanceTypes.map((each) => [String(each.InstanceType), each.VCpuInfo?.DefaultVCpus ?? 0]),
  );
  const pools = planned(plan, "kubernetes:karpenter.sh/v1:NodePool") as unknown as NodePool[];
  const grown = new Set(pools.map(({ metadata }) => metadata.name));
  const sum = (count: (group: NodeGroup) => number): number =>
    groups
      .filter(({ instanceTypes: [type = ""] }) => standard.test(type))
      .reduce((all, group) => all + count(group) * (size.get(group.instanceTypes[0] ?? "") ?? 0), 0);
  const first = sum(({ scalingConfig }) => scalingConfig.desiredSize);
  // Karpenter grows the pools that it has, and nobody their groups.
  const most =
    sum(({ scalingConfig, labels }) =>
      grown.has(labels?.["openedx.org/pool"] ?? "") ? scalingConfig.desiredSize : scalingConfig.maxSize,
    ) + pools.reduce((all, { spec }) => all + Number(spec.limits?.cpu ?? 0), 0);
  const used = await runningVcpus(clients.ec2);
  return judge(
    clients,
    codes.onDemand,
    deployed ? { used, first: 0, most: most - first } : { used, first, most },
  );
}

interface NodeGroup {
  instanceTypes: string[];
  labels?: Record<string, string>;
  scalingConfig: { desiredSize: number; maxSize: number };
}
interface NodePool {
  metadata: { name: string };
  spec: { limits?: { cpu?: string } };
}

async function runningVcpus(ec2: AwsClients["ec2"]): Promise<number> {
  let [used, NextToken]: [number, string | undefined] = [0, undefined];
  do {
    const answer: Awaited<ReturnType<typeof ec2.describeInstances>> = await ec2.describeInstances({
      Filters: [{ Name: "instance-state-name", Values: ["pending", "running"] }],
      NextToken,
    });
    used += (answer.Reservations ?? [])
      .flatMap(({ Instances = [] }) => Instances)
      .filter(
        ({ InstanceType = "", InstanceLifecycle }) =>
          standard.test(InstanceType) && InstanceLifecycle !== "spot",
      )
      .reduce(
        (sum, { CpuOptions }) => sum + (CpuOptions?.CoreCount ?? 0) * (CpuOptions?.ThreadsPerCore ?? 1),
        0,
      );
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return used;
}

/** Public addresses of NAT gateways. */
export async function addresses(
  clients: Pick<AwsClients, "servicequotas" | "ec2">,
  plan: CheckedPlan,
  deployed: boolean,
): Promise<Answer> {
  const { Addresses = [] } = await clients.ec2.describeAddresses({});
  const first = deployed ? 0 : planned(plan, "aws:ec2/eip:Eip").length;
  return judge(clients, codes.addresses, { used: Addresses.length, first });
}

export async function vpcs(
  clients: Pick<AwsClients, "servicequotas" | "ec2">,
  plan: CheckedPlan,
  deployed: boolean,
): Promise<Answer> {
  const { Vpcs = [] } = await clients.ec2.describeVpcs({});
  const first = deployed ? 0 : planned(plan, "aws:ec2/vpc:Vpc").length;
  return judge(clients, codes.vpcs, { used: Vpcs.length, first });
}
