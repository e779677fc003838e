import type { CloudAbilities } from "../../src/cloud/types.js";
import { cloudFaults } from "../../src/config/cloudFaults.js";
import type { StackConfig } from "../../src/stack/load.js";
import { atlasFaults, atlasShape } from "../atlas/abilities.js";
import { subnetCidrs } from "./subnets.js";

/** MySQL's administrator, where the stack makes the server. */
export const mysqlAdmin = "openedx";

/** What Azure offers. No managed search: Azure has none that speaks Elasticsearch's protocol. */
export function azureAbilities({ azure, atlas }: StackConfig): CloudAbilities {
  const ownNetwork = azure?.existing.network === undefined ? azure?.network : undefined;
  return {
    kubernetesVersion: azure?.kubernetes.version,
    edgeControllers: ["appgw"],
    ...(ownNetwork && { loadBalancerCidrs: [subnetCidrs(ownNetwork.cidr).gateway] }),
    builtIn: ["metrics-server", "cluster-autoscaler"],
    dns: azure?.dns !== undefined,
    workloadIdentity: true,
    backup: true,
    managed: {
      mysql: {
        port: 3306,
        tls: "verify-identity",
        adminUser: azure?.existing.database?.adminUser ?? mysqlAdmin,
      },
      ...(atlas !== undefined && { mongodb: atlasShape }),
      redis: { port: 10000, tls: "verify-identity", users: "password" },
      objectStore: { kind: "azure", auth: "identity" },
    },
  };
}

/** What the schema cannot see, since it knows no stack. */
export function azureFaults(config: StackConfig): string[] {
  const { atlas, azure, edge } = config;
  const faults = cloudFaults(config, "azure");
  if (edge.controller === "appgw" && azure?.existing.network !== undefined) {
    faults.push(
      "openedx:edge.controller: appgw needs a subnet of its own, which is made in the stack's own network only: take " +
        "another controller, or leave out openedx:azure.existing.network",
    );
  }
  if (atlas !== undefined && atlas.region === undefined) {
    faults.push(
      "openedx:atlas.region: is missing, and Atlas has names of its own for Azure's regions: westeurope is EUROPE_WEST",
    );
  }
  return [...faults, ...atlasFaults(config)];
}
