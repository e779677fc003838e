import { addressFaults, commonFaults, type Fault } from "./clouds.js";
import { clusterAddressFaults } from "./pools.js";
import type { GcpSettings } from "./gcp.js";
import { gcpIdForms, type GcpIdKind, parseGcpId } from "./gcpIds.js";
import { editionOf, withSizes } from "./gcpSizes.js";

/** What is wrong between the keys, by the key at fault. */
export function gcpFaults(settings: GcpSettings): Fault[] {
  return [
    ...commonFaults(settings),
    ...networkFaults(settings),
    ...addressRoomFaults(settings),
    ...apiFaults(settings),
    ...existingFaults(settings),
    ...machineFaults(settings),
    ...mysqlFaults(settings),
    ...labelFaults(settings),
  ];
}

/** A /20 for nodes, and as much again for endpoints and Redis. */
const longestNetwork = 19;

function networkFaults({ network, existing }: GcpSettings): Fault[] {
  return addressFaults({
    network:
      existing.network === undefined
        ? { path: ["network", "cidr"], cidr: network.cidr }
        : { path: ["existing", "network", "cidr"], cidr: existing.network.cidr },
    others: [
      { path: ["network", "podCidr"], cidr: network.podCidr },
      { path: ["network", "serviceCidr"], cidr: network.serviceCidr },
    ],
    longest: existing.network === undefined ? longestNetwork : 29,
    shortest: 8,
  });
}

/** GKE takes Service addresses in these sizes only. */
const serviceBits = { shortest: 16, longest: 27 };

function addressRoomFaults(settings: GcpSettings): Iterable<Fault> {
  const { podCidr, serviceCidr } = settings.network;
  const { spot, ...pools } = withSizes(settings).nodes;
  return clusterAddressFaults({ podCidr, serviceCidr, pools, spot, serviceBits });
}

function* apiFaults({ apiEndpoint, kubernetes }: GcpSettings): Generator<Fault> {
  if (apiEndpoint === "dns" && kubernetes.apiAccess.length > 0) {
    yield {
      path: ["kubernetes", "apiAccess"],
      message:
        "has no effect with apiEndpoint dns, which lets in by IAM alone: take it out, or set apiEndpoint to ip",
    };
  }
}

/** A cluster is in a region, or in one zone of it. */
function isIn(region: string, location: string): boolean {
  return location === region || location.startsWith(`${region}-`);
}

function* existingFaults({ existing, project, region }: GcpSettings): Generator<Fault> {
  const { network, cluster, dnsZone, database } = existing;
  const ids: { path: string[]; id: string | undefined; kind: GcpIdKind }[] = [
    { path: ["network", "id"], id: network?.id, kind: "network" },
    { path: ["cluster"], id: cluster, kind: "cluster" },
    { path: ["dnsZone"], id: dnsZone, kind: "dnsZone" },
    { path: ["database", "id"], id: database?.id, kind: "database" },
    ...(["nodeSubnets", "dataSubnets"] as const).flatMap((key) =>
      (network?.[key] ?? []).map((id, index) => ({
        path: ["network", key, String(index)],
        id,
        kind: "subnet" as const,
      })),
    ),
  ];
  for (const { path, id, kind } of ids) {
    if (id === undefined) {
      continue;
    }
    const parsed = parseGcpId(id, kind);
    const fault = (message: string): Fault => ({ path: ["existing", ...path], message });
    if (parsed === undefined) {
      yield fault(`is not an id such as ${gcpIdForms[kind]}`);
    } else if (parsed.project !== project) {
      yield fault(`is in another project than openedx:gcp.project (${project})`);
    } else if (parsed.location !== undefined && !isIn(region, parsed.location)) {
      yield fault(`is in another region than openedx:gcp.region (${region})`);
    }
  }
  for (const key of ["nodeSubnets", "dataSubnets"] as const) {
    if (network !== undefined && network[key].length !== 1) {
      yield {
        path: ["existing", "network", key],
        message: "must be one subnet: on Google Cloud it spans all zones",
      };
    }
  }
}

