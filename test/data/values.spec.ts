import assert from "node:assert/strict";
import type { HelmValues } from "../../src/cloud/types.js";
import { operatorValues } from "../../src/data/administered.js";
import type { ServicesConfig } from "../../src/data/config.js";
import { opensearchSizes, opensearchValues } from "../../src/data/legacySearch/cluster.js";
import { mongodbSizes, mongodbValues } from "../../src/data/mongodb/cluster.js";
import { mysqlSizes, mysqlValues } from "../../src/data/mysql/cluster.js";
import { identities, objectStoreSizes, objectStoreValues } from "../../src/data/objectStore/cluster.js";
import { backupKeys, type KeyedStore } from "../../src/data/operatorBackup.js";
import type { Placement } from "../../src/data/placement.js";
import { brokerSizes, cacheSizes, redisValues } from "../../src/data/redis/cluster.js";
import { meilisearchSizes, meilisearchValues } from "../../src/data/search/cluster.js";
import { amount } from "../../src/data/sizes.js";
import { allOnCluster, stackWith } from "./stack.js";

const somewhere: Placement = { scheduling: { nodeSelector: {}, tolerations: [] } };
const placed: Placement = {
  scheduling: {
    nodeSelector: { pool: "stateful" },
    tolerations: [{ key: "stateful", operator: "Exists", effect: "NoSchedule" }],
  },
  storageClass: "fast",
};
const store: KeyedStore = {
  kind: "s3",
  bucket: "dumps",
  region: "eu-west-1",
  keys: { accessKey: "a", secretKey: "b" },
};

function services(more: Record<string, unknown> = {}): ServicesConfig {
  return stackWith({ ...allOnCluster, ...more }).services;
}

function at(values: HelmValues, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], values);
}

/** Every chart's values, by chart; `role` for the two of one chart. */
function all(config: ServicesConfig, placement: Placement): Record<string, HelmValues> {
  return {
    "ps-operator": operatorValues("mysql-operator", "256Mi", placement),
    "ps-db": mysqlValues(config, placement, store),
    "psmdb-operator": operatorValues("mongodb-operator", "512Mi", placement),
    "psmdb-db": mongodbValues(config, placement, store),
    "valkey broker": redisValues("broker", config, placement, false),
    "valkey cache": redisValues("cache", config, placement, false),
    meilisearch: meilisearchValues("campus", config, placement),
    opensearch: opensearchValues("campus", config, placement),
    seaweedfs: objectStoreValues(config, placement),
  };
}

