import { type CloudFacts, typesWith } from "../../src/cloud/facts.js";
import { textsOf } from "../../src/kubernetes/objects.js";

/** What MongoDB Atlas's types are. */
export const atlasFacts: CloudFacts = {
  tokens: "mongodbatlas:",
  types: {
    "index/cloudBackupSchedule:CloudBackupSchedule": {},
    "index/databaseUser:DatabaseUser": { grant: true },
    ...typesWith(
      { data: true },
      `index/cluster:Cluster index/flexCluster:FlexCluster index/serverlessInstance:ServerlessInstance`,
    ),
    "index/advancedCluster:AdvancedCluster": { billed: true, data: true },
    "index/project:Project": { data: "part" },
    "index/projectIpAccessList:ProjectIpAccessList": {
      access: ({ cidrBlock, ipAddress }) => [
        { allowed: textsOf(cidrBlock, ipAddress), text: (address) => `it lets ${address} in` },
      ],
    },
  },
};
