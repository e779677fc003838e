import type { Cloud } from "../../src/cloud/types.js";
import { storageClasses } from "../storageClasses.js";
import type { Cluster } from "./cluster.js";
import { type GcpContext, labelsOf } from "./context.js";
import type { Keys } from "./keys.js";
import type { Network } from "./network.js";

/** Classes for volumes: disks, with the stack's key where it has one; and, if asked for, shared files. */
export function gcpStorageClasses(
  context: GcpContext,
  { provider, ready }: Cluster,
  { network, keys }: { network: Network; keys: Keys },
): Cloud["storageClasses"] {
  const { settings, name, opts } = context;
  const key = keys("disks");
  const labels = Object.entries(labelsOf(context))
    .map(([label, value]) => `${label}=${value}`)
    .join(",");
  return storageClasses(
    name,
    {
      disks: {
        provisioner: "pd.csi.storage.gke.io",
        parameters: {
          type: settings.storage.disks,
          labels,
          ...(key && { "disk-encryption-kms-key": key.id }),
        },
      },
      snapshots: { "storage-locations": settings.region, labels },
      ...(settings.sharedStorage && {
        files: {
          provisioner: "filestore.csi.storage.gke.io",
          // Basic HDD, from 100 GiB; Google's keys encrypt it, since this tier takes no others.
          parameters: { tier: "standard", network: network.name, labels },
        },
      }),
    },
    { parent: opts.parent, provider, dependsOn: [...ready, ...(key?.ready ?? [])] },
  );
}
