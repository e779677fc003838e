import {
  addressFaults,
  commonFaults,
  existingIds,
  type Fault,
  reportFaults,
} from "../../src/config/clouds.js";
import { clusterFaults, machineFaults, poolNames } from "../../src/config/pools.js";
import { daysOf } from "./calendar.js";
import { type GcpConfig, gcpObject, type GcpSettings, gcpSettings } from "./config.js";
import { gcpIdForms, parseGcpId } from "./ids.js";
import { longestLog } from "./dataRules.js";
import { hyperdiskOnly, persistentDiskOnly } from "./rules.js";
import { editionOf, plusCores } from "./sizes.js";

/** A /20 for nodes, and as much again for endpoints and Redis. */
const longestNetwork = 19;

/** GKE takes Service addresses in these sizes only. */
const serviceBits = { shortest: 16, longest: 27 };

/** Open edX's images are built for x86; these families are ARM. */
const machines = {
  arm: /^(t2a|c4a|n4a|a4x)-/,
  form: /^[a-z]\d+[a-z]?-(standard|highmem|highcpu|custom)(-\d+)+(-lssd|-ext)?$/,
  what: "a type of machine that is large enough for a node",
  example: "n2-standard-4",
};

/** Everything under `openedx:gcp`. */
export const gcpSchema = gcpObject.superRefine((config, context) =>
  reportFaults(context, [...gcpConfigFaults(config, gcpSettings(config))]),
);

/** What is wrong between the keys, by the key at fault. */
function* gcpConfigFaults(config: GcpConfig, settings: GcpSettings): Generator<Fault> {
  const { network, existing, apiEndpoint, kubernetes } = settings;
  const { podCidr, serviceCidr } = network;
  const longest = existing.network === undefined ? longestNetwork : 29;
  yield* commonFaults(config);
  yield* addressFaults({ network, existing, others: { podCidr, serviceCidr }, longest, shortest: 8 });
  yield* clusterFaults(settings, serviceBits, "GKE's own pods run");
  if (apiEndpoint === "dns" && kubernetes.apiAccess.length > 0) {
    yield {
      path: ["kubernetes", "apiAccess"],
      message:
        "has no effect with apiEndpoint dns, which lets in by IAM alone: take it out, or set apiEndpoint to ip",
    };
  }
  yield* existingFaults(config);
  yield* machineFaults(settings.nodes, machines);
  yield* diskFaults(settings);
  yield* mysqlFaults(config, settings);
  yield* quietFaults(settings);
  yield* labelFaults(config);
  if (config.logRetentionDays > longestRetention) {
    yield {
      path: ["logRetentionDays"],
      message: `must be at most ${longestRetention}, as Cloud Logging has it`,
    };
  }
}

/** Days that a log bucket keeps logs at most. */
const longestRetention = 3650;

/** A cluster is in a region, or in one zone of it. */
function isIn(region: string, location: string): boolean {
  return location === region || location.startsWith(`${region}-`);
}

function* existingFaults({ existing, project, region }: GcpConfig): Generator<Fault> {
  for (const { path, id, kind } of existingIds(existing)) {
    const parsed = parseGcpId(id, kind);
    if (parsed === undefined) {
      yield { path, message: `is not an id such as ${gcpIdForms[kind]}` };
    } else if (parsed.project !== project) {
      yield { path, message: `is in another project than openedx:gcp.project (${project})` };
    } else if (parsed.location !== undefined && !isIn(region, parsed.location)) {
      yield { path, message: `is in another region than openedx:gcp.region (${region})` };
    }
  }
  for (const key of ["nodeSubnets", "dataSubnets"] as const) {
    if (existing.network !== undefined && existing.network[key].length !== 1) {
      yield {
        path: ["existing", "network", key],
        message: "must be one subnet: on Google Cloud it spans all zones",
      };
    }
  }
}

function* diskFaults({ nodes, storage }: GcpSettings): Generator<Fault> {
  const isHyperdisk = storage.disks === "hyperdisk-balanced";
  const [refusing, other] = isHyperdisk
    ? [persistentDiskOnly, "pd-balanced"]
    : [hyperdiskOnly, "hyperdisk-balanced"];
  for (const role of poolNames) {
    const { machineType } = nodes[role];
    if (machines.form.test(machineType) && refusing.test(machineType)) {
      yield {
        path: ["nodes", role, "machineType"],
        message: `${machineType} takes no ${storage.disks} disks: set storage.disks to ${other}, or take another type`,
      };
    }
  }
}

function* mysqlFaults(config: GcpConfig, { mysql, existing }: GcpSettings): Generator<Fault> {
  const { tier, logDays, backups, diskGiB, diskLimitGiB, connection } = mysql;
  const edition = editionOf(tier);
  if (logDays > longestLog[edition]) {
    yield {
      path: ["mysql", config.mysql.logDays === undefined ? "tier" : "logDays"],
      message: `${tier} is of edition Enterprise, which keeps the log for ${longestLog[edition]} days at most: set mysql.logDays`,
    };
  }
  if (logDays > backups) {
    yield {
      path: ["mysql", config.mysql.backups === undefined ? "logDays" : "backups"],
      message: `the log of ${logDays} days needs as many daily backups to begin from, and there are ${backups}`,
    };
  }
  if (diskLimitGiB !== undefined && diskLimitGiB < diskGiB) {
    yield {
      path: ["mysql", "diskLimitGiB"],
      message: `is less than the ${diskGiB} GiB that the disk has at first`,
    };
  }
  if (connection === "peering" && existing.database === undefined) {
    yield {
      path: ["mysql", "connection"],
      message: "is for existing.database; the stack's own server is reached by Private Service Connect",
    };
  }
  const plus = /^db-perf-optimized-N-(\d+)$/.exec(tier)?.[1];
  if (plus !== undefined && !plusCores.includes(Number(plus))) {
    yield {
      path: ["mysql", "tier"],
      message: `is none that Cloud SQL makes: cores are ${plusCores.join(", ")}`,
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

/** GKE wants two days' worth of nights in any 32 days, and Cloud SQL puts patches off for so long at most. */
const quiet = { longest: 25, apart: 7, all: 90 };

function* quietFaults({ maintenance: { quietPeriods } }: GcpSettings): Generator<Fault> {
  for (const [index, period] of quietPeriods.entries()) {
    const path = ["maintenance", "quietPeriods", String(index)];
    const days = daysOf(period);
    const earlier = quietPeriods[index - 1];
    if (!(days >= 1 && days <= quiet.longest)) {
      yield {
        path,
        message: `must be of 1 to ${quiet.longest} days, so that Google finds nights for patches`,
      };
    } else if (earlier !== undefined && daysOf({ from: earlier.to, to: period.from }) - 2 < quiet.apart) {
      yield { path, message: `must begin ${quiet.apart} days or more after the one before it ends` };
    }
  }
  const [first, last] = [quietPeriods[0], quietPeriods.at(-1)];
  if (first && last && daysOf({ from: first.from, to: last.to }) > quiet.all) {
    yield {
      path: ["maintenance", "quietPeriods"],
      message: `span more than ${quiet.all} days, which is as long as Cloud SQL puts patches off: take out what is over`,
    };
  }
}

function* labelFaults({ tags }: GcpConfig): Generator<Fault> {
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
