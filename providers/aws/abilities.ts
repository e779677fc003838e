import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { cloudFaults } from "../../src/config/cloudFaults.js";
import type { StackConfig } from "../../src/stack/load.js";
import type { CloudAbilities } from "../../src/cloud/types.js";
import { programFolder } from "../../src/workspace/paths.js";
import { atlasFaults, atlasShape } from "../atlas/abilities.js";
import { vpcCidrOf } from "./settings.js";

export { awsBilledTypes } from "./billedTypes.js";

/** Administrator of the databases that the stack makes. */
export const mysqlAdmin = "openedx_admin";
/** Administrator of the search domain. */
export const searchAdmin = "openedx_admin";

/** What AWS offers to the sites. */
export function awsAbilities(config: StackConfig): CloudAbilities {
  const { aws } = config;
  const ownNodes = aws?.existing.cluster === undefined;
  return {
    kubernetesVersion: aws?.kubernetes.version,
    edgeControllers: ["alb"],
    // ALBs stand in the network's public subnets, whose addresses are not known where the network exists already.
    ...(aws && { loadBalancerCidrs: [vpcCidrOf(aws)] }),
    builtIn: ownNodes ? ["metrics-server"] : [],
    needs: ownNodes ? ["aws-load-balancer-controller", "karpenter"] : [],
    dns: aws?.dns !== undefined,
    workloadIdentity: true,
    backup: true,
    managed: {
      mysql: {
        port: 3306,
        // The authorities for RDS are Amazon's own: no client knows them unless it is given their file.
        ...(aws?.mysql.caFile === undefined ? { tls: "require" } : { tls: "verify-ca", privateCa: true }),
        adminUser: aws?.existing.database?.adminUser ?? mysqlAdmin,
      },
      ...(config.atlas !== undefined && { mongodb: atlasShape }),
      redis: { port: 6379, tls: "verify-identity", users: "password" },
      search: { port: 443, tls: "verify-identity", adminUser: searchAdmin },
      objectStore: { kind: "s3", auth: "identity" },
    },
  };
}

/** What is wrong with the config beyond its schema: names, passwords, files. Pure but for a look for the file. */
export function awsFaults(config: StackConfig): string[] {
  const { aws } = config;
  const faults = cloudFaults(config, "aws");
  const { caFile } = aws?.mysql ?? {};
  if (caFile !== undefined && !existsSync(resolve(programFolder, caFile))) {
    faults.push(
      `openedx:aws.mysql.caFile: there is no file ${caFile}; docs/aws.md says where Amazon publishes it, or leave the key out`,
    );
  }
  return [...faults, ...atlasFaults(config)];
}