describe("the charts' values", () => {
  /** The keys that matter, as the charts' own values and schemas name them. */
  const table: [chart: string, key: string, value: unknown][] = [
    ["ps-operator", "disableTelemetry", true],
    ["ps-db", "fullnameOverride", "mysql"],
    ["ps-db", "secretsName", "mysql-users"],
    ["ps-db", "upgradeOptions.apply", "disabled"],
    ["ps-db", "mysql.clusterType", "group-replication"],
    ["ps-db", "mysql.size", 3],
    ["ps-db", "mysql.image.tag", "8.4.8-8.1"],
    ["ps-db", "mysql.podDisruptionBudget.maxUnavailable", 1],
    ["ps-db", "mysql.affinity.antiAffinityTopologyKey", "kubernetes.io/hostname"],
    ["ps-db", "mysql.volumeSpec.pvc.resources.requests.storage", "20Gi"],
    ["ps-db", "mysql.resources.limits.memory", "2Gi"],
    ["ps-db", "proxy.haproxy.enabled", true],
    ["ps-db", "proxy.haproxy.size", 2],
    ["ps-db", "unsafeFlags", undefined],
    ["ps-db", "backup.storages.main.s3.bucket", "dumps"],
    ["ps-db", "backup.storages.main.s3.credentialsSecret", "backup-keys"],
    ["psmdb-operator", "disableTelemetry", true],
    ["psmdb-db", "sharding.enabled", false],
    ["psmdb-db", "image.tag", "7.0.30-16"],
    ["psmdb-db", "secrets.users", "mongodb-users"],
    ["psmdb-db", "replsets.rs0.size", 3],
    ["psmdb-db", "replsets.rs0.volumeSpec.pvc.resources.requests.storage", "10Gi"],
    ["psmdb-db", "replsets.rs0.podDisruptionBudget.maxUnavailable", 1],
    ["psmdb-db", "backup.storages.main.main", true],
    ["valkey broker", "auth.usersExistingSecret", "redis-broker-users"],
    ["valkey broker", "deploymentStrategy", "Recreate"],
    ["valkey broker", "dataStorage.enabled", true],
    ["valkey broker", "dataStorage.requestedSize", "2Gi"],
    ["valkey broker", "dataStorage.keepPvc", true],
    ["valkey cache", "dataStorage.requestedSize", "1Gi"],
    ["meilisearch", "environment.MEILI_ENV", "production"],
    ["meilisearch", "environment.MEILI_UPGRADE_DB", "true"],
    ["meilisearch", "auth.existingMasterKeySecret", "campus-meilisearch-master-key"],
    ["meilisearch", "persistence.enabled", true],
    ["meilisearch", "persistence.size", "5Gi"],
    ["opensearch", "singleNode", true],
    ["opensearch", "sysctlInit.enabled", false],
    ["opensearch", "persistence.enableInitChown", false],
    ["opensearch", "opensearchJavaOpts", "-Xms1024m -Xmx1024m"],
    ["seaweedfs", "s3.existingConfigSecret", "object-store-identities"],
    ["seaweedfs", "s3.enableAuth", true],
    ["seaweedfs", "global.seaweedfs.replicationPlacement", "001"],
    ["seaweedfs", "master.replicas", 3],
    ["seaweedfs", "volume.replicas", 3],
  ];
  for (const [chart, key, value] of table) {
    it(`${chart} has ${key} ${JSON.stringify(value)}`, () => {
      assert.deepEqual(at(all(services(), somewhere)[chart] ?? {}, key), value);
    });
  }

  it("go where the cloud has room for data, on the class that it names", () => {
    const values = all(services(), placed);
    const places: [chart: string, key: string, value: unknown][] = [
      ["ps-operator", "nodeSelector.pool", "stateful"],
      ["ps-db", "mysql.tolerations", placed.scheduling.tolerations],
      ["ps-db", "proxy.haproxy.nodeSelector.pool", "stateful"],
      ["ps-db", "mysql.volumeSpec.pvc.storageClassName", "fast"],
      ["psmdb-db", "replsets.rs0.nodeSelector.pool", "stateful"],
      ["psmdb-db", "replsets.rs0.volumeSpec.pvc.storageClassName", "fast"],
      ["valkey cache", "dataStorage.className", "fast"],
      ["meilisearch", "persistence.storageClass", "fast"],
      ["opensearch", "persistence.storageClass", "fast"],
      ["seaweedfs", "filer.data.storageClass", "fast"],
      ["seaweedfs", "volume.tolerations", JSON.stringify(placed.scheduling.tolerations)],
    ];
    for (const [chart, key, value] of places) {
      assert.deepEqual(at(values[chart] ?? {}, key), value, `${chart} ${key}`);
    }
  });

  it("take no folder of a node, no privilege and no image that has left free distribution", () => {
    const text = JSON.stringify(all(services(), placed));
    assert.doesNotMatch(text, /hostPath|privileged|bitnami|busybox|minio|redis\/redis|:latest|"tag":""/i);
    const images = [...text.matchAll(/"repository":"([^"]+)","tag":"([^"]+)"/g)].map(
      ([, repository]) => repository,
    );
    assert.deepEqual([...new Set(images)].sort(), [
      "opensearchproject/opensearch",
      "percona/percona-server",
      "percona/percona-server-mongodb",
      "valkey/valkey",
    ]);
  });

  it("evict what was used least in the cache, and nothing in the broker, which survives a restart", () => {
    const { "valkey broker": broker, "valkey cache": cache } = all(services(), somewhere);
    assert.match(
      String(broker?.valkeyConfig),
      /^maxmemory 256mb\nmaxmemory-policy noeviction\nappendonly yes$/m,
    );
    assert.match(
      String(cache?.valkeyConfig),
      /^maxmemory 384mb\nmaxmemory-policy allkeys-lru\nappendonly no$/m,
    );
  });

  it("keep the instances' Redis users on the volume, and take the administrator from his Secret", () => {
    const values = all(services(), somewhere)["valkey broker"] ?? {};
    assert.match(String(values.valkeyConfig), /^aclfile \/data\/users\.acl$/m);
    const [container] = values.extraInitContainers as {
      command: string[];
      volumeMounts: { mountPath: string }[];
    }[];
    assert.match(container?.command[2] ?? "", /grep -v "\^user default " \/data\/users\.acl/);
    assert.deepEqual(
      container?.volumeMounts.map(({ mountPath }) => mountPath),
      ["/etc/valkey", "/data"],
    );
  });

  it("make one server where the config wants one, and tell the operators that this is meant", () => {
    const one = services({
      mysql: { mode: "cluster", replicas: 1 },
      mongodb: { mode: "cluster", replicas: 1 },
    });
    assert.deepEqual(mysqlValues(one, somewhere, undefined).unsafeFlags, {
      mysqlSize: true,
      proxySize: true,
    });
    assert.deepEqual(mongodbValues(one, somewhere, undefined).unsafeFlags, { replsetSize: true });
    assert.deepEqual(mysqlValues(one, somewhere, undefined).backup, { enabled: false });
  });

  it("follow the size of all, that of a service, and numbers, the nearer going first", () => {
    const config = services({
      size: "medium",
      mysql: { mode: "cluster", storage: "300Gi" },
      mongodb: { mode: "cluster", size: "large", replicas: 5 },
      redis: { mode: "cluster", cache: { memory: "6Gi" } },
    });
    const mysql = mysqlValues(config, somewhere, undefined);
    assert.equal(at(mysql, "mysql.volumeSpec.pvc.resources.requests.storage"), "300Gi");
    assert.equal(at(mysql, "mysql.resources.requests.memory"), mysqlSizes.medium.memory);
    const mongodb = mongodbValues(config, somewhere, undefined);
    assert.equal(at(mongodb, "replsets.rs0.resources.limits.memory"), mongodbSizes.large.memory);
    assert.equal(at(mongodb, "replsets.rs0.size"), 5);
    assert.match(String(redisValues("cache", config, somewhere, true).valkeyConfig), /maxmemory 4608mb/);
    assert.equal(at(redisValues("broker", config, somewhere, true), "dataStorage.keepPvc"), false);
  });

  it("grow with the preset", () => {
    const presets = [
      mysqlSizes,
      mongodbSizes,
      brokerSizes,
      cacheSizes,
      meilisearchSizes,
      opensearchSizes,
      objectStoreSizes,
    ];
    for (const { small, medium, large } of presets) {
      assert.ok(amount(small.memory) < amount(medium.memory) && amount(medium.memory) < amount(large.memory));
      assert.ok(
        amount(small.storage) <= amount(medium.storage) && amount(medium.storage) <= amount(large.storage),
      );
    }
    assert.equal(amount("1Ti"), 2 ** 40);
    assert.equal(amount("500m"), 0.5);
  });
});

