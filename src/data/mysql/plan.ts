import type { MySqlShape } from "../../cloud/services.js";
import { readAuthority } from "../authority.js";
import { missingCredentials } from "../credentials.js";
import { sharedNames } from "../names.js";
import {
  needsHost,
  type PlanContext,
  type Planned,
  planManaged,
  replicaFaults,
  sizeFaults,
} from "../planning.js";
import type { ServerAddress, ServicePlan } from "../types.js";

/** Of a group; group replication takes no more. */
const mostServers = 9;

export function planMysql(context: PlanContext): Planned<ServicePlan<MySqlShape, ServerAddress>> {
  const { services, abilities } = context;
  const { mysql } = services;
  switch (mysql.mode) {
    case "bundled":
      return { plan: { mode: "bundled" }, faults: [] };
    case "managed":
      return planManaged(context, "mysql", abilities.managed.mysql);
    case "cluster":
      return {
        plan: {
          mode: "cluster",
          // The operator makes the certificates, by an authority of its own that is not known here.
          shape: { port: 3306, tls: "require", adminUser: "root" },
          address: { host: `${sharedNames.mysql}-haproxy.${services.namespace}.svc` },
        },
        faults: [
          ...replicaFaults("mysql.replicas", mysql.replicas, mostServers),
          ...sizeFaults("mysql", mysql, { storage: "5Gi", memory: "1Gi" }),
        ],
      };
    case "external": {
      const { host = "", port, tls, adminUser, ca } = mysql.external;
      const authority = readAuthority(ca, "openedx:services.mysql.external.ca");
      return {
        plan: {
          mode: "external",
          shape: { port, tls, adminUser },
          address: { host, ...(authority.ca !== undefined && { ca: authority.ca }) },
        },
        faults: [
          ...needsHost("mysql.external.host", mysql.external.host),
          ...missingCredentials(context.config, "mysql", mysql.mode),
          ...authority.faults,
        ],
      };
    }
  }
}
