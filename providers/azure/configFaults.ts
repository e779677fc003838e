import { isPrivate, prefixLength } from "../../src/config/cidr.js";
import { type CloudConfig, existingIds, type Fault } from "../../src/config/clouds.js";
import { poolNames, type Pools } from "../../src/config/pools.js";
import { existingTypes, parseResourceId, privateZoneType } from "./ids.js";

/** What there is already, on Azure. */
type Existing = CloudConfig["existing"] & {
  privateDnsZones: Partial<Record<keyof typeof privateZones, string | undefined>>;
};

/** In GiB. */
const largestDisk = 2048;

/** What may be set beside the stack's own, so that a zone of DNS takes them all. */
const mostTags = 12;

export function* diskFaults(nodes: Pools<{ diskGiB: number }>): Generator<Fault> {
  for (const role of poolNames) {
    if (nodes[role].diskGiB > largestDisk) {
      yield {
        path: ["nodes", role, "diskGiB"],
        message: `is more than ${largestDisk}, the most that AKS takes`,
      };
    }
  }
}

/** Tags go on zones of DNS, which are the strictest, and into the parameters of disks, which are a list by commas. */
export function* tagFaults(tags: CloudConfig["tags"]): Generator<Fault> {
  for (const [key, value] of Object.entries(tags)) {
    if (!/^[A-Za-z_][\w.-]{0,127}$/.test(key)) {
      const message =
        "is a key that not all of Azure takes: a letter, then letters, digits, _, . and -, 128 at most";
      yield { path: ["tags", key], message };
    } else if (!/^[^,=]{0,256}$/.test(value)) {
      yield {
        path: ["tags", key],
        message: "must be 256 characters at most, without commas and equals signs",
      };
    }
  }
  if (Object.keys(tags).length > mostTags) {
    yield {
      path: ["tags"],
      message: `are more than ${mostTags}: zones of DNS take 15 with those of the stack`,
    };
  }
}

/** AKS lets in what comes from the internet by its public address, nodes among it. */
export function* apiFaults({
  kubernetes: { apiAccess },
  existing,
}: Pick<CloudConfig, "kubernetes" | "existing">): Generator<Fault> {
  for (const [index, cidr] of apiAccess.entries()) {
    if (isPrivate(cidr)) {
      const message =
        "is a private network, and the API is reached from public addresses: name those that you go out by, or leave " +
        "apiAccess out to reach it from within the network";
      yield { path: ["kubernetes", "apiAccess", String(index)], message };
    }
  }
  const { network, cluster } = existing;
  const narrowed = apiAccess.some((cidr) => prefixLength(cidr) > 0);
  if (narrowed && network?.egressAddresses.length === 0 && cluster === undefined) {
    yield {
      path: ["existing", "network", "egressAddresses"],
      message:
        "is missing: with kubernetes.apiAccess the cluster lets its own nodes in only by the public addresses that " +
        "they go out by (`az network public-ip list`)",
    };
  }
}

/** Private zones, whose names Azure's services look for. */
const privateZones = {
  mysql: /\.mysql\.database\.azure\.com$/,
  redis: /^privatelink\.redis\.azure\.net$/,
};

function* privateZoneFaults({ privateDnsZones, network }: Existing): Generator<Fault> {
  for (const [service, name] of Object.entries(privateZones)) {
    const id = privateDnsZones[service as keyof typeof privateZones];
    const path = ["existing", "privateDnsZones", service];
    if (id !== undefined && !name.test(parseResourceId(id, privateZoneType)?.name ?? "")) {
      const example = `/subscriptions/ID/resourceGroups/GROUP/providers/${privateZoneType}/NAME`;
      yield { path, message: `is not an id such as ${example}, with a NAME as this service has it` };
    } else if (id !== undefined && network === undefined) {
      yield { path, message: "needs existing.network, which the zone is linked to" };
    }
  }
}

export function* existingFaults(existing: Existing, subscriptionId: string): Generator<Fault> {
  for (const { path, id, kind } of existingIds(existing)) {
    const type = existingTypes[kind];
    const parsed = parseResourceId(id, type);
    if (parsed === undefined) {
      const [provider, ...kinds] = type.split("/");
      const example = kinds.map((each) => `/${each}/NAME`).join("");
      yield {
        path,
        message: `is not an id such as /subscriptions/ID/resourceGroups/GROUP/providers/${provider}${example}`,
      };
    } else if (parsed.subscription !== subscriptionId) {
      yield {
        path,
        message: `is in another subscription than openedx:azure.subscriptionId (${subscriptionId})`,
      };
    }
  }
  yield* privateZoneFaults(existing);
  const { network } = existing;
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
