import type { AzureSettings } from "./azure.js";
import { existingTypes, parseResourceId } from "./azureIds.js";
import { withSizes } from "./azureSizes.js";
import { addressFaults, commonFaults, type Fault } from "./clouds.js";
import { clusterAddressFaults } from "./pools.js";

/** What is wrong between the keys, by the key at fault. */
export function azureFaults(settings: AzureSettings): Fault[] {
  return [
    ...commonFaults(settings),
    ...networkFaults(settings),
    ...addressRoomFaults(settings),
    ...existingFaults(settings),
    ...sizeFaults(settings),
  ];
}

function* existingFaults({ existing, subscriptionId }: AzureSettings): Generator<Fault> {
  const { network, cluster, dnsZone, database } = existing;
  const ids: { path: string[]; id: string | undefined; type: string }[] = [
    { path: ["network", "id"], id: network?.id, type: existingTypes.network },
    { path: ["cluster"], id: cluster, type: existingTypes.cluster },
    { path: ["dnsZone"], id: dnsZone, type: existingTypes.dnsZone },
    { path: ["database", "id"], id: database?.id, type: existingTypes.database },
    ...(["nodeSubnets", "dataSubnets"] as const).flatMap((key) =>
      (network?.[key] ?? []).map((id, index) => ({
        path: ["network", key, String(index)],
        id,
        type: existingTypes.subnet,
      })),
    ),
  ];
  for (const { path, id, type } of ids) {
    const parsed = id === undefined ? undefined : parseResourceId(id, type);
    if (parsed !== undefined && parsed.subscription !== subscriptionId) {
      yield {
        path: ["existing", ...path],
        message: `is in another subscription than openedx:azure.subscriptionId (${subscriptionId})`,
      };
    }
    if (id !== undefined && parsed === undefined) {
      const example = type
        .split("/")
        .slice(1)
        .map((kind) => `/${kind}/NAME`)
        .join("");
      yield {
        path: ["existing", ...path],
        message: `is not an id such as /subscriptions/ID/resourceGroups/GROUP/providers/${type.split("/")[0]}${example}`,
      };
    }
  }
  if (network !== undefined && network.nodeSubnets.length !== 1) {
    yield {
      path: ["existing", "network", "nodeSubnets"],
      message: "must be one subnet: on Azure it spans all zones",
    };
  }
  if (network !== undefined && network.dataSubnets.length !== 2) {
    yield {
      path: ["existing", "network", "dataSubnets"],
      message:
        "must be two subnets: one delegated to Microsoft.DBforMySQL/flexibleServers, and one for private endpoints",
    };
  }
}

/** Open edX's images are built for x86; a `p` after the number of cores stands for ARM. */
const arm = /^Standard_[A-Z]+\d+(-\d+)?[a-z]*p[a-z]*_/;

function* sizeFaults(settings: AzureSettings): Generator<Fault> {
  const { nodes, mysql } = withSizes(settings);
  for (const role of ["system", "general", "stateful"] as const) {
    const path = ["nodes", role, "machineType"];
    if (arm.test(nodes[role].machineType)) {
      yield {
        path,
        message: "is an ARM machine, on which Open edX's images do not run: such as Standard_D4s_v5",
      };
    } else if (!/^Standard_[A-Z]+\d+(-\d+)?[a-z]*(_[A-Za-z0-9]+)*$/.test(nodes[role].machineType)) {
      yield { path, message: "is not a size of a virtual machine, such as Standard_D4s_v5" };
    }
  }
  if (nodes.system.min < 1) {
    yield { path: ["nodes", "system", "min"], message: "must be at least 1: AKS runs on this pool" };
  }
  if (mysql.highAvailability && mysql.sku.startsWith("Standard_B")) {
    yield {
      path: ["mysql", settings.mysql.sku === undefined ? "highAvailability" : "sku"],
      message: `${mysql.sku} has no standby server: take a size such as Standard_D2ads_v5, or highAvailability: false`,
    };
  }
}

/** AKS takes Service addresses in these sizes only; the tenth is that of its DNS. */
const serviceBits = { shortest: 13, longest: 28 };

function addressRoomFaults(settings: AzureSettings): Iterable<Fault> {
  const { podCidr, serviceCidr } = settings.network;
  const { spot, ...pools } = withSizes(settings).nodes;
  return clusterAddressFaults({ podCidr, serviceCidr, pools, spot, serviceBits });
}

/** A /20 for nodes, and as much again for gateways, endpoints and MySQL. */
const longestNetwork = 19;

function networkFaults({ network, existing }: AzureSettings): Fault[] {
  return addressFaults({
    network:
      existing.network === undefined
        ? { path: ["network", "cidr"], cidr: network.cidr }
        : { path: ["existing", "network", "cidr"], cidr: existing.network.cidr },
    others: [
      { path: ["network", "podCidr"], cidr: network.podCidr },
      { path: ["network", "serviceCidr"], cidr: network.serviceCidr },
    ],
    longest: existing.network === undefined ? longestNetwork : 32,
    shortest: 8,
  });
}
