import assert from "node:assert/strict";
import { type CloudRun, inputsOf, type Plain } from "../../contract/clouds.js";
import { gcpRun, resource, resourcesOf } from "./stack.js";

describe("the protection of what Google Cloud keeps", () => {
  let run: CloudRun;
  let disposable: CloudRun;

  before(async () => {
    run = await gcpRun({}, {}, true);
    disposable = await gcpRun({}, { disposable: true }, true);
  });

  const flagged = (flag: "protect" | "retainOnDelete", from: CloudRun): string[] =>
    from.registrations.filter((each) => each[flag]).map(({ name }) => name.replace("openedx-", ""));

  it("covers the cluster and all that holds data, or an address that others know", () => {
    const kept = flagged("protect", run);
    const wanted = [
      ...["cluster", "network", "ingress", "egress-1", "zone", "registry", "keys", "data-key"],
      ...["backup", "broker", "mysql", "site-academy", "site-campus"],
    ];
    assert.deepEqual(
      wanted.filter((name) => !kept.includes(name)),
      [],
    );
    assert.ok(!kept.includes("cache"), "a cache can be made anew");
  });

  it("retains zone, keys, images and the right to disks when they leave the config", () => {
    assert.deepEqual(flagged("retainOnDelete", run).sort(), [
      "backup-key",
      "backup-keys",
      "data-key",
      "disks-encrypter",
      "disks-key",
      "keys",
      "registry",
      "secrets-key",
      "zone",
    ]);
  });

  it("sets Google's own guards too, and lifts each of them in a disposable stack", () => {
    const guards = (from: CloudRun): Record<string, unknown> => {
      const { deletionProtection, settings } = resource(
        from,
        "sql/databaseInstance:DatabaseInstance",
        "mysql",
      );
      const { broker, cache } = resourcesOf(from, "redis/instance:Instance");
      const bucket = resource(from, "storage/bucket:Bucket", "site-campus");
      return {
        cluster: resource(from, "container/cluster:Cluster", "cluster").deletionProtection,
        mysql: [deletionProtection, (settings as Plain).deletionProtectionEnabled],
        lastBackup: (settings as Plain).finalBackupConfig,
        redis: [broker?.deletionProtection, cache?.deletionProtection],
        bucket: [bucket.deletionPolicy, bucket.forceDestroy],
        key: resource(from, "kms/cryptoKey:CryptoKey", "data-key").deletionPolicy,
        zone: resource(from, "dns/managedZone:ManagedZone", "zone").deletionPolicy,
        images: resource(from, "artifactregistry/repository:Repository", "registry").deletionPolicy,
      };
    };
    assert.deepEqual(guards(run), {
      cluster: true,
      mysql: [true, true],
      lastBackup: { enabled: true, retentionDays: 30 },
      redis: [true, false],
      bucket: ["PREVENT", false],
      key: "PREVENT",
      zone: "PREVENT",
      images: "PREVENT",
    });
    assert.deepEqual(guards(disposable), {
      cluster: false,
      mysql: [false, false],
      lastBackup: { enabled: false },
      redis: [false, false],
      bucket: ["DELETE", true],
      key: "DELETE",
      zone: "DELETE",
      images: "DELETE",
    });
    assert.deepEqual(flagged("protect", disposable), []);
    // Of volumes, which stay.
    assert.deepEqual(flagged("retainOnDelete", disposable), ["disks-key", "disks-encrypter"]);
  });

  it("changes nothing with `disposable` but guards", () => {
    const guards = /^(deletion(Protection|Policy)|forceDestroy|softDeletePolicy)$/;
    const ofSettings = /^(deletionProtectionEnabled|finalBackupConfig|retainBackupsOnDelete)$/;
    const without = (value: unknown, left: RegExp): Plain =>
      Object.fromEntries(Object.entries(value as Plain).filter(([key]) => !left.test(key)));
    const inputs = (from: CloudRun): Record<string, Plain> =>
      Object.fromEntries(
        from.registrations.map((each) => {
          const { settings, ...rest } = without(inputsOf(each), guards);
          return [
            each.urn,
            { ...rest, ...(settings !== undefined && { settings: without(settings, ofSettings) }) },
          ];
        }),
      );
    assert.deepEqual(inputs(disposable), inputs(run));
  });
});
