import type { CloudAbilities } from "../../src/cloud/types.js";
import type { CloudRequest } from "../../src/cloud/request.js";
import { atlasFaults, managedShape, regionFault } from "../atlas/abilities.js";
import type { AtlasRequest } from "../atlas/config.js";
import { cloudFaults } from "../faults.js";
import type { GcpConfig } from "./config.js";

/** MySQL's administrator, where the stack makes the server. */
export const mysqlAdmin = "openedx_admin";

/** What Google Cloud offers. No managed search: it has none that speaks Elasticsearch's protocol. */
export function gcpAbilities(request: AtlasRequest, config: GcpConfig): CloudAbilities {
  return {
    kubernetesVersion: config.kubernetes.version,
    edgeControllers: ["gke"],
    builtIn: ["metrics-server", "cluster-autoscaler", "gateway-api"],
    dns: config.dns !== undefined,
    workloadIdentity: true,
    backup: true,
    directMail: 'blocks that port (Compute Engine documentation, "Sending email from an instance")',
    managed: {
      mysql: {
        port: 3306,
        tls: "verify-ca",
        privateCa: true,
        adminUser: config.existing.database?.adminUser ?? mysqlAdmin,
      },
      ...managedShape(request),
      redis: { port: 6378, tls: "verify-ca", privateCa: true, users: "password" },
      objectStore: { kind: "gcs", auth: "identity" },
    },
  };
}

/** What the schema cannot see, since it knows no stack. */
export function gcpFaults(request: CloudRequest & AtlasRequest, config: GcpConfig): string[] {
  const faults = cloudFaults("gcp", request, config);
  if (/^goog|google/.test(config.name ?? request.stack)) {
    faults.push(
      "openedx:gcp.name: no bucket's name may begin with `goog` or hold `google`; set another name",
    );
  }
  const regions = "Google's regions: europe-west1 is WESTERN_EUROPE";
  return [...faults, ...regionFault(request, regions), ...atlasFaults(request)];
}
