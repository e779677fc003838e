import { existsSync } from "node:fs";
import type { CloudRequest } from "../../src/cloud/request.js";
import type { CloudAbilities } from "../../src/cloud/types.js";
import { atlasFaults, managedShape } from "../atlas/abilities.js";
import type { AtlasRequest } from "../atlas/config.js";
import { backupRegionFaults, cloudFaults } from "../faults.js";
import type { AwsConfig } from "./config.js";
import { nameFault } from "./configFaults.js";
import { caFileOf, databaseCa } from "./databaseCa.js";
import { awsRegions, zonesWithoutEks } from "./regions.js";
import { mailFaults, mailShape } from "./mailOffer.js";
import { vpcCidrOf } from "./settings.js";

/** Administrator of the databases that the stack makes. */
export const mysqlAdmin = "openedx_admin";

/** Who makes the sites' users of Redis: AWS by its API, which stacks of sites alone cannot ask. */
export function redisUsersOf({ scope }: Pick<CloudRequest, "scope">): "managed" | "password" {
  return scope === "platform" ? "password" : "managed";
}

/** What AWS offers to the sites. */
export function awsAbilities(
  request: Pick<CloudRequest, "scope"> & AtlasRequest,
  config: AwsConfig,
): CloudAbilities {
  const ownNodes = config.existing.cluster === undefined;
  const mail = mailShape(config.region, config.dns?.zone);
  return {
    kubernetesVersion: config.kubernetes.version,
    edgeControllers: ["alb"],
    // ALBs stand in the network's public subnets, whose addresses are not known where the network exists already.
    loadBalancerCidrs: [vpcCidrOf(config)],
    builtIn: ownNodes ? ["metrics-server"] : [],
    needs: ownNodes ? ["aws-load-balancer-controller", "karpenter"] : [],
    dns: config.dns !== undefined,
    workloadIdentity: true,
    backup: true,
    directMail:
      'throttles that port (SES developer guide, "Connecting to an Amazon SES SMTP endpoint": EC2 throttles port 25)',
    backupKeys: true,
    managed: {
      mysql: {
        port: 3306,
        // The authorities for RDS are Amazon's own, which no client knows by itself.
        ...(databaseCa(config) === undefined
          ? { tls: "require" }
          : { tls: "verify-identity", privateCa: true }),
        adminUser: config.existing.database?.adminUser ?? mysqlAdmin,
      },
      ...managedShape(request),
      redis: { port: 6379, tls: "verify-identity", users: redisUsersOf(request) },
      objectStore: { kind: "s3", auth: "identity" },
      ...(mail && { mail }),
    },
  };
}

/** What is wrong with the config beyond its schema: names, passwords, files. Pure but for a look for the file. */
export function awsFaults(request: CloudRequest & AtlasRequest, config: AwsConfig): string[] {
  const faults = [...cloudFaults("aws", request, config), ...backupRegionFaults(request, awsRegions)];
  const { caFile } = config.mysql;
  if (caFile !== undefined && !existsSync(caFileOf(caFile))) {
    faults.push(
      `openedx:aws.mysql.caFile: there is no file ${caFile}; docs/aws.md says where Amazon publishes it, or leave the key out`,
    );
  }
  const { name = request.stack } = config;
  const wrong = nameFault(name);
  if (wrong !== undefined) {
    faults.push(`openedx:aws.name: is "${name}", and ${wrong}`);
  }
  return [...faults, ...mailFaults(request, config.region, config.dns?.zone), ...atlasFaults(request)];
}

/** What works, though not everywhere or not as well as it could. */
export function awsWarnings(request: CloudRequest, config: AwsConfig): string[] {
  const { region, zoneNames, existing } = config;
  const zone = zonesWithoutEks[region];
  const managed = (kind: "mysql" | "redis"): boolean => request.services[kind].mode === "managed";
  return [
    ...(zone !== undefined && zoneNames === undefined && existing.network === undefined
      ? [
          `openedx:aws.zoneNames: is not set, and EKS refuses the zone ${zone}, which has another letter in each account: ` +
            `\`aws ec2 describe-availability-zones --region ${region}\` tells which; name others`,
        ]
      : []),
    ...(managed("redis") && redisUsersOf(request) === "password"
      ? [
          "openedx:services.redis.mode: is managed on a platform, whose sites all log in to ElastiCache as one user: who breaks " +
            "into one of them reads and changes the task queues, sessions and caches of all. `cluster` keeps them apart",
        ]
      : []),
    ...(managed("mysql") && databaseCa(config) === undefined
      ? [
          `openedx:aws.mysql.caFile: is not set, and the program brings no authorities of RDS for ${region}: clients do not ` +
            "check who the database is. docs/aws.md says where Amazon publishes them",
        ]
      : []),
  ];
}
