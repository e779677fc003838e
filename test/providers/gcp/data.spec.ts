import assert from "node:assert/strict";
import { gcpCloud } from "../../../providers/gcp/index.js";
import { runTest } from "../../support/program.js";
import { type CloudRun, type Plain, plain } from "../../contract/clouds.js";
import { dependenciesOf, gcpConfig, gcpRun, resource, resourcesOf } from "./stack.js";

describe("the data on Google Cloud", () => {
  let run: CloudRun;

  before(async () => {
    run = await gcpRun({}, {}, true);
  });

  const settingsOf = (from: CloudRun): Record<string, unknown> =>
    resource(from, "sql/databaseInstance:DatabaseInstance", "mysql").settings as Plain;

  describe("the data services", () => {
    it("take MySQL 8.4 with what Open edX needs", () => {
      const server = resource(run, "sql/databaseInstance:DatabaseInstance", "mysql");
      assert.equal(server.databaseVersion, "MYSQL_8_4");
      const flags = settingsOf(run).databaseFlags as { name: string; value: string }[];
      const values = new Map(flags.map(({ name, value }) => [name, value]));
      assert.equal(values.size, flags.length, "each once");
      // Open edX's own, without which migrations fail or texts are lost; then the CIS benchmark's.
      assert.deepEqual(
        ["character_set_server", "default_time_zone", "log_bin_trust_function_creators"].map((name) =>
          values.get(name),
        ),
        ["utf8mb4", "+00:00", "on"],
      );
      assert.deepEqual([values.get("local_infile"), values.get("skip_show_database")], ["off", "on"]);
      assert.deepEqual(settingsOf(run).ipConfiguration, {
        ipv4Enabled: false,
        sslMode: "ENCRYPTED_ONLY",
        pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: ["openedx-contract"] }],
      });
    });

    it("keep backups and the binary log of MySQL", () => {
      const { enabled, binaryLogEnabled, location } = settingsOf(run).backupConfiguration as Plain;
      assert.deepEqual([enabled, binaryLogEnabled, location], [true, true, "europe-west1"]);
    });

    it("take the edition that goes with the size", async () => {
      const editions = await Promise.all(
        (["small", "medium", "large"] as const).map(async (preset) => {
          const { tier, edition, availabilityType } = settingsOf(await gcpRun({ preset }));
          return [tier, edition, availabilityType];
        }),
      );
      assert.deepEqual(editions, [
        ["db-custom-2-7680", "ENTERPRISE", "ZONAL"],
        ["db-custom-4-15360", "ENTERPRISE", "REGIONAL"],
        ["db-perf-optimized-N-8", "ENTERPRISE_PLUS", "REGIONAL"],
      ]);
    });

    it("give MySQL's name without a final dot, and all of its authorities", () => {
      const { host, ca } = plain(run.answers.mysql) as Record<string, string>;
      assert.deepEqual([host, ca], ["openedx-mysql.sql.goog", "CA 1\nCA 2"]);
    });

    it("have a Redis that forgets nothing and one that forgets, both with a password and TLS", () => {
      const { broker, cache } = resourcesOf(run, "redis/instance:Instance");
      for (const server of [broker, cache]) {
        assert.deepEqual(
          [server?.redisVersion, server?.authEnabled, server?.transitEncryptionMode],
          ["REDIS_7_2", true, "SERVER_AUTHENTICATION"],
        );
      }
      assert.deepEqual(broker?.redisConfigs, { "maxmemory-policy": "noeviction" });
      assert.deepEqual(cache?.redisConfigs, { "maxmemory-policy": "allkeys-lru" });
      assert.deepEqual(broker?.persistenceConfig, { persistenceMode: "RDB", rdbSnapshotPeriod: "ONE_HOUR" });
      assert.deepEqual(cache?.persistenceConfig, { persistenceMode: "DISABLED" });
      const { broker: answer } = plain(run.answers.redis) as { broker: Plain };
      assert.equal(answer.ca, "CA 1\nCA 2");
    });

    it("wait until Google may use their key", () => {
      for (const [type, name, encrypter] of [
        ["sql/databaseInstance:DatabaseInstance", "mysql", "mysql-encrypter"],
        ["redis/instance:Instance", "broker", "redis-encrypter"],
        ["storage/bucket:Bucket", "site-campus", "buckets-encrypter"],
        ["artifactregistry/repository:Repository", "registry", "images-encrypter"],
      ] as const) {
        assert.ok(dependenciesOf(run, `gcp:${type}`, name).includes(encrypter), name);
      }
    });

    it("are made only when they are asked for", async () => {
      const { gcp, ...request } = gcpConfig();
      assert.ok(gcp);
      const result = await runTest({
        stack: "production",
        program: () => Promise.resolve({ ready: gcpCloud("openedx", request, gcp, {}).ready.length }),
      });
      const types = new Set(result.registrations.map(({ type }) => type));
      assert.ok(types.has("gcp:container/cluster:Cluster"));
      assert.ok(!types.has("gcp:sql/databaseInstance:DatabaseInstance"));
      assert.ok(!types.has("gcp:redis/instance:Instance"));
    });
  });

  it("is on Atlas where the config says so, which lets in the cluster's own addresses alone", async () => {
    const atlas = await gcpRun(
      { network: { natAddresses: 2 } },
      {
        atlas: { organization: "0123456789abcdef01234567", region: "WESTERN_EUROPE" },
        credentials: { atlas: { publicKey: "public", privateKey: "private" } },
      },
    );
    const inputs = (kind: string): Plain[] =>
      atlas.registrations
        .filter(({ type }) => type.endsWith(`:${kind}`))
        .map((each) => plain(each.inputs) as Plain);
    assert.deepEqual(
      inputs("ProjectIpAccessList").map(({ ipAddress }) => ipAddress),
      ["198.51.100.7", "198.51.100.7"],
    );
    const [cluster] = inputs("AdvancedCluster");
    assert.match(
      JSON.stringify(cluster?.replicationSpecs),
      /"providerName":"GCP","regionName":"WESTERN_EUROPE"/,
    );
  });

  describe("the sites' files", () => {
    it("have a bucket for each site, with a name that buckets can have", () => {
      const names = Object.values(resourcesOf(run, "storage/bucket:Bucket")).map(({ name }) => String(name));
      assert.equal(new Set(names).size, 3);
      for (const name of names) {
        assert.match(name, /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
      }
    });

    it("are read by browsers from the site's own hosts", () => {
      const [rule] = resource(run, "storage/bucket:Bucket", "site-campus").cors as Plain[];
      assert.deepEqual(rule?.origins, ["https://campus.example.com"]);
    });

    it("can be brought back for a while", () => {
      const { versioning, softDeletePolicy, lifecycleRules } = resource(
        run,
        "storage/bucket:Bucket",
        "site-campus",
      );
      assert.deepEqual(versioning, { enabled: true });
      assert.deepEqual(softDeletePolicy, { retentionDurationSeconds: 30 * 86_400 });
      assert.deepEqual((lifecycleRules as Plain[])[0], {
        action: { type: "Delete" },
        condition: { daysSinceNoncurrentTime: 1 },
      });
    });

    it("are open to all in a folder of their own, if the config says so", async () => {
      const access = (from: CloudRun): unknown[] =>
        Object.values(resourcesOf(from, "storage/bucket:Bucket")).map(
          ({ publicAccessPrevention }) => publicAccessPrevention,
        );
      assert.deepEqual(access(run).sort(), ["enforced", "inherited", "inherited"]);
      const folders = Object.values(resourcesOf(run, "storage/managedFolder:ManagedFolder"));
      assert.deepEqual(
        folders.map(({ name }) => name),
        ["public/", "public/"],
      );
      const { campus } = plain(run.answers.instances) as { campus: { objectStore: Plain } };
      const { bucket, publicMedia } = campus.objectStore;
      assert.deepEqual(publicMedia, {
        prefix: "public",
        baseUrl: `https://storage.googleapis.com/${String(bucket)}`,
      });
      const closed = await gcpRun();
      assert.deepEqual([...new Set(access(closed))], ["enforced"]);
      assert.deepEqual(resourcesOf(closed, "storage/managedFolder:ManagedFolder"), {});
    });

    it("are signed for by the account that the site's pods act as", () => {
      const { campus } = plain(run.answers.instances) as { campus: { objectStore: Plain } };
      const { signer, identity } = campus.objectStore as { signer: string; identity: Plain };
      assert.equal(signer, "openedx-site-campus@openedx-contract.iam.gserviceaccount.com");
      assert.deepEqual(identity.serviceAccountAnnotations, { "iam.gke.io/gcp-service-account": signer });
    });

    it("are bound to pods once the cluster is there, which Google knows service accounts by", () => {
      const waits = dependenciesOf(
        run,
        "gcp:serviceaccount/iAMMember:IAMMember",
        "site-campus-campus-openedx",
      );
      assert.ok(waits.includes("cluster"));
      const direct = dependenciesOf(
        run,
        "gcp:storage/bucketIAMMember:BucketIAMMember",
        "database-backup-objects",
      );
      assert.ok(direct.includes("cluster"));
    });
  });

  it("is on disks with the stack's key, and on shared files where the config asks for them", async () => {
    const classes = (from: CloudRun): Record<string, Plain> =>
      Object.fromEntries(
        from.registrations
          .filter(({ type }) => type.endsWith(":StorageClass"))
          .map(({ inputs }) => [String(plain(inputs.provisioner)), plain(inputs.parameters) as Plain]),
      );
    assert.deepEqual(classes(run), {
      "pd.csi.storage.gke.io": {
        type: "pd-balanced",
        labels: "openedx-stack=contract",
        "disk-encryption-kms-key": "openedx-disks-key",
      },
    });
    const shared = await gcpRun({ sharedStorage: true });
    assert.deepEqual(classes(shared)["filestore.csi.storage.gke.io"], {
      tier: "standard",
      network: "openedx-network",
      labels: "openedx-stack=contract",
    });
    const { addonsConfig } = resource(shared, "container/cluster:Cluster", "cluster");
    assert.deepEqual((addonsConfig as Plain).gcpFilestoreCsiDriverConfig, { enabled: true });
    assert.ok(Object.keys(resourcesOf(shared, "projects/service:Service")).includes("file-api"));
  });
});
