import * as opensearch from "@pulumi/aws/opensearch/index.js";
import * as pulumi from "@pulumi/pulumi";
import { cloudName } from "../../src/cloud/names.js";
import { awsNames } from "./facts.js";
import type { SearchServer } from "../../src/cloud/services.js";
import { searchAdmin } from "./abilities.js";
import { type DataParts, groupForCluster } from "./dataParts.js";
import { arn, type AwsContext } from "./context.js";
import { password } from "../part.js";
import { policyDocument } from "./policyDocument.js";

/** An OpenSearch domain in the network, for what still needs one beside Meilisearch. */
export function awsSearch(context: AwsContext, parts: DataParts): SearchServer {
  const { settings } = context;
  const { instanceType, nodes } = settings.search;
  const name = `${settings.name}-search`;
  const domainName = cloudName(awsNames.searchDomain, name);
  // The domain asks for a sign; the hyphen is the one that URLs, shells and YAML take as it is.
  const adminPassword = password(context, name, {
    special: true,
    overrideSpecial: "-",
    minSpecial: 1,
    minUpper: 1,
    minLower: 1,
    minNumeric: 1,
  });
  const group = groupForCluster(context, { name, description: "OpenSearch", port: 443, ...parts });
  const zones = Math.min(nodes, settings.zoneNames.length);
  const domain = new opensearch.Domain(
    name,
    {
      domainName,
      engineVersion: settings.search.version,
      clusterConfig: {
        instanceType,
        instanceCount: nodes,
        zoneAwarenessEnabled: zones > 1,
        ...(zones > 1 && { zoneAwarenessConfig: { availabilityZoneCount: zones } }),
      },
      ebsOptions: { ebsEnabled: true, volumeType: "gp3", volumeSize: settings.search.volumeGiB },
      encryptAtRest: { enabled: true, kmsKeyId: parts.keys.data.arn },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: {
        enforceHttps: true,
        tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10",
      },
      advancedSecurityOptions: {
        enabled: true,
        internalUserDatabaseEnabled: true,
        masterUserOptions: { masterUserName: searchAdmin, masterUserPassword: adminPassword },
      },
      // Users of the domain itself, not of IAM, come in: from the cluster only, by the security group.
      accessPolicies: policyDocument({
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: ["es:ESHttp*"],
        Resource: [arn(settings, "es", `domain/${domainName}/*`)],
      }),
      vpcOptions: { subnetIds: parts.network.dataSubnets.slice(0, zones), securityGroupIds: [group.id] },
      tags: { Name: name },
    },
    context.guarded,
  );
  return { host: domain.endpoint, adminPassword: pulumi.secret(adminPassword) };
}
