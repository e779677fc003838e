import type { CloudAbilities } from "../../src/cloud/types.js";
import { cloudFaults } from "../../src/config/cloudFaults.js";
import type { StackConfig } from "../../src/stack/load.js";
import { atlasFaults, atlasShape } from "../atlas/abilities.js";

/** MySQL's administrator, where the stack makes the server. */
export const mysqlAdmin = "openedx_admin";

/** What Google Cloud offers. No managed search: it has none that speaks Elasticsearch's protocol. */
export function gcpAbilities({ gcp, atlas }: StackConfig): CloudAbilities {
  return {
    kubernetesVersion: gcp?.kubernetes.version,
    edgeControllers: ["gke"],
    builtIn: ["metrics-server", "cluster-autoscaler", "gateway-api"],
    dns: gcp?.dns !== undefined,
    workloadIdentity: true,
    backup: true,
    managed: {
      mysql: {
        port: 3306,
        tls: "verify-ca",
        privateCa: true,
        adminUser: gcp?.existing.database?.adminUser ?? mysqlAdmin,
      },
      ...(atlas !== undefined && { mongodb: atlasShape }),
      redis: { port: 6378, tls: "verify-ca", privateCa: true, users: "password" },
      objectStore: { kind: "gcs", auth: "identity" },
    },
  };
}

/** What the schema cannot see, since it knows no stack. */
export function gcpFaults(config: StackConfig): string[] {
  const { atlas, gcp, stack } = config;
  const faults = cloudFaults(config, "gcp");
  if (/^goog|google/.test(gcp?.name ?? stack)) {
    faults.push(
      "openedx:gcp.name: no bucket's name may begin with `goog` or hold `google`; set another name",
    );
  }
  if (atlas !== undefined && atlas.region === undefined) {
    faults.push(
      "openedx:atlas.region: is missing, and Atlas has names of its own for Google's regions: europe-west1 is WESTERN_EUROPE",
    );
  }
  return [...faults, ...atlasFaults(config)];
}
