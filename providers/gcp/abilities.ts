import type { CloudAbilities } from "../../src/cloud/types.js";
import type { CloudRequest } from "../../src/cloud/request.js";
import type { EdgeConfig } from "../../src/config/edge.js";
import { atlasFaults, managedShape, regionFault } from "../atlas/abilities.js";
import type { AtlasRequest } from "../atlas/config.js";
import { backupRegionFaults, cloudFaults } from "../faults.js";
import type { GcpConfig } from "./config.js";
import { gcpRegions } from "./regions.js";

/** MySQL's administrator, where the stack makes the server. */
export const mysqlAdmin = "openedx_admin";

/** Whether GKE's controller serves all sites by one load balancer, which can have an address of the stack's own. */
export function sharesGateway({ controller, mode }: Pick<EdgeConfig, "controller" | "mode">): boolean {
  return controller === "gke" && mode === "gateway";
}

/** Name in Google Cloud of the address of the sites' load balancers. */
export function edgeAddress(base: string): string {
  return `${base}-ingress`;
}

/** What Google Cloud offers. No managed search: it has none that speaks Elasticsearch's protocol. */
export function gcpAbilities(request: CloudRequest & AtlasRequest, config: GcpConfig): CloudAbilities {
  return {
    kubernetesVersion: config.kubernetes.version,
    edgeControllers: ["gke"],
    ...(sharesGateway(request.edge) && { gatewayAddress: edgeAddress(config.name ?? request.stack) }),
    builtIn: ["metrics-server", "cluster-autoscaler", "gateway-api"],
    dns: config.dns !== undefined,
    workloadIdentity: true,
    backup: true,
    directMail: 'blocks that port (Compute Engine documentation, "Sending email from an instance")',
    backupKeys: true,
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
  const faults = [...cloudFaults("gcp", request, config), ...backupRegionFaults(request, gcpRegions)];
  if (/^goog|google/.test(config.name ?? request.stack)) {
    faults.push(
      "openedx:gcp.name: no bucket's name may begin with `goog` or hold `google`; set another name",
    );
  }
  const regions = "Google's regions: europe-west1 is WESTERN_EUROPE";
  return [...faults, ...regionFault(request, regions), ...atlasFaults(request)];
}

/** What works on Google Cloud, and should be known. */
export function gcpWarnings({ services }: CloudRequest, _config: GcpConfig): string[] {
  return services.redis.mode === "managed"
    ? [
        "openedx:services.redis.mode: managed: Memorystore has one password for a server, which all sites of the stack " +
          "share. Whoever breaks into one site could read and change the others' queued tasks (with what is in them, such " +
          "as mail addresses and grades), their events and their caches, sessions among them. For sites of different " +
          "owners set it to cluster, where each site has a user of its own, or give each owner a stack.",
      ]
    : [];
}
