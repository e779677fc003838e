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
import { listed, type Rest, restOver } from "../rest.js";
import type { AzureConfig } from "./config.js";
import { database, kubernetesVersion, quotas, sizes } from "./doctorOffers.js";
import { namespacesOf, permissionFaults, type Permission } from "./doctorRights.js";

/** Who asks, as the token says it. */
export interface Caller {
  /** Object id of the user or principal. */
  oid?: string;
  /** Tenant. */
  tid?: string;
  name?: string;
}

/** What the checks ask of Azure. */
export interface AzureClient {
  rest: Rest;
  caller: () => Promise<Caller>;
}

const manager = "https://management.azure.com";

/** With the credentials of `az login`, or those that a build server has in its environment. */
async function azureClient(tenantId: string): Promise<AzureClient> {
  const { DefaultAzureCredential } = await import("@azure/identity");
  const credential = new DefaultAzureCredential({ tenantId });
  const token = async (): Promise<string> => (await credential.getToken(`${manager}/.default`)).token;
  return {
    rest: restOver(async ({ method, url, body }) => {
      const headers = { authorization: `Bearer ${await token()}`, "content-type": "application/json" };
      const answer = await fetch(url, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: await answer.json().catch(() => undefined) };
    }),
    caller: async () => callerOf(await token()),
  };
}

/** The claims of a token, which is not checked: it is one's own. */
function callerOf(token: string): Caller {
  const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as Caller & {
    upn?: string;
    appid?: string;
  };
  return { ...claims, name: claims.upn ?? claims.name ?? claims.appid };
}

/** What to ask Azure about a stack. */
export async function azureChecks(
  _request: CloudRequest,
  config: AzureConfig,
  plan: CheckedPlan,
  given?: AzureClient,
): Promise<Check[]> {
  const client = given ?? (await azureClient(config.tenantId));
  const { rest } = client;
  const { subscriptionId, location, dns, existing } = config;
  const base = `${manager}/subscriptions/${subscriptionId}`;
  const who = "azure-identity";
  const has = (type: string): boolean => planned(plan, `azure-native:${type}`).length > 0;
  const hasNodes = has("containerservice:ManagedCluster") || has("containerservice:AgentPool");
  const check = (id: string, about: string, ask: Check["ask"], when = true): Check[] =>
    when ? [{ id: `azure-${id}`, about, needs: who, ask }] : [];
  return [
    { id: who, about: "Who asks", ask: () => identity(client, base, config) },
    ...check("permissions", "Permissions for the plan", () => permissions(rest, base, plan)),
    ...check("providers", "Resource providers", () => resourceProviders(rest, base, plan)),
    ...check(
      "host-encryption",
      "Feature EncryptionAtHost",
      () => hostEncryption(rest, base),
      encryptsAtHost(plan),
    ),
    ...check("sizes", "Sizes of machines and disks", () => sizes(rest, base, location, plan), hasNodes),
    ...check("quotas", "Quotas of vCPUs", () => quotas(rest, base, location, plan), hasNodes),
    ...check(
      "kubernetes",
      "Version of Kubernetes",
      () => kubernetesVersion(rest, base, location, plan),
      has("containerservice:ManagedCluster"),
    ),
    ...check(
      "mysql",
      "MySQL Flexible Server",
      () => database(rest, base, location, plan),
      has("dbformysql:Server"),
    ),
    ...check("key-vault", "Names of Key Vaults", () => vaults(rest, base, plan), has("keyvault:Vault")),
    ...delegationCheck("azure-delegation", who, dns?.zone, (zone) =>
      nameServers(rest, base, zone, existing.dnsZone),
    ),
  ];
}

/** The subscription and its tenant, and whether the cluster will let the caller in. */
async function identity(
  { rest, caller }: AzureClient,
  base: string,
  { tenantId, administrators }: Pick<AzureConfig, "tenantId" | "administrators">,
): Promise<Answer> {
  let me: Caller;
  try {
    me = await caller();
    const { state } = await rest.get<{ state: string }>(
      `${base}?api-version=2022-12-01`,
      "Microsoft.Resources/subscriptions/read",
    );
    if (state !== "Enabled") {
      return fails(`the subscription is ${state}`, "enable it, or set openedx:azure.subscriptionId");
    }
  } catch (error) {
    return fails(
      `Azure does not show you the subscription: ${messageOf(error).trim().split("\n")[0]}`,
      "az login --tenant TENANT, by who may see the subscription",
    );
  }
  const name = `${me.name ?? "you"} (${me.oid})`;
  if (me.tid !== tenantId) {
    return fails(
      `${name} is signed in to the tenant ${me.tid}, not ${tenantId}`,
      `az login --tenant ${tenantId}`,
    );
  }
  if (administrators.some(({ id }) => id === me.oid)) {
    return ok(name);
  }
  const remedy =
    "add yourself to openedx:azure.administrators: else the cluster lets nobody in who runs `up`";
  return administrators.some(({ type }) => type === "Group")
    ? warning(`${name} is none of the administrators by id; a group among them may hold you`, remedy)
    : fails(`${name} is none of the administrators`, remedy);
}

