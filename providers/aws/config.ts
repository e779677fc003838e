import { z } from "zod";
import {
  addressFaults,
  cidrSchema,
  cloudKeys,
  commonFaults,
  type Fault,
  reportFaults,
} from "../../src/config/clouds.js";
import { prefixLength } from "../../src/config/cidr.js";
import { machineFaults, type Sized, withSizes } from "../../src/config/pools.js";
import { existingFaults, sizeFaults, tagFaults } from "./configFaults.js";
import { awsRegions, partitionOf, zonesOf } from "./regions.js";
import { awsMailSchema } from "./mailOffer.js";
import { type AwsSizes, awsSizes } from "./sizes.js";

const iamArn = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]+$/,
    "is not an ARN of a role or user, such as arn:aws:iam::123456789012:role/deployer",
  );

const databaseClass = z
  .string()
  .regex(/^db\.[a-z0-9-]+\.[a-z0-9]+$/, "is not a class of RDS, such as db.m7g.large");
const cacheType = z
  .string()
  .regex(/^cache\.[a-z0-9-]+\.[a-z0-9]+$/, "is not a node type of ElastiCache, such as cache.t4g.small");
/** EKS's own add-ons, in the order in which they come; the last with `sharedStorage` only. */
export const eksAddOns = [
  "vpc-cni",
  "kube-proxy",
  "eks-pod-identity-agent",
  "coredns",
  "snapshot-controller",
  "aws-ebs-csi-driver",
  "metrics-server",
  "aws-efs-csi-driver",
] as const;
export type EksAddOn = (typeof eksAddOns)[number];

/** Versions that run together, by Kubernetes version; `aws eks describe-addon-versions` lists newer ones. */
export const addOnVersions: Record<string, Record<EksAddOn, string>> = {
  "1.35": {
    "vpc-cni": "v1.21.1-eksbuild.8",
    "kube-proxy": "v1.35.3-eksbuild.11",
    "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
    coredns: "v1.14.3-eksbuild.2",
    "snapshot-controller": "v8.5.0-eksbuild.5",
    "aws-ebs-csi-driver": "v1.60.1-eksbuild.1",
    "metrics-server": "v0.8.1-eksbuild.6",
    "aws-efs-csi-driver": "v3.2.0-eksbuild.1",
  },
  "1.36": {
    "vpc-cni": "v1.22.4-eksbuild.3",
    "kube-proxy": "v1.36.0-eksbuild.21",
    "eks-pod-identity-agent": "v1.3.10-eksbuild.3",
    coredns: "v1.14.3-eksbuild.16",
    "snapshot-controller": "v8.5.0-eksbuild.5",
    "aws-ebs-csi-driver": "v1.63.1-eksbuild.1",
    "metrics-server": "v0.9.0-eksbuild.5",
    "aws-efs-csi-driver": "v3.4.1-eksbuild.1",
  },
};

/** The most that RDS for MySQL holds, in GiB. RDS asks that storage can grow by a tenth. */
const mostStorage = 65536;

