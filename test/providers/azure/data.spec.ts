import assert from "node:assert/strict";
import { azureCloud } from "../../../providers/azure/index.js";
import { runTest } from "../../support/program.js";
import { type CloudRun, type Plain, plain } from "../../contract/clouds.js";
import { azureConfig, azureRun, resource, resourcesOf } from "./stack.js";

describe("the data on Azure", () => {
  let run: CloudRun;

  before(async () => {
    run = await azureRun({}, {}, true);
  });

  describe("the data services", () => {
    it("set MySQL's parameters one after the other", () => {
      const parameters = run.registrations.filter(({ type }) => type.endsWith(":Configuration"));
      assert.deepEqual(
        Object.fromEntries(parameters.map(({ inputs }) => [inputs.configurationName, inputs.value])),
        {
          require_secure_transport: "ON",
          sql_generate_invisible_primary_key: "OFF",
          character_set_server: "utf8mb4",
          collation_server: "utf8mb4_unicode_ci",
          time_zone: "+00:00",
          slow_query_log: "ON",
          log_bin_trust_function_creators: "ON",
          max_allowed_packet: "67108864",
        },
      );
      for (const [index, each] of parameters.entries()) {
        const previous = parameters[index - 1]?.urn;
        assert.ok(previous === undefined || each.dependencies.includes(previous), each.name);
      }
    });

    it("take MySQL 8.4, and give the name of the server once its parameters are set", () => {
      const server = resource(run, "dbformysql:Server", "mysql");
      assert.equal(server.version, "8.4");
      assert.match(String(server.serverName), /^openedx-mysql-/);
      assert.equal(plain((run.answers.mysql as { host: string }).host), "openedx-mysql.mysql.example");
    });

    it("have a Redis that forgets nothing and one that forgets", () => {
      const { broker, cache } = resourcesOf(run, "redisenterprise:Database");
      for (const database of [broker, cache]) {
        assert.deepEqual([database?.port, database?.clusteringPolicy], [10000, "NoCluster"]);
      }
      assert.deepEqual([broker?.evictionPolicy, cache?.evictionPolicy], ["NoEviction", "AllKeysLRU"]);
      assert.deepEqual(broker?.persistence, { aofEnabled: true, aofFrequency: "1s" });
      assert.equal(cache?.persistence, undefined);
    });

    it("are made only when they are asked for", async () => {
      const { azure, ...request } = azureConfig();
      assert.ok(azure);
      const result = await runTest({
        stack: "production",
        program: () => Promise.resolve({ ready: azureCloud("openedx", request, azure, {}).ready.length }),
      });
      const types = new Set(result.registrations.map(({ type }) => type));
      assert.ok(types.has("azure-native:containerservice:ManagedCluster"));
      assert.ok(!types.has("azure-native:dbformysql:Server"));
      assert.ok(!types.has("azure-native:redisenterprise:RedisEnterprise"));
    });
  });

  describe("the sites' files", () => {
    it("have an account for each site, with a name that storage accounts can have", () => {
      const accounts = Object.values(resourcesOf(run, "storage:StorageAccount"));
      const names = accounts.map(({ accountName }) => String(accountName));
      assert.equal(new Set(names).size, 3);
      for (const name of names) {
        assert.match(name, /^(campus|academy|backup)openedx[a-z0-9]{1,8}$/);
      }
    });

    it("are read by browsers from the site's own hosts", () => {
      const { cors } = resource(run, "storage:BlobServiceProperties", "site-campus");
      const [rule] = (cors as { corsRules: Plain[] }).corsRules;
      assert.deepEqual(rule?.allowedOrigins, ["https://campus.example.com"]);
    });

    it("are open to all in a container of their own, if the config says so", async () => {
      const access = (from: CloudRun): Record<string, unknown> =>
        Object.fromEntries(
          Object.entries(resourcesOf(from, "storage:BlobContainer")).map(([name, { publicAccess }]) => [
            name,
            publicAccess,
          ]),
        );
      assert.deepEqual(access(run), {
        backup: "None",
        "site-academy-media": "None",
        "site-academy-public": "Blob",
        "site-campus-media": "None",
        "site-campus-public": "Blob",
      });
      const closed = await azureRun();
      assert.ok(!Object.values(access(closed)).includes("Blob"));
      assert.equal(resource(closed, "storage:StorageAccount", "site-campus").allowBlobPublicAccess, false);
    });

    it("and backups are reached from different sides: browsers, and the nodes alone", () => {
      const rules = (name: string): Plain =>
        resource(run, "storage:StorageAccount", name).networkRuleSet as Plain;
      assert.equal(rules("site-campus").defaultAction, "Allow");
      assert.equal(rules("backup").defaultAction, "Deny");
      assert.deepEqual(rules("backup").virtualNetworkRules, [
        { virtualNetworkResourceId: "openedx-nodes", action: "Allow" },
      ]);
    });
  });
});