async function permissions(rest: Rest, base: string, plan: CheckedPlan): Promise<Answer> {
  const granted = await listed<Permission>(
    rest,
    `${base}/providers/Microsoft.Authorization/permissions?api-version=2022-04-01`,
    "Microsoft.Authorization/permissions/read",
  );
  const { missing, asked } = permissionFaults(plan, granted);
  return missing.length > 0
    ? fails(
        `you may not ${missing.join(", ")} on the subscription`,
        "give yourself the roles of docs/azure.md on the subscription",
      )
    : ok(`all ${asked} that the plan's types need, on the subscription`);
}

async function resourceProviders(rest: Rest, base: string, plan: CheckedPlan): Promise<Answer> {
  const found = await listed<{ namespace: string; registrationState: string }>(
    rest,
    `${base}/providers?api-version=2021-04-01`,
    "Microsoft.Resources/subscriptions/providers/read",
  );
  const wanted = namespacesOf(plan);
  const missing = wanted.filter(
    (name) =>
      found.find(({ namespace }) => namespace.toLowerCase() === name.toLowerCase())?.registrationState !==
      "Registered",
  );
  return missing.length > 0
    ? fails(
        `not registered: ${missing.join(", ")}`,
        missing.map((name) => `az provider register --namespace ${name} --wait`).join(" && "),
      )
    : ok(`all ${wanted.length} are registered`);
}

function encryptsAtHost(plan: CheckedPlan): boolean {
  return plan.resources.some(
    ({ type, inputs }) =>
      type.startsWith("azure-native:containerservice:") &&
      JSON.stringify(inputs).includes('"enableEncryptionAtHost":true'),
  );
}

async function hostEncryption(rest: Rest, base: string): Promise<Answer> {
  const { properties } = await rest.get<{ properties?: { state?: string } }>(
    `${base}/providers/Microsoft.Features/providers/Microsoft.Compute/features/EncryptionAtHost?api-version=2021-07-01`,
    "Microsoft.Features/providers/features/read",
  );
  return properties?.state === "Registered"
    ? ok("registered")
    : fails(
        `it is ${properties?.state ?? "unknown to Azure"}`,
        "register it as docs/azure.md says, or set openedx:azure.encryption.atHost: false",
      );
}

/** A deleted vault keeps its name for the days of its retention; names of the stack that hold a random part are not known yet. */
async function vaults(rest: Rest, base: string, plan: CheckedPlan): Promise<Answer> {
  const names = planned(plan, "azure-native:keyvault:Vault").map(({ vaultName }) => String(vaultName));
  const known = names.filter((name) => !name.startsWith("["));
  if (known.length === 0) {
    return ok("they hold a random part, so that none is taken");
  }
  const deleted = await listed<{ name: string }>(
    rest,
    `${base}/providers/Microsoft.KeyVault/deletedVaults?api-version=2023-07-01`,
    "Microsoft.KeyVault/deletedVaults/read",
  );
  const taken = known.filter((name) => deleted.some((each) => each.name === name));
  return taken.length > 0
    ? fails(
        `deleted, and still there: ${taken.join(", ")}`,
        `az keyvault purge --name ${taken[0]}, or recover it`,
      )
    : ok(known.join(", "));
}

async function nameServers(
  rest: Rest,
  base: string,
  zone: string,
  existing: string | undefined,
): Promise<string[] | undefined> {
  const zones = await listed<{ id: string; name: string; properties?: { nameServers?: string[] } }>(
    rest,
    `${base}/providers/Microsoft.Network/dnszones?api-version=2018-05-01`,
    "Microsoft.Network/dnszones/read",
  );
  return zones.find(({ id, name }) =>
    existing === undefined ? name === zone : id.toLowerCase() === existing.toLowerCase(),
  )?.properties?.nameServers;
}
