import { z } from "zod";
import {
  addressFaults,
  cidrSchema,
  cloudKeys,
  commonFaults,
  type Fault,
  reportFaults,
} from "../../src/config/clouds.js";
import { machineFaults, type Sized, withSizes } from "../../src/config/pools.js";
import { awsMailSchema } from "./mailOffer.js";
import { awsRegions, zonesOf } from "./regions.js";
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
const searchType = z
  .string()
  .regex(/^[a-z0-9]+\.[a-z0-9]+\.search$/, "is not an instance type of OpenSearch, such as m7g.large.search");

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
      storageGiB: z.int().min(20).max(65536).optional().describe("At first. Default: the preset's."),
      maxStorageGiB: z
        .int()
        .min(20)
        .max(65536)
        .optional()
        .describe("It grows by itself up to here. Default: the preset's."),
      multiAz: z.boolean().optional().describe("A standby in another zone. Default: not with preset small."),
      backupDays: z.int().min(1).max(35).default(14).describe("How far back it can be restored, in days."),
      caFile: z
        .string()
        .optional()
        .describe(
          "PEM file with Amazon's authorities for RDS, relative to the program: clients then check the server's " +
            "certificate. Default: TLS without that check.",
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
  search: z
    .strictObject({
      instanceType: searchType.optional().describe("Default: the preset's."),
      nodes: z.int().min(1).max(10).optional().describe("Default: the preset's."),
      volumeGiB: z.int().min(10).max(1000).default(50).describe("Disk of each node."),
      version: z
        .string()
        .regex(
          /^(OpenSearch|Elasticsearch)_\d+\.\d+$/,
          "is not a version of the service, such as OpenSearch_2.19",
        )
        .default("OpenSearch_2.19"),
    })
    .prefault({})
    .describe("An OpenSearch domain, for what still needs one, where services.search.mode is managed."),
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

/** As the stack file says it. */
export type AwsConfig = z.output<typeof awsObject>;

/** The config with the preset's sizes filled in; storage that is larger than the preset's may grow no further. */
export function sizedConfig(config: AwsConfig): Sized<AwsConfig, AwsSizes> {
  const sized = withSizes(config, awsSizes);
  const { storageGiB, maxStorageGiB } = sized.mysql;
  const most = config.mysql.maxStorageGiB ?? Math.max(maxStorageGiB, storageGiB);
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
  const { network, existing, kubernetes, mysql, tags, region, zones, zoneNames } = config;
  const others = { services: network.services };
  yield* commonFaults(config);
  yield* addressFaults({ network, existing, others, longest: 20, shortest: 16 });
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
  yield* machineFaults(sizedConfig(config).nodes, machines);
  const missing = eksAddOns.filter(
    (addOn) => (config.addOnVersions[addOn] ?? addOnVersions[kubernetes.version]?.[addOn]) === undefined,
  );
  if (missing.length > 0 && existing.cluster === undefined) {
    const known = Object.keys(addOnVersions).join(", ");
    yield {
      path: ["kubernetes", "version"],
      message: `is none of ${known}, whose add-ons are known: set addOnVersions for ${missing.join(", ")}`,
    };
  }
  const { storageGiB = 0, maxStorageGiB = Infinity } = mysql;
  if (storageGiB > maxStorageGiB) {
    yield { path: ["mysql", "storageGiB"], message: `is more than maxStorageGiB (${maxStorageGiB})` };
  }
  if (existing.network !== undefined && existing.network.dataSubnets.length < 2) {
    yield {
      path: ["existing", "network", "dataSubnets"],
      message: "must be in two zones at least, for RDS",
    };
  }
  for (const [key, value] of Object.entries(tags)) {
    if (key.startsWith("aws:") || key.length > 128 || value.length > 256) {
      yield {
        path: ["tags", key],
        message: "is not a tag: no aws: in front, at most 128 and 256 characters",
      };
    }
  }
}
