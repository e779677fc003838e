import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { CloudRequest } from "../../src/cloud/request.js";
import type { CloudAbilities } from "../../src/cloud/types.js";
import { programFolder } from "../../src/workspace/paths.js";
import { atlasFaults, managedShape } from "../atlas/abilities.js";
import type { AtlasRequest } from "../atlas/config.js";
import { cloudFaults } from "../faults.js";
import type { AwsConfig } from "./config.js";
import { mailFaults, mailShape } from "./mailOffer.js";
import { vpcCidrOf } from "./settings.js";

/** Administrator of the databases that the stack makes. */
export const mysqlAdmin = "openedx_admin";
/** Administrator of the search domain. */
export const searchAdmin = "openedx_admin";

/** What AWS offers to the sites. */
export function awsAbilities(request: AtlasRequest, config: AwsConfig): CloudAbilities {
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
    managed: {
      mysql: {
        port: 3306,
        // The authorities for RDS are Amazon's own: no client knows them unless it is given their file.
        ...(config.mysql.caFile === undefined ? { tls: "require" } : { tls: "verify-ca", privateCa: true }),
        adminUser: config.existing.database?.adminUser ?? mysqlAdmin,
      },
      ...managedShape(request),
      redis: { port: 6379, tls: "verify-identity", users: "password" },
      search: { port: 443, tls: "verify-identity", adminUser: searchAdmin },
      objectStore: { kind: "s3", auth: "identity" },
      ...(mail && { mail }),
    },
  };
}

/** What is wrong with the config beyond its schema: names, passwords, files. Pure but for a look for the file. */
export function awsFaults(request: CloudRequest & AtlasRequest, config: AwsConfig): string[] {
  const faults = cloudFaults("aws", request, config);
  const { caFile } = config.mysql;
  if (caFile !== undefined && !existsSync(resolve(programFolder, caFile))) {
    faults.push(
      `openedx:aws.mysql.caFile: there is no file ${caFile}; docs/aws.md says where Amazon publishes it, or leave the key out`,
    );
  }
  return [...faults, ...mailFaults(request, config.region, config.dns?.zone), ...atlasFaults(request)];
}
