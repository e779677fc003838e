import { type Check, type CheckedPlan, fails, ok, planned } from "../../../src/cloud/check.js";
import type { CloudRequest } from "../../../src/cloud/request.js";
import { once } from "../../../src/workspace/concurrency.js";
import { delegationCheck } from "../../delegation.js";
import type { AwsConfig } from "../config.js";
import { awsSettings } from "../settings.js";
import { type AwsClients, awsClients } from "./clients.js";
import { identity, permissions } from "./identity.js";
import { buckets, clusterOwner, nameServers, serviceRoles, serviceRolesOf } from "./names.js";
import {
  addOns,
  caches,
  clusterVersion,
  databases,
  machines,
  machineChoices,
  mail,
  zones,
} from "./offers.js";
import { addresses, vcpus, vpcs } from "./quotas.js";

/** What to ask AWS about a stack. */
export async function awsChecks(
  request: CloudRequest,
  config: AwsConfig,
  plan: CheckedPlan,
  given?: AwsClients,
): Promise<Check[]> {
  const clients = given ?? (await awsClients({ region: config.region }));
  const { name, region, zoneNames, dns, existing } = awsSettings(request, config);
  const owner = once(() => clusterOwner(clients, existing.cluster ?? name));
  const deployed = async (): Promise<boolean> => (await owner()) === plan.stack;
  const who = "aws-identity";
  const has = (type: string): boolean => planned(plan, type).length > 0;
  const check = (id: string, about: string, ask: Check["ask"], when = true): Check[] =>
    when ? [{ id: `aws-${id}`, about, needs: who, ask }] : [];
  const choices = machineChoices(plan);
  const roles = serviceRolesOf(plan);
  const makesCluster = has("aws:eks/cluster:Cluster");
  return [
    { id: who, about: "Who asks", ask: () => identity(clients, config) },
    ...check("permissions", "Permissions for the plan", () => permissions(clients, plan)),
    ...check("zones", "Availability zones", () => zones(clients, region, zoneNames)),
    ...check(
      "machines",
      "Types of machines",
      () => machines(clients, choices, zoneNames),
      choices.length > 0,
    ),
    ...check("kubernetes", "Version of Kubernetes", () => clusterVersion(clients, plan), makesCluster),
    ...check("add-ons", "Versions of EKS's add-ons", () => addOns(clients, plan), has("aws:eks/addon:Addon")),
    ...check("mysql", "RDS for MySQL", () => databases(clients, plan), has("aws:rds/instance:Instance")),
    ...check(
      "redis",
      "ElastiCache",
      () => caches(clients, plan),
      has("aws:elasticache/replicationGroup:ReplicationGroup"),
    ),
    ...check(
      "quota-vcpu",
      "Quota of vCPUs",
      async () => vcpus(clients, plan, await deployed()),
      choices.length > 0,
    ),
    ...check(
      "quota-addresses",
      "Quota of Elastic IPs",
      async () => addresses(clients, plan, await deployed()),
      has("aws:ec2/eip:Eip"),
    ),
    ...check(
      "quota-vpcs",
      "Quota of VPCs",
      async () => vpcs(clients, plan, await deployed()),
      has("aws:ec2/vpc:Vpc"),
    ),
    ...check("cluster-name", "Name of the cluster", () =>
      clusterName(owner, plan.stack, existing.cluster, name),
    ),
    ...check("buckets", "Names of buckets", () => buckets(clients, plan), has("aws:s3/bucket:Bucket")),
    ...check(
      "service-roles",
      "Roles of AWS's services",
      () => serviceRoles(clients, roles),
      roles.length > 0,
    ),
    ...check(
      "mail",
      "Mail out of the sandbox",
      () => mail(clients, region),
      plan.resources.some(({ type }) => type.startsWith("aws:ses")),
    ),
    ...delegationCheck("aws-delegation", who, dns?.zone, (zone) =>
      nameServers(clients, zone, existing.dnsZone),
    ),
  ];
}

async function clusterName(
  owner: () => Promise<string | undefined>,
  stack: string,
  existing: string | undefined,
  name: string,
): ReturnType<Check["ask"]> {
  const found = await owner();
  if (existing !== undefined) {
    return found === undefined
      ? fails(`there is no cluster ${existing}`, "set openedx:aws.existing.cluster to a name of this region")
      : ok(`${existing} is there`);
  }
  if (found === undefined) {
    return ok(`${name} is free`);
  }
  return found === stack
    ? ok(`${name} is this stack's`)
    : fails(`${name} is taken${found === "" ? "" : ` by the stack ${found}`}`, "set openedx:aws.name");
}
