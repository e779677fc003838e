import {
  type Answer,
  type Check,
  type CheckedPlan,
  fails,
  ok,
  planned,
  warning,
} from "../../src/cloud/check.js";
import type { CloudRequest } from "../../src/cloud/request.js";
import { messageOf } from "../../src/workspace/errors.js";
import { delegationCheck } from "../delegation.js";
import { ifThere, type Rest, restOver } from "../rest.js";
import type { GcpConfig } from "./config.js";
import { machines, quotas } from "./doctorNodes.js";
import { deployerPermissions } from "./permissions.js";

/** Google's own client, with the credentials that programs on this machine use (`gcloud auth application-default login`). */
async function googleRest(project: string): Promise<Rest> {
  const { GoogleAuth } = await import("google-auth-library");
  const auth = new GoogleAuth({ scopes: ["https://www.googleapis.com/auth/cloud-platform"] });
  return restOver(async ({ method, url, body }) => {
    const { status, data } = await auth.request<unknown>({
      ...{ method, url, data: body, validateStatus: () => true },
      headers: { "x-goog-user-project": project },
    });
    return { status, body: data };
  });
}

const manager = "https://cloudresourcemanager.googleapis.com/v3";

/** What to ask Google about a stack. */
export async function gcpChecks(
  _request: CloudRequest,
  config: GcpConfig,
  plan: CheckedPlan,
  given?: Rest,
): Promise<Check[]> {
  const rest = given ?? (await googleRest(config.project));
  const { project, region, existing, dns } = config;
  const who = "gcp-project";
  const has = (type: string): boolean => planned(plan, type).length > 0;
  const check = (id: string, about: string, ask: Check["ask"], when = true): Check[] =>
    when ? [{ id: `gcp-${id}`, about, needs: who, ask }] : [];
  return [
    { id: who, about: "The project", ask: () => identity(rest, config) },
    ...check("permissions", "Permissions for the plan", () => permissions(rest, project, plan)),
    ...check("apis", "APIs", () => apis(rest, project, plan)),
    ...check("machines", "Types of machines", () => machines(rest, config, plan), has(pool)),
    ...check("quotas", "Quotas of Compute Engine", () => quotas(rest, config, plan), has(pool)),
    ...check(
      "kubernetes",
      "Version of Kubernetes",
      () => clusterVersion(rest, `projects/${project}/locations/${region}`, plan),
      has("gcp:container/cluster:Cluster"),
    ),
    ...check(
      "mysql",
      "Cloud SQL",
      () => database(rest, config, plan),
      has("gcp:sql/databaseInstance:DatabaseInstance"),
    ),
    ...check("names", "Names of roles and of the cluster", () => names(rest, config, plan)),
    ...delegationCheck("gcp-delegation", who, dns?.zone, (zone) =>
      nameServers(rest, config, zone, existing.dnsZone),
    ),
  ];
}

const pool = "gcp:container/nodePool:NodePool";

async function identity(
  rest: Rest,
  { project, projectNumber }: Pick<GcpConfig, "project" | "projectNumber">,
): Promise<Answer> {
  try {
    const { name, state } = await rest.get<{ name: string; state: string }>(
      `${manager}/projects/${project}`,
      "resourcemanager.projects.get",
    );
    if (state !== "ACTIVE") {
      return fails(`${project} is ${state}`, "use another project: openedx:gcp.project");
    }
    return name === `projects/${projectNumber}`
      ? ok(`${project}, ${projectNumber}`)
      : fails(
          `${project} is ${name}, not ${projectNumber}`,
          `set openedx:gcp.projectNumber to "${name.slice(9)}"`,
        );
  } catch (error) {
    return fails(
      `Google does not show you the project ${project}: ${messageOf(error).split("\n")[0]}`,
      "gcloud auth application-default login, by who may see the project; and switch cloudresourcemanager.googleapis.com on",
    );
  }
}

/** At most so many in one question. */
const batch = 100;

async function permissions(rest: Rest, project: string, plan: CheckedPlan): Promise<Answer> {
  const types = new Set(plan.resources.map(({ type }) => type));
  const wanted = [
    ...new Set([...types].flatMap((type) => deployerPermissions[type.replace(/^gcp:/, "")] ?? [])),
  ].sort();
  const granted = new Set<string>();
  for (let start = 0; start < wanted.length; start += batch) {
    const answer = await rest.post<{ permissions?: string[] }>(
      `${manager}/projects/${project}:testIamPermissions`,
      "resourcemanager.projects.get",
      { permissions: wanted.slice(start, start + batch) },
    );
    answer.permissions?.forEach((each) => granted.add(each));
  }
  const missing = wanted.filter((each) => !granted.has(each));
  return missing.length > 0
    ? fails(`you may not ${missing.join(", ")}`, "give yourself the roles of docs/gcp.md on the project")
    : ok(`all ${wanted.length} that the plan's types need`);
}

interface Services {
  services?: { config: { name: string } }[];
  nextPageToken?: string;
}

async function apis(rest: Rest, project: string, plan: CheckedPlan): Promise<Answer> {
  const wanted = planned(plan, "gcp:projects/service:Service").map(({ service }) => String(service));
  const on = new Set<string>();
  let page = "";
  do {
    const { services = [], nextPageToken = "" }: Services = await rest.get<Services>(
      `https://serviceusage.googleapis.com/v1/projects/${project}/services?filter=state:ENABLED&pageSize=200&pageToken=${page}`,
      "serviceusage.services.list",
    );
    services.forEach(({ config }) => on.add(config.name));
    page = nextPageToken;
  } while (page !== "");
  const off = wanted.filter((each) => !on.has(each));
  return off.length > 0
    ? warning(
        `the first run switches on ${off.join(", ")}`,
        `sooner: gcloud services enable ${off.join(" ")}`,
      )
    : ok(`all ${wanted.length} are on`);
}

