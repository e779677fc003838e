import { type CloudConfig, existingIds, type ExistingKind, type Fault } from "../../src/config/clouds.js";
import { type PoolSize, poolNames, type Pools } from "../../src/config/pools.js";
import { clash, minutesOf } from "./windows.js";

/*
 * What AWS's API would refuse of a config, before anything is made. What it says of the resources themselves is in
 * `rules.ts`, with the sources; the plans of the tests go through both.
 */

/** What the sizes in the config come to. */
interface Sizes {
  nodes: Pools<PoolSize & { diskGiB: number }>;
  mysql: { instanceClass: string; storageGiB: number; maxStorageGiB: number };
  redis: { nodeType: string };
  logRetentionDays: number;
  maintenance: { window: string; backupWindow: string };
}

/** Of the classes that RDS has, MySQL 8.4 runs on none of these. */
const oldDatabaseClass = /^db\.(t2|m[1-4]|r[34])\./;

/**
 * What is wrong with what names begin with: two hyphens (RDS, ElastiCache), `sg-` (security groups), `alias/aws/` (KMS),
 * beginnings of names of buckets that S3 keeps to itself.
 */
export function nameFault(name: string): string | undefined {
  return name === "aws" || /--|^(sg|sthree|xn)-|^amzn-s3-demo/.test(name)
    ? "must not be aws, hold --, or begin with sg-, sthree-, xn- or amzn-s3-demo: AWS refuses names made of it"
    : undefined;
}

/** Numbers that AWS would refuse. */
export function* sizeFaults({ nodes, mysql, redis, logRetentionDays, maintenance }: Sizes): Generator<Fault> {
  for (const role of poolNames) {
    if (nodes[role].diskGiB > 16384) {
      yield {
        path: ["nodes", role, "diskGiB"],
        message: "is more than 16384, the most that a gp3 volume has",
      };
    }
    if (role !== "stateful" && nodes[role].max > 450) {
      yield { path: ["nodes", role, "max"], message: "is more than 450, the most nodes of one group of EKS" };
    }
  }
  if (mysql.maxStorageGiB * 10 < mysql.storageGiB * 11) {
    yield {
      path: ["mysql", "maxStorageGiB"],
      message: `is less than a tenth more than storageGiB (${mysql.storageGiB}), which RDS refuses`,
    };
  }
  if (oldDatabaseClass.test(mysql.instanceClass)) {
    yield { path: ["mysql", "instanceClass"], message: "is a class that MySQL 8.4 does not run on" };
  }
  if (redis.nodeType.startsWith("cache.r6gd.")) {
    yield {
      path: ["redis", "nodeType"],
      message: "keeps part of its data on disk, which this stack does not ask for",
    };
  }
  if (logRetentionDays > 3653) {
    yield {
      path: ["logRetentionDays"],
      message: "is more than 3653, the most days that CloudWatch keeps logs",
    };
  }
  yield* windowFaults(maintenance);
}

function* windowFaults({ window, backupWindow }: Sizes["maintenance"]): Generator<Fault> {
  const [start, length] = minutesOf(window);
  const [dailyStart, dailyLength] = minutesOf(backupWindow);
  const long = (minutes: number): boolean => minutes >= 60 && minutes < 24 * 60;
  if (Number.isNaN(start) || !long(length)) {
    yield {
      path: ["maintenance", "window"],
      message: "is not a window of one hour or more, which ElastiCache asks for, and less than a day",
    };
  } else if (Number.isNaN(dailyStart) || !long(dailyLength)) {
    yield { path: ["maintenance", "backupWindow"], message: "is not a window of one hour or more" };
  } else if (clash(window, backupWindow)) {
    yield {
      path: ["maintenance", "backupWindow"],
      message: `overlaps window (${window}), which AWS refuses`,
    };
  }
}

/** Forms of ids. */
const idForms: Record<ExistingKind, [form: RegExp, example: string]> = {
  network: [/^vpc-[0-9a-f]+$/, "vpc-0a1b2c"],
  subnet: [/^subnet-[0-9a-f]+$/, "subnet-0a1b2c"],
  cluster: [/^[0-9A-Za-z][\w-]{0,99}$/, "production"],
  dnsZone: [/^Z[0-9A-Z]{1,31}$/, "Z0123456789ABC"],
  database: [/^[a-z](-?[a-z0-9]){0,62}$/, "openedx-mysql"],
};

/** What exists already, in forms and numbers that AWS does not have. */
export function* existingFaults({ existing }: Pick<CloudConfig, "existing">): Generator<Fault> {
  for (const { path, id, kind } of existingIds(existing)) {
    const [form, example] = idForms[kind];
    if (!form.test(id)) {
      yield { path, message: `is not the id of one on AWS, such as ${example}` };
    }
  }
  const subnets = {
    dataSubnets: "RDS",
    ...(existing.cluster === undefined && { nodeSubnets: "EKS" }),
  } as const;
  for (const [key, whose] of Object.entries(subnets) as ["dataSubnets" | "nodeSubnets", string][]) {
    const given = existing.network?.[key];
    if (given !== undefined && new Set(given).size < 2) {
      yield { path: ["existing", "network", key], message: `must be in two zones at least, for ${whose}` };
    }
  }
}

/** Tags are also written into lists of `key=value` by commas, and some keys are the controllers' own. */
export function* tagFaults(tags: CloudConfig["tags"]): Generator<Fault> {
  const entries = Object.entries(tags);
  if (entries.length > 40) {
    yield {
      path: ["tags"],
      message: "are more than 40, which with the program's own are more than AWS's 50",
    };
  }
  for (const [key, value] of entries) {
    if (/^aws:/i.test(key) || key.length > 128 || value.length > 256) {
      yield {
        path: ["tags", key],
        message: "is not a tag: no aws: in front, at most 128 and 256 characters",
      };
    } else if (
      /^(openedx:|eks:|karpenter|elbv2\.k8s\.aws|ebs\.csi\.aws\.com|kubernetes\.io)|^Name$/.test(key)
    ) {
      yield {
        path: ["tags", key],
        message: "is a tag that the stack or a controller of the cluster sets itself",
      };
    } else if (![key, value].every((text) => /^[\p{L}\p{N} _.:/+@-]*$/u.test(text))) {
      yield {
        path: ["tags", key],
        message:
          "holds other characters than letters, digits, spaces and _ . : / + @ -, such as a comma or =",
      };
    }
  }
}