const awsObject = z.strictObject({
  ...cloudKeys,
  account: z
    .string('write the account in quotes, such as "123456789012"')
    .regex(/^\d{12}$/, "is not an account of AWS: twelve digits, in quotes")
    .describe("Account that everything is made in; another one is refused."),
  region: z.enum(awsRegions).describe("Region that everything is made in."),
  zoneNames: z
    .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "is not a zone, such as eu-west-1a"))
    .optional()
    .describe("Names of the zones, as many as `zones`. Default: the region's first ones."),
  deployer: iamArn.describe(
    "Who runs Pulumi: the role (or user) that becomes the cluster's first administrator.",
  ),
  admins: z.array(iamArn).default([]).describe("Who else administers the cluster."),
  viewers: z
    .array(iamArn)
    .default([])
    .describe("Who reads what is on the cluster, but no Secrets: reviewers, jobs that only preview."),
  deployerIsInside: z
    .boolean()
    .default(false)
    .describe(
      "True: Pulumi runs where it reaches private addresses of the network that the stack makes, such as by a VPN or a " +
        "peering that is made beside it; kubernetes.apiAccess may then be empty.",
    ),
  network: z
    .strictObject({
      cidr: cidrSchema
        .default("10.0.0.0/16")
        .describe(
          "Addresses of the VPC, nodes and pods: three quarters for them, the rest for data and load balancers.",
        ),
      services: cidrSchema.default("172.20.0.0/16").describe("Addresses of Kubernetes services."),
      natGateways: z
        .enum(["one", "zonal"])
        .optional()
        .describe(
          "One for all zones, or one a zone, so that no zone hangs on another. Default: one with preset small.",
        ),
    })
    .prefault({}),
  mysql: z
    .strictObject({
      instanceClass: databaseClass.optional().describe("Default: the preset's."),
      storageGiB: z
        .int()
        .min(20)
        .max(Math.floor((mostStorage * 10) / 11))
        .optional()
        .describe("At first. Default: the preset's."),
      maxStorageGiB: z
        .int()
        .max(mostStorage)
        .optional()
        .describe(
          "It grows by itself up to here; a tenth more than storageGiB at least. Default: the preset's, or that tenth.",
        ),
      multiAz: z.boolean().optional().describe("A standby in another zone. Default: not with preset small."),
      backupDays: z.int().min(1).max(35).default(14).describe("How far back it can be restored, in days."),
      caFile: z
        .string()
        .optional()
        .describe(
          "PEM file with Amazon's authorities for RDS, relative to the program, by which clients check the server's " +
            "certificate. Default: those that the program brings, in regions that it knows; elsewhere TLS without that check.",
        ),
    })
    .prefault({})
    .describe("RDS for MySQL, where services.mysql.mode is managed."),
  redis: z
    .strictObject({
      nodeType: cacheType.optional().describe("Default: the preset's."),
      nodes: z
        .int()
        .min(1)
        .max(6)
        .optional()
        .describe("The second one takes over where the first fails. Default: the preset's."),
    })
    .prefault({})
    .describe("ElastiCache for Valkey, twice, where services.redis.mode is managed."),
  maintenance: z
    .strictObject({
      window: z
        .string()
        .regex(
          /^[a-z]{3}:\d\d:\d\d-[a-z]{3}:\d\d:\d\d$/,
          "is not a window of a week, such as sun:01:30-sun:02:30",
        )
        .default("sun:01:30-sun:02:30")
        .describe("When AWS may patch and restart databases and caches, each week. UTC."),
      backupWindow: z
        .string()
        .regex(/^\d\d:\d\d-\d\d:\d\d$/, "is not a window of a day, such as 00:30-01:30")
        .default("00:30-01:30")
        .describe("When RDS and ElastiCache save their data, each day. UTC; outside of `window`."),
      applyImmediately: z
        .boolean()
        .default(false)
        .describe(
          "True: what restarts a database, such as another class of machine, is done within the run. Default: in `window`.",
        ),
    })
    .prefault({}),
  nodeRelease: z
    .string()
    .regex(/^1\.\d+\.\d+-\d{8}$/, "is not a release of EKS's node images, such as 1.36.2-20260714")
    .optional()
    .describe(
      "Release of the nodes' image (AL2023), of all nodes. Default: one that fits the Kubernetes version.",
    ),
  mail: awsMailSchema,
  images: z
    .array(z.string().regex(/^[a-z0-9]+([._-][a-z0-9]+)*$/, "is not a name of an image, such as openedx-mfe"))
    .default(["openedx", "openedx-mfe"])
    .describe("Names of images of your own, each of which gets a repository in the registry."),
  addOnVersions: z
    .partialRecord(
      z.enum(eksAddOns),
      z.string().regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, "is not a version of an EKS add-on"),
    )
    .default({})
    .describe("Versions of EKS's own add-ons. Default: those that fit the Kubernetes version."),
});

/** Releases of the nodes' image, by Kubernetes version: amazon-eks-ami's changelog lists newer ones. */
export const nodeReleases: Record<string, string> = { "1.35": "1.35.6-20260714", "1.36": "1.36.2-20260714" };

/** As the stack file says it. */
export type AwsConfig = z.output<typeof awsObject>;

/** The config with the preset's sizes filled in; storage that is larger than the preset's may grow by the least. */
export function sizedConfig(config: AwsConfig): Sized<AwsConfig, AwsSizes> {
  const sized = withSizes(config, awsSizes);
  const { storageGiB, maxStorageGiB } = sized.mysql;
  const most = config.mysql.maxStorageGiB ?? Math.max(maxStorageGiB, Math.ceil((storageGiB * 11) / 10));
  return { ...sized, mysql: { ...sized.mysql, maxStorageGiB: most } };
}

/** Everything under `openedx:aws`. */
export const awsSchema = awsObject.superRefine((config, context) =>
  reportFaults(context, [...faultsBetweenKeys(config)]),
);

