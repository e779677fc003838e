import { z } from "zod";
import { clusterVersions } from "../workspace/versions.js";
import { isCidr, isPrivate, overlaps, prefixLength } from "./cidr.js";

/*
 * What the schemas of all clouds share, so that a stack file reads alike for each of them. A cloud's own schema spreads
 * `cloudKeys` and adds what only it has.
 */

/** Sizes that go together, by the number of learners at work: tens, hundreds, thousands. */
export const presets = ["small", "medium", "large"] as const;
export type Preset = (typeof presets)[number];

export const cidrSchema = z.string().refine(isCidr, {
  message: "is not a block of IPv4 addresses, such as 10.0.0.0/16, that begins where its size allows",
  abort: true, // what reckons with the block can't go on
});

const kubernetesVersion = z
  .string('write the version in quotes, such as "1.36"')
  .regex(/^1\.\d+$/, 'is not a minor version of Kubernetes, such as "1.36"')
  .refine(
    (version) =>
      !/^1\.\d+$/.test(version) || Number(version.slice(2)) >= Number(clusterVersions.oldest.slice(2)),
    `is older than ${clusterVersions.oldest}, the oldest version that upstream still fixes`,
  );

/**
 * The name that the names of all things of the stack in the cloud begin with. Short, since the clouds' limits are:
 * what is made of it still has to fit.
 */
export const baseName = z
  .string()
  .max(15, "is longer than 15 characters: names made of it would break the cloud's limits")
  .regex(
    /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
    "must begin with a letter and hold lower-case letters, digits and inner hyphens only",
  );

const pool = z.strictObject({
  machineType: z
    .string()
    .optional()
    .describe("The cloud's name of a size of machine. Default: the preset's."),
  min: z.int().nonnegative().optional().describe("Nodes that are always there. Default: the preset's."),
  max: z.int().positive().optional().describe("Nodes at most. Default: the preset's."),
  diskGiB: z.int().min(30).default(50).describe("Disk of each node."),
});

const nodesSchema = z.strictObject({
  system: pool.prefault({}).describe("For the platform's add-ons."),
  general: pool.prefault({}).describe("For the sites."),
  stateful: pool
    .prefault({})
    .describe("For data services on the cluster; on demand always. Empty until something needs it."),
  spot: z
    .boolean()
    .default(false)
    .describe(
      "True: the pool `general` takes spare machines, which are cheap and may go with a minute's notice, where there " +
        "are any. System and stateful pools never do.",
    ),
});

const existingSchema = z.strictObject({
  network: z
    .strictObject({
      id: z.string(),
      cidr: cidrSchema.describe("Its addresses: what comes from them is trusted to be the load balancer."),
      nodeSubnets: z.array(z.string()).min(1).describe("Ids of private subnets with a way out, one a zone."),
      dataSubnets: z.array(z.string()).min(1).describe("Ids of private subnets for databases, one a zone."),
      egressAddresses: z
        .array(z.ipv4("is not an address, such as 198.51.100.7"))
        .default([])
        .describe("Public addresses that its nodes go out by, which MongoDB Atlas and Azure let in by name."),
    })
    .optional()
    .describe("A network that exists, by id. Default: the stack makes one."),
  cluster: z
    .string()
    .optional()
    .describe(
      "A cluster that exists, with its nodes and their autoscaling: its name on AWS, its id elsewhere. Default: the " +
        "stack makes one.",
    ),
  dnsZone: z
    .string()
    .optional()
    .describe("Id of a DNS zone that exists, for `dns.zone`. Default: the stack makes one."),
  database: z
    .strictObject({
      id: z.string().describe("The cloud's id of the server."),
      adminUser: z
        .string()
        .describe("May make databases and users. Its password: openedx:credentials.mysql.adminPassword."),
    })
    .optional()
    .describe(
      "A MySQL 8.4 server of the cloud that exists. Default: the stack makes one where a site uses it.",
    ),
});

/** Keys that mean the same on every cloud. */
export const cloudKeys = {
  name: baseName.optional().describe("What names in the cloud begin with. Default: the stack's name."),
  preset: z
    .enum(presets)
    .default("small")
    .describe("Sizes that go together; each number can be set on its own."),
  zones: z.int().min(2).max(3).default(3).describe("Availability zones that nodes and data are spread over."),
  kubernetes: z
    .strictObject({
      version: kubernetesVersion.default(clusterVersions.default).describe("Minor version of the cluster."),
      apiAccess: z
        .array(cidrSchema)
        .default([])
        .describe(
          "Who reaches the cluster's API from outside: your office, the build servers. None: only from the network itself.",
        ),
      apiOpenToAll: z.boolean().default(false).describe("Must be true for 0.0.0.0/0 in apiAccess."),
      generation: z
        .int()
        .positive()
        .default(1)
        .describe(
          "Part of the cluster's identity: one more on a deliberate rebuild, which replaces all that is on it.",
        ),
    })
    .prefault({}),
  nodes: nodesSchema.prefault({}).describe("The pools of nodes."),
  existing: existingSchema.prefault({}).describe("What is there already and is used, not made."),
  dns: z
    .strictObject({
      zone: z
        .string()
        .regex(/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/, "is not a domain, such as example.com")
        .describe("Domain that the sites' hosts are in."),
    })
    .optional()
    .describe("A zone for records and certificates. Default: none; records are made by hand."),
  grantSeconds: z
    .int()
    .min(0)
    .max(900)
    .optional()
    .describe(
      "Seconds from a new right to its first use: clouds heed one later than they take it. Default: what the cloud's " +
        "own docs say (15 on AWS, 120 on Azure and Google Cloud).",
    ),
  sharedStorage: z
    .boolean()
    .default(false)
    .describe(
      "True: a storage class for volumes that many nodes mount at once. Sites with object storage need none.",
    ),
  logRetentionDays: z.int().positive().default(90).describe("How long the cloud keeps logs, in days."),
  tags: z.record(z.string(), z.string()).default({}).describe("Put on everything that takes tags."),
};

