import type { HelmValues } from "../../cloud/types.js";
import { images } from "../../workspace/versions.js";
import type { ServicesConfig } from "../config.js";
import { sharedNames } from "../names.js";
import { type KeyedStore, operatorStorage, storageName } from "../operatorBackup.js";
import { type Placement, volumeClaim, zoneSpread } from "../placement.js";
import { defaultReplicas, resources, sizeOf, type Presets } from "../sizes.js";

/** The operator sizes InnoDB's buffer pool and the connections by the memory. */
export const mysqlSizes: Presets = {
  small: { storage: "20Gi", cpu: "500m", memory: "2Gi" },
  medium: { storage: "100Gi", cpu: "2", memory: "8Gi" },
  large: { storage: "500Gi", cpu: "4", memory: "32Gi" },
};

/** Secret with the passwords of the server's own users; the operator adds those that are missing. */
export const mysqlUsersName = "mysql-users";

/**
 * - Group replication takes no table without a primary key, and some plugins have such: MySQL adds one that is not seen.
 * - Tutor's databases take their charset from the server.
 */
const configuration = `[mysqld]
character_set_server=utf8mb4
collation_server=utf8mb4_unicode_ci
sql_generate_invisible_primary_key=ON
`;

/** MySQL 8.4 with group replication: one server writes, HAProxy leads there, and another takes over when it is lost. */
export function mysqlValues(
  { mysql, size, backup }: ServicesConfig,
  placement: Placement,
  store: KeyedStore | undefined,
): HelmValues {
  const server = sizeOf(mysqlSizes, mysql, size);
  const replicas = mysql.replicas ?? defaultReplicas;
  const proxies = mysql.proxies ?? (replicas === 1 ? 1 : 2);
  const common = {
    imagePullPolicy: "IfNotPresent",
    affinity: { antiAffinityTopologyKey: "kubernetes.io/hostname" },
    topologySpreadConstraints: zoneSpread({ "app.kubernetes.io/instance": sharedNames.mysql }),
    podDisruptionBudget: { maxUnavailable: 1 },
    ...placement.scheduling,
  };
  return {
    fullnameOverride: sharedNames.mysql,
    secretsName: mysqlUsersName,
    // Volumes are not part of what is deleted with the cluster.
    finalizers: ["percona.com/delete-mysql-pods-in-order"],
    upgradeOptions: { apply: "disabled" },
    enableVolumeExpansion: true,
    ...((replicas < 3 || proxies < 2) && {
      unsafeFlags: { mysqlSize: replicas < 3, proxySize: proxies < 2 },
    }),
    mysql: {
      ...common,
      clusterType: "group-replication",
      image: images.mysql,
      size: replicas,
      resources: resources(server),
      volumeSpec: { pvc: volumeClaim(server.storage, placement) },
      configuration,
    },
    proxy: {
      haproxy: {
        ...common,
        enabled: true,
        size: proxies,
        resources: resources({ cpu: "100m", memory: "256Mi" }),
      },
      router: { enabled: false },
    },
    backup: store
      ? {
          enabled: true,
          imagePullPolicy: "IfNotPresent",
          storages: { [storageName]: operatorStorage(store, "mysql") },
          schedule: [
            { name: "all", schedule: backup.schedule, keep: backup.retention, storageName, type: "full" },
          ],
        }
      : { enabled: false },
    pmm: { enabled: false },
  };
}

/** Ends when an administrator can log in where the sites will. */
export const mysqlReadyScript = `until mysql --host="$HOST" --port="$PORT" --user="$ADMIN_USER" --execute="SELECT 1"
do sleep 5
done`;
