import type { CloudAbilities } from "../../src/cloud/types.js";
import type { CloudRequest } from "../../src/cloud/request.js";
import { atlasFaults, managedShape, regionFault } from "../atlas/abilities.js";
import type { AtlasRequest } from "../atlas/config.js";
import { cloudFaults } from "../faults.js";
import type { AzureConfig } from "./config.js";
import { subnetCidrs } from "./subnets.js";

/** MySQL's administrator, where the stack makes the server. */
export const mysqlAdmin = "openedx";

/** What Azure offers. No managed search: Azure has none that speaks Elasticsearch's protocol. */
export function azureAbilities(request: AtlasRequest, config: AzureConfig): CloudAbilities {
  const ownNetwork = config.existing.network === undefined ? config.network : undefined;
  return {
    kubernetesVersion: config.kubernetes.version,
    edgeControllers: ["appgw"],
    ...(ownNetwork && { loadBalancerCidrs: [subnetCidrs(ownNetwork.cidr).gateway] }),
    builtIn: ["metrics-server", "cluster-autoscaler"],
    dns: config.dns !== undefined,
    workloadIdentity: true,
    backup: true,
    directMail:
      'blocks that port for most subscriptions (learn.microsoft.com, "Troubleshoot outbound SMTP connectivity problems in Azure")',
    managed: {
      mysql: {
        port: 3306,
        tls: "verify-identity",
        adminUser: config.existing.database?.adminUser ?? mysqlAdmin,
      },
      ...managedShape(request),
      redis: { port: 10000, tls: "verify-identity", users: "password" },
      objectStore: { kind: "azure", auth: "identity" },
    },
  };
}

/** What the schema cannot see, since it knows no stack. */
export function azureFaults(request: CloudRequest & AtlasRequest, config: AzureConfig): string[] {
  const faults = cloudFaults("azure", request, config);
  const base = config.name ?? request.stack;
  if (base.includes("--")) {
    faults.push(
      `openedx:azure.name: names in Azure would begin with "${base}", and those of key vaults and Redis servers hold no ` +
        "two hyphens in a row; set openedx:azure.name to another one",
    );
  }
  if (request.edge.controller === "appgw" && config.existing.network !== undefined) {
    faults.push(
      "openedx:edge.controller: appgw needs a subnet of its own, which is made in the stack's own network only: take " +
        "another controller, or leave out openedx:azure.existing.network",
    );
  }
  if (request.services.backup.region !== undefined) {
    faults.push(
      "openedx:services.backup.region: Azure copies a store to the region that is paired with its own, and to no other: set " +
        "openedx:azure.storage.redundancy to Standard_GZRS, and leave the key out",
    );
  }
  const regions = "Azure's regions: westeurope is EUROPE_WEST";
  return [...faults, ...regionFault(request, regions), ...atlasFaults(request)];
}

/** What works and should be known. */
export function azureWarnings({ services, instances }: CloudRequest): string[] {
  // A platform whose sites are in other stacks has none.
  return services.redis.mode === "managed" && Object.keys(instances).length !== 1
    ? [
        // "Only 'default' policy is supported for now": AccessPolicyAssignment in azure-mgmt-redisenterprise
        "openedx:services.redis.mode: with managed all sites share one key to Redis, since Azure Managed Redis gives a " +
          "user all or nothing. Who breaks into one of them can read and write the sessions, caches and " +
          "queued tasks of all. Where sites must not trust each other, set it to cluster, which gives each a user of its own.",
      ]
    : [];
}