interface ServerConfig {
  channels?: { channel: string; validVersions?: string[] }[];
}

/** Whether the channel that the cluster is on has its version: Regular where the plan names none. */
async function clusterVersion(rest: Rest, location: string, plan: CheckedPlan): Promise<Answer> {
  const [cluster = {}] = planned(plan, "gcp:container/cluster:Cluster");
  const wanted = String(cluster.minMasterVersion);
  const { channel = "REGULAR" } = (cluster.releaseChannel ?? {}) as { channel?: string };
  const { channels = [] } = await rest.get<ServerConfig>(
    `https://container.googleapis.com/v1/${location}/serverConfig`,
    "container.clusters.list",
  );
  const versions = channels.find((each) => each.channel === channel)?.validVersions ?? [];
  const minors = [...new Set(versions.map((each) => each.split(".").slice(0, 2).join(".")))].join(", ");
  return versions.some((each) => each.startsWith(`${wanted}.`))
    ? ok(`${wanted} is in the channel ${channel}`)
    : fails(`the channel ${channel} has ${minors}, not ${wanted}`, "set openedx:gcp.kubernetes.version");
}

interface SqlSettings {
  tier: string;
  databaseFlags?: { name: string }[];
}

/** Whether the region has the tier (custom ones are in no list), and the version each flag. */
async function database(rest: Rest, { project, region }: GcpConfig, plan: CheckedPlan): Promise<Answer> {
  const [server = {}] = planned(plan, "gcp:sql/databaseInstance:DatabaseInstance");
  const { tier, databaseFlags = [] } = server.settings as SqlSettings;
  const version = String(server.databaseVersion);
  const sql = "https://sqladmin.googleapis.com/v1";
  const [tiers, flags] = await Promise.all([
    rest.get<{ items?: { tier: string; region?: string[] }[] }>(
      `${sql}/projects/${project}/tiers`,
      "cloudsql.tiers.list",
    ),
    rest.get<{ items?: { name: string }[] }>(
      `${sql}/flags?databaseVersion=${version}`,
      "cloudsql.flags.list",
    ),
  ]);
  const found = tiers.items?.find((each) => each.tier === tier);
  const unknownFlags = databaseFlags.filter(({ name }) => !flags.items?.some((each) => each.name === name));
  if (flags.items === undefined) {
    return fails(
      `Cloud SQL knows no version ${version}`,
      "services.mysql.mode: cluster, or a database of your own",
    );
  }
  if (found === undefined ? !tier.startsWith("db-custom-") : !(found.region ?? [region]).includes(region)) {
    return fails(`Cloud SQL has no ${tier} in ${region}`, "set openedx:gcp.mysql.tier");
  }
  return unknownFlags.length > 0
    ? fails(`${version} has no flag ${unknownFlags.map(({ name }) => name).join(", ")}`, "report it")
    : ok(`${version} on ${tier}, with ${databaseFlags.length} flags`);
}

const stackLabel = "openedx-stack";

/** A deleted role keeps its id for 37 days; a cluster has its name alone in its region. */
async function names(rest: Rest, { project, region }: GcpConfig, plan: CheckedPlan): Promise<Answer> {
  const ids = planned(plan, "gcp:projects/iAMCustomRole:IAMCustomRole").map(({ roleId }) => String(roleId));
  const known = ids.filter((id) => !id.startsWith("["));
  const roles = await Promise.all(
    known.map(async (id) => {
      const url = `https://iam.googleapis.com/v1/projects/${project}/roles/${id}`;
      const role = await ifThere(rest.get<{ deleted?: boolean }>(url, "iam.roles.get"));
      return role?.deleted === true ? [`the role ${id} is deleted, and keeps its id for 37 days`] : [];
    }),
  );
  const clusters = await Promise.all(
    planned(plan, "gcp:container/cluster:Cluster").map(async ({ name }) => {
      const path = `projects/${project}/locations/${region}/clusters/${String(name)}`;
      const url = `https://container.googleapis.com/v1/${path}`;
      const cluster = await ifThere(
        rest.get<{ resourceLabels?: Record<string, string> }>(url, "container.clusters.get"),
      );
      const owner = cluster?.resourceLabels?.[stackLabel];
      return cluster === undefined || owner === plan.stack
        ? []
        : [`the cluster ${String(name)} is there${owner === undefined ? "" : `, of the stack ${owner}`}`];
    }),
  );
  const taken = [...roles.flat(), ...clusters.flat()];
  return taken.length > 0 ? fails(taken.join("; "), "set openedx:gcp.name") : ok("free, or this stack's");
}

interface Zones {
  managedZones?: { name: string; dnsName: string; visibility?: string; nameServers?: string[] }[];
}

async function nameServers(
  rest: Rest,
  { project }: Pick<GcpConfig, "project">,
  zone: string,
  existing: string | undefined,
): Promise<string[] | undefined> {
  const { managedZones = [] } = await rest.get<Zones>(
    `https://dns.googleapis.com/dns/v1/projects/${project}/managedZones?dnsName=${zone}.`,
    "dns.managedZones.list",
  );
  const open = managedZones.filter(({ visibility }) => visibility !== "private");
  return open.find(({ name }) => existing === undefined || existing.endsWith(name))?.nameServers;
}