/** Open edX's images are built for x86: Graviton (a `g` after the generation, `a1`) would not run them. */
const machines = {
  arm: /^(a1|[a-z]+\d+[a-z-]*g[a-z-]*)\./,
  form: /^[a-z][a-z0-9-]*\.[a-z0-9-]+$/,
  what: "an instance type of EC2",
  example: "m7i.large",
};

/** What is wrong between the keys, by the key at fault. */
function* faultsBetweenKeys(config: AwsConfig): Generator<Fault> {
  const { network, existing, kubernetes, region, zones, zoneNames } = config;
  const others = { services: network.services };
  yield* commonFaults(config);
  yield* addressFaults({ network, existing, others, longest: 20, shortest: 16 });
  yield* serviceFaults(config);
  if (existing.network === undefined && kubernetes.apiAccess.length === 0 && !config.deployerIsInside) {
    yield {
      path: ["kubernetes", "apiAccess"],
      message:
        "is empty, and nobody can deploy from the network that this very run makes: name the networks that Pulumi runs " +
        "in, use existing.network, or say deployerIsInside: true",
    };
  }
  const found = zonesOf(config);
  if (zoneNames !== undefined && zoneNames.some((zone) => !zone.startsWith(region))) {
    yield { path: ["zoneNames"], message: `names zones outside of ${region}` };
  }
  if (found.length !== zones || new Set(found).size !== zones) {
    const message =
      zoneNames === undefined
        ? `is more than ${region} has for most accounts (${found.join(", ")}): set zones: 2, or zoneNames`
        : `must be the number of different zoneNames`;
    yield { path: ["zones"], message };
  }
  const sized = sizedConfig(config);
  yield* machineFaults(sized.nodes, machines);
  if (sized.nodes.general.min < 1 && existing.cluster === undefined) {
    const message =
      "must be at least 1: EKS's snapshot controller runs there, before there is anything that makes nodes";
    yield { path: ["nodes", "general", "min"], message };
  }
  yield* versionFaults(config);
  yield* sizeFaults(sized);
  yield* existingFaults(config);
  yield* tagFaults(config.tags);
  const { partition, principals } = { partition: partitionOf(region), principals: principalsOf(config) };
  for (const { path, arn } of principals.filter((each) => each.arn.split(":")[1] !== partition)) {
    yield { path, message: `is ${arn}, and ${region} is in the partition ${partition}` };
  }
}

/** Who gets rights on the cluster, each with its key path. */
function principalsOf({ deployer, admins, viewers }: AwsConfig): { path: string[]; arn: string }[] {
  const several = Object.entries({ admins, viewers }).flatMap(([key, arns]) =>
    arns.map((arn, index) => ({ path: [key, String(index)], arn })),
  );
  return [{ path: ["deployer"], arn: deployer }, ...several];
}

/** EKS takes less of `network.services` than other clouds. */
function* serviceFaults({ network: { services } }: AwsConfig): Generator<Fault> {
  const bits = prefixLength(services);
  if (bits < 12 || bits > 24) {
    yield { path: ["network", "services"], message: "must be from /12 to /24, or EKS refuses it" };
  }
  if (services.startsWith("100.")) {
    yield { path: ["network", "services"], message: "is not in RFC 1918, and EKS refuses it" };
  }
}

/** Versions that go with the cluster's. */
function* versionFaults({
  kubernetes,
  existing,
  nodeRelease,
  addOnVersions: set,
}: AwsConfig): Generator<Fault> {
  if (existing.cluster !== undefined) {
    return;
  }
  const missing = eksAddOns.filter(
    (addOn) => (set[addOn] ?? addOnVersions[kubernetes.version]?.[addOn]) === undefined,
  );
  const keys = [
    ...(missing.length > 0 ? [`addOnVersions for ${missing.join(", ")}`] : []),
    ...((nodeRelease ?? nodeReleases[kubernetes.version]) === undefined ? ["nodeRelease"] : []),
  ];
  if (keys.length > 0) {
    const known = Object.keys(addOnVersions).join(", ");
    yield {
      path: ["kubernetes", "version"],
      message: `is none of ${known}, whose add-ons and nodes are known: set ${keys.join(", and ")}`,
    };
  }
  if (nodeRelease !== undefined && !nodeRelease.startsWith(`${kubernetes.version}.`)) {
    yield { path: ["nodeRelease"], message: `is not of Kubernetes ${kubernetes.version}` };
  }
}