export interface Fault {
  path: string[];
  message: string;
}

/** Reports the faults between keys, but of no key that is at fault by itself. */
export function reportFaults(context: z.RefinementCtx, faults: readonly Fault[]): void {
  const reported = new Set(context.issues.map(({ path = [] }) => path.join(".")));
  for (const { path, message } of faults) {
    if (!reported.has(path.join("."))) {
      context.addIssue({ code: "custom", path, message });
    }
  }
}

/** Key paths and blocks of addresses. */
type Block = { path: string[]; cidr: string };

/** The network's blocks in a cloud's config, and what the cloud takes. */
export interface AddressRanges {
  network: { cidr: string };
  existing: CloudConfig["existing"];
  /** Keys of `network` with blocks beside it that must share no address with it or each other: pods, services. */
  others: Record<string, string>;
  /** The longest prefix with which the subnets still fit. */
  longest: number;
  /** The shortest that the cloud takes. */
  shortest: number;
}

/** What is wrong with the blocks of addresses of one cluster, by the key at fault. */
export function addressFaults({ network, existing, others, longest, shortest }: AddressRanges): Fault[] {
  const faults: Fault[] = [];
  const whole: Block =
    existing.network === undefined
      ? { path: ["network", "cidr"], cidr: network.cidr }
      : { path: ["existing", "network", "cidr"], cidr: existing.network.cidr };
  const bits = prefixLength(whole.cidr);
  if (bits > longest || bits < shortest) {
    const what = bits > longest ? "too small" : "too large";
    faults.push({
      path: whole.path,
      message: `is ${what}: from /${shortest} to /${longest} the subnets of all zones fit`,
    });
  }
  const blocks = [whole, ...Object.entries(others).map(([key, cidr]) => ({ path: ["network", key], cidr }))];
  for (const [index, { path, cidr }] of blocks.entries()) {
    if (!isPrivate(cidr)) {
      faults.push({ path, message: "is not a private network (RFC 1918): such as 10.0.0.0/16" });
    }
    for (const earlier of blocks.slice(0, index)) {
      if (overlaps(cidr, earlier.cidr)) {
        faults.push({
          path,
          message: `overlaps ${earlier.path.join(".")} (${earlier.cidr}): choose another block`,
        });
      }
    }
  }
  return faults;
}

/** Kinds of what a cloud may have already. */
export type ExistingKind = "network" | "subnet" | "cluster" | "dnsZone" | "database";

/** The ids of what is there already, each with its key path. */
export function existingIds({ network, cluster, dnsZone, database }: CloudConfig["existing"]): {
  path: string[];
  id: string;
  kind: ExistingKind;
}[] {
  const ids: [kind: ExistingKind, path: string[], id: string | undefined][] = [
    ["network", ["network", "id"], network?.id],
    ["cluster", ["cluster"], cluster],
    ["dnsZone", ["dnsZone"], dnsZone],
    ["database", ["database", "id"], database?.id],
    ...(["nodeSubnets", "dataSubnets"] as const).flatMap((key) =>
      (network?.[key] ?? []).map((id, index): [ExistingKind, string[], string] => [
        "subnet",
        ["network", key, String(index)],
        id,
      ]),
    ),
  ];
  return ids.flatMap(([kind, path, id]) =>
    id === undefined ? [] : [{ kind, path: ["existing", ...path], id }],
  );
}

/** Shorter prefixes are whole continents. */
const narrowest = 8;

/** What the configs of all clouds have. */
export type CloudConfig = z.output<z.ZodObject<typeof cloudKeys>>;

/** What is wrong between the keys that all clouds share. */
export function commonFaults(config: CloudConfig): Fault[] {
  const faults: Fault[] = [];
  const { kubernetes, existing, dns, nodes } = config;
  if (!kubernetes.apiOpenToAll && kubernetes.apiAccess.some((cidr) => prefixLength(cidr) < narrowest)) {
    faults.push({
      path: ["kubernetes", "apiAccess"],
      message: "opens the cluster's API to everyone; name your networks, or say apiOpenToAll: true",
    });
  }
  if (existing.cluster !== undefined && existing.network === undefined) {
    faults.push({
      path: ["existing", "cluster"],
      message: "needs existing.network, the network that the cluster is in",
    });
  }
  if (existing.dnsZone !== undefined && dns === undefined) {
    faults.push({ path: ["existing", "dnsZone"], message: "needs dns.zone, the domain of that zone" });
  }
  for (const role of ["system", "general", "stateful"] as const) {
    const { min, max } = nodes[role];
    if (min !== undefined && max !== undefined && min > max) {
      faults.push({ path: ["nodes", role, "min"], message: `is more than max (${max})` });
    }
  }
  return faults;
}
