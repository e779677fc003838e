import type { HelmValues } from "../../cloud/types.js";
import { undisturbed } from "../../kubernetes/conventions.js";
import { images } from "../../workspace/versions.js";
import type { ServicesConfig } from "../config.js";
import { sharedNames } from "../names.js";
import type { Placement } from "../placement.js";
import { amount, resources, sizeOf, type Presets } from "../sizes.js";

/** The volume holds the log of all writes, which is up to twice the data while it is rewritten. */
export const brokerSizes: Presets = {
  small: { storage: "2Gi", cpu: "100m", memory: "512Mi" },
  medium: { storage: "8Gi", cpu: "250m", memory: "2Gi" },
  large: { storage: "32Gi", cpu: "500m", memory: "8Gi" },
};

/** The volume holds nothing but the users. */
export const cacheSizes: Presets = {
  small: { storage: "1Gi", cpu: "100m", memory: "512Mi" },
  medium: { storage: "1Gi", cpu: "250m", memory: "2Gi" },
  large: { storage: "1Gi", cpu: "500m", memory: "8Gi" },
};

export type RedisRole = "broker" | "cache";

/** BSD licence, from the project's own registry folder; the chart's version names the same. */
const image = { registry: "docker.io", ...images.valkey };

/** Secret with the administrator's password, by the administrator's name. */
export function redisUsersName(role: RedisRole): string {
  return `${sharedNames[role]}-users`;
}

/**
 * Part of the memory that data may take. While the broker's log is rewritten, a fork of the server copies what changes
 * meanwhile, which can be everything; the cache writes nothing.
 */
const dataShare: Record<RedisRole, number> = { broker: 0.5, cache: 0.75 };

/** Where the users are kept: on the volume, so that those which instances got at run time outlive the pod. */
const aclFile = "/data/users.acl";

/**
 * The chart writes a file with its own users into memory, anew at each start. This puts the administrator from there
 * into the lasting file, so that a changed password takes, and leaves the instances' users in it alone.
 */
const keepUsers = `set -eu
touch ${aclFile}
{ cat /etc/valkey/users.acl; grep -v "^user default " ${aclFile} || true; } > ${aclFile}.new
chmod 600 ${aclFile}.new
mv ${aclFile}.new ${aclFile}`;

/**
 * Of a directive that stands twice, the last holds, and this comes after what the chart writes: its own `aclfile`.
 */
function configuration(role: RedisRole, memory: string): string {
  const lines = [
    `aclfile ${aclFile}`,
    `maxmemory ${Math.floor((amount(memory) * dataShare[role]) / 2 ** 20)}mb`,
    ...(role === "broker"
      ? ["maxmemory-policy noeviction", "appendonly yes", "appendfsync everysec"]
      : ["maxmemory-policy allkeys-lru", "appendonly no", 'save ""']),
  ];
  return `${lines.join("\n")}\n`;
}

/** One Valkey server: Celery and Django know neither cluster mode nor Sentinel here; it is back in seconds elsewhere. */
export function redisValues(
  role: RedisRole,
  { redis, size }: ServicesConfig,
  placement: Placement,
  disposable: boolean,
): HelmValues {
  const presets = role === "broker" ? brokerSizes : cacheSizes;
  const server = sizeOf(presets, { size: redis.size, ...withoutUndefined(redis[role]) }, size);
  const small = resources({ cpu: "10m", memory: "32Mi" });
  return {
    fullnameOverride: sharedNames[role],
    image,
    // Two servers on one volume would ruin it.
    deploymentStrategy: "Recreate",
    auth: {
      enabled: true,
      usersExistingSecret: redisUsersName(role),
      aclUsers: { default: { permissions: "~* &* +@all" } },
    },
    valkeyConfig: configuration(role, server.memory),
    extraInitContainers: [
      {
        name: "keep-users",
        image: `${image.registry}/${image.repository}:${image.tag}`,
        command: ["sh", "-c", keepUsers],
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          runAsUser: 1000,
        },
        resources: small,
        volumeMounts: [
          { name: "valkey-acl", mountPath: "/etc/valkey" },
          { name: "valkey-data", mountPath: "/data" },
        ],
      },
    ],
    dataStorage: {
      enabled: true,
      requestedSize: server.storage,
      ...(placement.storageClass !== undefined && { className: placement.storageClass }),
      keepPvc: !disposable,
    },
    // Reading a long log takes longer than the chart's 30 seconds.
    startupProbe: { enabled: true, periodSeconds: 10, failureThreshold: 30 },
    readinessProbe: { enabled: true },
    podAnnotations: undisturbed,
    resources: resources(server),
    initResources: small,
    ...placement.scheduling,
  };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}