/** Open edX's images are built for x86; these families are ARM. */
const arm = /^(t2a|c4a|n4a|a4x)-/;
const machine = /^[a-z]\d+[a-z]?-(standard|highmem|highcpu|custom)(-\d+)+(-lssd)?$/;
/** Families that take one kind of disks only. */
const hyperdiskOnly = /^(c4|c4d|n4|n4d|x4|m4)-/;
const persistentDiskOnly = /^(e2|n1|n2|n2d|t2d|c2|c2d)-/;

function* machineFaults(settings: GcpSettings): Generator<Fault> {
  const { nodes, storage } = withSizes(settings);
  for (const role of ["system", "general", "stateful"] as const) {
    const path = ["nodes", role, "machineType"];
    const { machineType } = nodes[role];
    const isHyperdisk = storage.disks === "hyperdisk-balanced";
    if (arm.test(machineType)) {
      yield {
        path,
        message: "is an ARM machine, on which Open edX's images do not run: such as n2-standard-4",
      };
    } else if (!machine.test(machineType)) {
      yield {
        path,
        message: "is not a type of machine that is large enough for a node, such as n2-standard-4",
      };
    } else if (isHyperdisk ? persistentDiskOnly.test(machineType) : hyperdiskOnly.test(machineType)) {
      const other = isHyperdisk ? "pd-balanced" : "hyperdisk-balanced";
      yield {
        path,
        message: `${machineType} takes no ${storage.disks} disks: set storage.disks to ${other}, or take another type`,
      };
    }
  }
  if (nodes.system.min < 1) {
    yield {
      path: ["nodes", "system", "min"],
      message: "must be at least 1: GKE's own pods run on this pool",
    };
  }
}

/** Days that edition Enterprise keeps the binary log. */
const longestLog = 7;

function* mysqlFaults(settings: GcpSettings): Generator<Fault> {
  const { tier, logDays, backups } = withSizes(settings).mysql;
  if (editionOf(tier) === "ENTERPRISE" && logDays > longestLog) {
    yield {
      path: ["mysql", settings.mysql.logDays === undefined ? "tier" : "logDays"],
      message: `${tier} is of edition Enterprise, which keeps the log for ${longestLog} days at most: set mysql.logDays`,
    };
  }
  if (logDays > backups) {
    yield {
      path: ["mysql", settings.mysql.backups === undefined ? "logDays" : "backups"],
      message: `the log of ${logDays} days needs as many daily backups to begin from, and there are ${backups}`,
    };
  }
  const [, cores = 0, mebibytes = 0] = /^db-custom-(\d+)-(\d+)$/.exec(tier)?.map(Number) ?? [];
  if (cores > 0) {
    const isEven = cores === 1 || cores % 2 === 0;
    const perCore = mebibytes / 1024 / cores;
    const isFit = mebibytes >= 3840 && mebibytes % 256 === 0 && perCore >= 0.9 && perCore <= 6.5;
    if (!isEven || cores > 96 || !isFit) {
      yield {
        path: ["mysql", "tier"],
        message:
          "is none that Cloud SQL makes: cores are 1 or even, to 96; memory a multiple of 256 MiB, from 3840, and 0.9 " +
          "to 6.5 GiB a core, such as db-custom-2-7680",
      };
    }
  }
}

function* labelFaults({ tags }: GcpSettings): Generator<Fault> {
  for (const [key, value] of Object.entries(tags)) {
    if (!/^[a-z][a-z0-9_-]{0,62}$/.test(key) || !/^[a-z0-9_-]{0,63}$/.test(value)) {
      yield {
        path: ["tags", key],
        message:
          "is not a label: at most 63 lower-case letters, digits, - and _, and the key begins with a letter",
      };
    }
  }
}
