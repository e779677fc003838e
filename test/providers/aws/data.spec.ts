import assert from "node:assert/strict";
import { type CloudRun, instances, plain, type Plain } from "../../contract/clouds.js";
import { inputs, run, usual } from "./stack.js";

describe("data services on AWS", () => {
  it("protects what holds tasks and data, and lets caches go", async () => {
    const { registrations } = await usual();
    const kept = registrations
      .filter(({ type }) => /:(ReplicationGroup|Instance|FileSystem)$/.test(type))
      .map(({ name, protect }) => [name, protect]);
    assert.deepEqual(Object.fromEntries(kept), {
      "contract-broker": true,
      "contract-cache": false,
      "contract-files": true,
      "contract-mysql": true,
    });
  });

  it("asks MySQL for what Open edX needs", async () => {
    const group = inputs(await usual(), "ParameterGroup")["contract-mysql"];
    const values = Object.fromEntries(
      (group?.parameters as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
    );
    assert.equal(values.character_set_server, "utf8mb4");
    assert.equal(values.require_secure_transport, "1");
    assert.equal(values.log_output, "FILE", "CloudWatch gets the slow queries");
    assert.equal(group?.family, "mysql8.4");
  });

  it("drops nothing of a full broker, and the oldest of a full cache", async () => {
    const groups = inputs(await usual(), "ParameterGroup");
    const policy = (role: string): unknown => (groups[`contract-${role}`]?.parameters as Plain[])[0]?.value;
    assert.equal(policy("broker"), "noeviction");
    assert.equal(policy("cache"), "allkeys-lru");
  });

  it("keep sites apart on Redis by users of their own, on both servers", async () => {
    const all = await usual();
    const groups = inputs(all, "ReplicationGroup");
    for (const role of ["broker", "cache"]) {
      assert.deepEqual(groups[`contract-${role}`]?.userGroupIds, ["contract-redis"]);
      assert.equal(groups[`contract-${role}`]?.authToken, undefined);
    }
    const users = inputs(all, "User");
    assert.match(String(users["contract-redis-default"]?.accessString), /^off /);
    const campus = users["contract-site-campus-redis"];
    assert.deepEqual(
      [campus?.userId, campus?.userName, campus?.accessString],
      ["contract-site-campus", "campus", "on ~campus:* +@all -@admin"],
    );
    const members = Object.values(inputs(all, "UserGroupAssociation"));
    assert.deepEqual(members.map(({ userId }) => userId).sort(), [
      "contract-site-academy",
      "contract-site-campus",
    ]);
  });

  it("have one user of Redis on a platform, whose sites are in stacks without a cloud", async () => {
    const all = await run({}, { scope: "platform", instances: {} });
    assert.deepEqual(inputs(all, "UserGroup"), {});
    assert.ok(inputs(all, "ReplicationGroup")["contract-broker"]?.authToken);
    assert.equal(all.abilities.managed.redis?.users, "password");
  });

  it("are patched and saved in the config's windows, and restarted in none other unless it says so", async () => {
    const maintenance = { window: "sat:04:00-sat:05:00", backupWindow: "02:00-03:00" };
    const all = await run({ maintenance });
    const server = inputs(all, "Instance")["contract-mysql"];
    const { broker, cache } = {
      broker: inputs(all, "ReplicationGroup")["contract-broker"],
      cache: inputs(all, "ReplicationGroup")["contract-cache"],
    };
    for (const each of [server, broker, cache]) {
      assert.equal(each?.maintenanceWindow, maintenance.window);
      assert.equal(each.applyImmediately, false);
    }
    assert.equal(server?.backupWindow, maintenance.backupWindow);
    assert.deepEqual([broker?.snapshotWindow, cache?.snapshotWindow], [maintenance.backupWindow, undefined]);
    const now = inputs(await run({ maintenance: { applyImmediately: true } }), "Instance");
    assert.equal(now["contract-mysql"]?.applyImmediately, true);
  });
});

describe("MongoDB Atlas", () => {
  let all: CloudRun;

  before(async () => {
    all = await run(
      {},
      {
        atlas: { organization: "0123456789abcdef01234567" },
        credentials: { atlas: { publicKey: "p", privateKey: "q" } },
      },
    );
  });

  it("makes for each site a user with rights on the site's databases alone, and no administrator", () => {
    const users = Object.values(inputs(all, "DatabaseUser")) as { username: string; roles: Plain[] }[];
    assert.deepEqual(
      users.map(({ username, roles }) => [username, roles]),
      instances.map((site) => [
        `${site}_openedx`,
        [{ roleName: "readWrite", databaseName: `${site}_openedx` }],
      ]),
    );
  });

  it("lets in the network's own addresses alone, and is protected", () => {
    assert.deepEqual(
      Object.values(inputs(all, "ProjectIpAccessList")).map(({ ipAddress }) => ipAddress),
      ["198.51.100.1", "198.51.100.1", "198.51.100.1"],
    );
    const cluster = all.registrations.find(({ type }) => type.endsWith(":AdvancedCluster"));
    assert.equal(cluster?.protect, true);
    assert.equal((plain(all.answers.mongodb) as Plain).host, "contract-mongodb.mongodb.example");
    assert.match(
      JSON.stringify(inputs(all, "AdvancedCluster")),
      /"regionName":"EU_WEST_1".*"instanceSize":"M30"|"instanceSize":"M30".*"regionName":"EU_WEST_1"/,
    );
  });
});