describe("backups", () => {
  it("are made as often as the config says, and so many are kept", () => {
    const config = services({ backup: { schedule: "30 1 * * *", retention: 14 } });
    assert.deepEqual(at(mysqlValues(config, somewhere, store), "backup.schedule"), [
      { name: "all", schedule: "30 1 * * *", keep: 14, storageName: "main", type: "full" },
    ]);
    const [task] = at(mongodbValues(config, somewhere, store), "backup.tasks") as Record<string, unknown>[];
    assert.equal(task?.schedule, "30 1 * * *");
    assert.deepEqual(task?.retention, { type: "count", count: 14, deleteFromStorage: true });
  });

  it("of both databases go to folders of their own", () => {
    assert.equal(at(mysqlValues(services(), somewhere, store), "backup.storages.main.s3.prefix"), "mysql");
    assert.equal(
      at(mongodbValues(services(), somewhere, store), "backup.storages.main.s3.prefix"),
      "mongodb",
    );
  });

  it("go to Azure, and to Google as S3", () => {
    const azure: KeyedStore = { ...store, kind: "azure", account: "dumps", bucket: "container" };
    assert.deepEqual(at(mysqlValues(services(), somewhere, azure), "backup.storages.main"), {
      type: "azure",
      azure: { container: "container", prefix: "mysql", credentialsSecret: "backup-keys" },
    });
    assert.deepEqual(Object.keys(backupKeys(azure)), [
      "AZURE_STORAGE_ACCOUNT_NAME",
      "AZURE_STORAGE_ACCOUNT_KEY",
    ]);
    const google: KeyedStore = { ...store, kind: "gcs" };
    assert.equal(
      at(mongodbValues(services(), somewhere, google), "backup.storages.main.s3.endpointUrl"),
      "https://storage.googleapis.com",
    );
    assert.deepEqual(Object.keys(backupKeys(google)), ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
  });
});

describe("the object store's administrator", () => {
  it("is the only identity that is there from the start", () => {
    const { identities: all } = JSON.parse(identities("access", "secret")) as {
      identities: { name: string }[];
    };
    assert.deepEqual(
      all.map(({ name }) => name),
      ["administrator"],
    );
  });
});
