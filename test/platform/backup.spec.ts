import assert from "node:assert/strict";
import type { BackupStore } from "../../src/cloud/services.js";
import type { Cloud } from "../../src/cloud/types.js";
import { catalogue } from "../../src/platform/catalogue.js";
import { charts } from "../../src/platform/charts.js";
import { plain } from "../instance/stack.js";
import {
  aboutStack,
  at,
  deployPlatform,
  type Given,
  ofType,
  planned,
  releasesOf,
  valuesOf,
} from "./stack.js";

const s3: BackupStore = { kind: "s3", bucket: "backups", region: "eu-west-1" };
const withStore = (backup: BackupStore, rest: Given = {}): Given => ({
  ...rest,
  cloud: { ...rest.cloud, storageClasses: {}, backup },
});
const location = (given: Given): Record<string, unknown> =>
  (at(valuesOf("velero", given), "configuration.backupStorageLocation") as Record<string, unknown>[])[0] ??
  {};

describe("velero", () => {
  it("stores where the cloud says, below the stack's name", () => {
    assert.deepEqual(location(withStore(s3)), {
      name: "default",
      default: true,
      provider: "aws",
      bucket: "backups",
      prefix: "velero/test",
      config: { region: "eu-west-1" },
    });
  });

  const kinds: { store: BackupStore; provider: string; plugin: RegExp; config: Record<string, string> }[] = [
    {
      store: { kind: "s3", bucket: "b", endpoint: "https://minio.example.com" },
      provider: "aws",
      plugin: /velero-plugin-for-aws:v1\.14\.\d+$/,
      config: { region: "us-east-1", s3Url: "https://minio.example.com", s3ForcePathStyle: "true" },
    },
    {
      store: { kind: "gcs", bucket: "b" },
      provider: "gcp",
      plugin: /velero-plugin-for-gcp:v1\.14\.\d+$/,
      config: {},
    },
  ];
  for (const { store, provider, plugin, config } of kinds) {
    it(`takes the plugin and the settings of a store of kind ${store.kind}`, () => {
      const [container] = valuesOf("velero", withStore(store)).initContainers as {
        image: string;
        volumeMounts: unknown;
      }[];
      assert.match(container?.image ?? "", plugin);
      assert.deepEqual(container?.volumeMounts, [{ name: "plugins", mountPath: "/target" }]);
      assert.equal(location(withStore(store)).provider, provider);
      assert.deepEqual(location(withStore(store)).config, config);
    });
  }

  it("signs in to Azure as its workload, by the account's address", async () => {
    const store: BackupStore = { kind: "azure", bucket: "b", account: "acc", resourceGroup: "rg" };
    const result = await deployPlatform(
      withStore(store, { abilities: { backup: true }, config: { platform: { addons: { velero: "on" } } } }),
    );
    const [stored] = at(releasesOf(result).get("velero")?.values, "configuration.backupStorageLocation") as [
      { config: unknown; provider: string },
    ];
    assert.equal(stored.provider, "azure");
    assert.deepEqual(stored.config, {
      storageAccount: "acc",
      resourceGroup: "rg",
      storageAccountURI: "https://acc.blob.core.windows.net",
      useAAD: "true",
    });
  });

  it("reaches the store by its workload identity, without a key", () => {
    const values = valuesOf("velero", withStore(s3));
    assert.deepEqual(values.credentials, { useSecret: false });
    assert.deepEqual(at(values, "serviceAccount.server"), {
      name: "velero",
      annotations: { "cloud/role": "velero" },
    });
    assert.deepEqual(values.podLabels, { cloud: "yes" });
    assert.deepEqual(at(values, "nodeAgent.podLabels"), { cloud: "yes" });
  });

  it("signs links at Google in the name of its workload identity", () => {
    const about = { ...aboutStack({}), has: () => false, namespace: "velero" };
    const values = catalogue.velero.values({
      ...about,
      cloud: { storageClasses: {}, backup: { kind: "gcs", bucket: "b" } } as unknown as Cloud,
      identity: {
        serviceAccountAnnotations: { "iam.gke.io/gcp-service-account": "velero@project" },
        podLabels: {},
      },
    });
    const [stored] = at(values, "configuration.backupStorageLocation") as { config: unknown }[];
    assert.deepEqual(stored?.config, { serviceAccount: "velero@project" });
  });

  it("reads keys that are given from a Secret, which no value holds", async () => {
    const keys = { accessKey: "KEY-ID", secretKey: "KEY-SECRET" };
    const result = await deployPlatform(
      withStore(
        { ...s3, keys },
        { abilities: { backup: true }, config: { platform: { addons: { velero: "on" } } } },
      ),
    );
    const values = releasesOf(result).get("velero")?.values;
    assert.deepEqual(at(values, "credentials"), { useSecret: true, existingSecret: "velero-credentials" });
    assert.doesNotMatch(JSON.stringify(values), /KEY-/);
    const secret = ofType(result, ":core/v1:Secret").find(({ name }) => name === "velero-credentials");
    assert.deepEqual(plain(secret?.inputs.stringData), {
      cloud: "[default]\naws_access_key_id=KEY-ID\naws_secret_access_key=KEY-SECRET\n",
    });
  });

  it("moves snapshots of volumes into the store, every night, for the sites and what they share", () => {
    const values = valuesOf(
      "velero",
      withStore(s3, {
        config: { services: { mysql: { mode: "cluster" } } },
        sites: ["campus", "academy"].map((name) => ({ name, namespace: name, hosts: [] })),
      }),
    );
    assert.equal(at(values, "configuration.features"), "EnableCSI");
    assert.equal(at(values, "configuration.defaultSnapshotMoveData"), true);
    assert.equal(values.deployNodeAgent, true);
    assert.equal(values.snapshotsEnabled, false);
    assert.deepEqual(at(values, "configuration.volumeSnapshotLocation"), []);
    assert.deepEqual(values.schedules, {
      test: {
        schedule: "0 3 * * *",
        template: {
          ttl: "720h0m0s",
          includedNamespaces: ["campus", "academy", "openedx-data"],
          snapshotMoveData: true,
        },
      },
    });
    const alone = at(valuesOf("velero", withStore(s3)), "schedules.test.template.includedNamespaces");
    assert.deepEqual(alone, ["campus"], "no shared services, no namespace of theirs");
  });

  it("pulls no image of Bitnami's, which has left free distribution", () => {
    assert.ok(Number(charts.velero.version.split(".")[0]) >= 12, "the hooks of older charts pull one");
    assert.doesNotMatch(JSON.stringify(valuesOf("velero", withStore(s3))), /bitnami/);
  });

  it("is refused where there is no store, with the way to one", () => {
    const config = { platform: { addons: { velero: "on" } } };
    assert.throws(
      () => planned({ config }),
      /openedx:platform\.addons\.velero: the cloud "existing" brings no place for backups; name a bucket of S3 in openedx:services\.backup\.store/,
    );
    assert.equal(planned({ config, abilities: { backup: true } }).on.length, 1);
  });

  it("takes the config's own bucket on a cluster whose cloud brings none", () => {
    const config = {
      platform: { addons: { velero: "on" } },
      services: { backup: { store: { bucket: "mine", endpoint: "https://minio.example.com" } } },
      credentials: { backup: { accessKey: "a", secretKey: "s" } },
    };
    assert.equal(planned({ config }).on.length, 1);
    assert.equal(location({ config }).bucket, "mine");
    assert.deepEqual(valuesOf("velero", { config }).credentials, {
      useSecret: true,
      existingSecret: "velero-credentials",
    });
  });
});

describe("external-secrets", () => {
  it("runs twice, with one leader and a budget, webhook included", () => {
    const values = valuesOf("external-secrets");
    assert.equal(values.replicaCount, 2);
    assert.equal(values.leaderElect, true);
    assert.equal(at(values, "webhook.replicaCount"), 2);
    for (const path of ["podDisruptionBudget", "webhook.podDisruptionBudget"]) {
      assert.deepEqual(at(values, path), { enabled: true, minAvailable: 1 }, path);
    }
  });

  it("lets nobody push the cluster's Secrets out, and serves no old API", () => {
    const values = valuesOf("external-secrets");
    assert.equal(values.processClusterPushSecret, false);
    assert.equal(at(values, "crds.unsafeServeV1Beta1"), false);
  });

  it("has no webhook where no container runs to answer it", async () => {
    const given: Given = { config: { platform: { addons: { "external-secrets": "on" } } } };
    const webhook = async (podsRun: boolean): Promise<unknown> =>
      at(
        releasesOf(await deployPlatform(given, { podsRun })).get("external-secrets")?.values,
        "webhook.create",
      );
    assert.equal(await webhook(false), false);
    assert.equal(await webhook(true), undefined, "the chart's default");
  });
});
