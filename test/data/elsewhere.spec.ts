import assert from "node:assert/strict";
import * as random from "@pulumi/random";
import type { CloudAbilities } from "../../src/cloud/types.js";
import { planServices } from "../../src/data/plan.js";
import { redisRights } from "../../src/data/redis/redis.js";
import { plain } from "../instance/stack.js";
import { deploy, readyOf, valuesOf } from "./deploy.js";
import { allExternal, allOnCluster, externalCredentials, fullCloud, stackWith } from "./stack.js";

describe("DataServices elsewhere", () => {
  it("takes external servers' passwords from the config, an instance's own first, and makes nothing but a place", async () => {
    const result = await deploy(stackWith(allExternal, { credentials: externalCredentials }));
    const made = result.registrations.filter(({ type }) => /:(Release|Job|Secret)$/.test(type));
    assert.deepEqual(made, []);
    const [campus, academy] = [valuesOf(result, "campus"), valuesOf(result, "academy")];
    assert.equal(campus.MYSQL_ROOT_PASSWORD, "mysql-admin-secret");
    assert.equal(campus.OPENEDX_PULUMI_REDIS_BROKER_ADMIN_PASSWORD, "broker-admin-secret");
    assert.equal(campus.OPENEDX_PULUMI_REDIS_CACHE_ADMIN_PASSWORD, "cache-admin-secret");
    assert.equal(campus.OPENEDX_PULUMI_STORAGE_SECRET_KEY, "store-secret");
    assert.equal(academy.OPENEDX_PULUMI_STORAGE_SECRET_KEY, "academy-secret");
    assert.equal(academy.OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY, "search-master-of-academy");
    assert.deepEqual([campus.SMTP_USERNAME, campus.SMTP_PASSWORD], ["sites", "relay$#&%secret"]);
    assert.equal(academy.SMTP_PASSWORD, "relay-secret-of-academy");
    assert.equal(campus.MYSQL_HOST, undefined, "it is known before");
  });

  it("asks the cloud once for each service, and once an instance for its bucket", async () => {
    const asked: string[] = [];
    const server = (name: string) => {
      asked.push(name);
      return { host: `${name}.cloud`, adminPassword: `${name}-password`, ca: `${name}-ca` };
    };
    const modes = Object.fromEntries(Object.keys(allOnCluster).map((name) => [name, { mode: "managed" }]));
    const mail = { mode: "managed", from: "{instance}@example.com" };
    const result = await deploy(stackWith({ ...modes, mail }), {
      abilities: fullCloud,
      cloud: {
        managed: {
          mysql: () => server("mysql"),
          mongodb: () => server("mongodb"),
          redis: () => ({ broker: server("broker"), cache: server("cache") }),
          search: () => server("search"),
          mail: ({ instance, from }) => {
            asked.push(`mail of ${from}`);
            return { username: `key-of-${instance}`, password: `smtp-of-${instance}` };
          },
          objectStore: ({ instance, account, corsOrigins }) => {
            asked.push(`bucket of ${account.namespace} for ${corsOrigins.join()}`);
            return {
              bucket: `b-${instance}`,
              region: "r",
              identity: { serviceAccountAnnotations: { role: instance }, podLabels: {} },
            };
          },
        },
      },
    });
    assert.deepEqual(
      asked.sort(),
      [
        "bucket of academy-ns for https://academy.example.com",
        "bucket of campus-ns for https://campus.example.com",
        "broker",
        "cache",
        "mail of academy@example.com",
        "mail of campus@example.com",
        "mongodb",
        "mysql",
        "search",
      ].sort(),
    );
    const values = valuesOf(result, "campus");
    assert.equal(values.MYSQL_HOST, "mysql.cloud");
    assert.equal(values.OPENEDX_PULUMI_MYSQL_CA, "mysql-ca");
    assert.equal(
      values.OPENEDX_PULUMI_MONGODB_CA,
      undefined,
      "its shape says that clients know the authority",
    );
    assert.equal(values.REDIS_PASSWORD, "cache-password");
    assert.equal(values.OPENEDX_PULUMI_REDIS_BROKER_PASSWORD, "broker-password");
    assert.equal(values.DISCOVERY_ELASTICSEARCH_HOST, "search.cloud");
    assert.deepEqual([values.SMTP_USERNAME, values.SMTP_PASSWORD], ["key-of-campus", "smtp-of-campus"]);
    assert.equal(values.OPENEDX_PULUMI_STORAGE_BUCKET, "b-campus");
    assert.deepEqual(
      (plain(result.outputs.campus) as { serviceAccountAnnotations: unknown }).serviceAccountAnnotations,
      {
        role: "campus",
      },
    );
  });

  it("has the cloud make each site's users, where it says so, and knows no administrator then", async () => {
    const requests: object[] = [];
    const account = (service: string) => (request: { instance: string }) => {
      requests.push(request);
      const user = new random.RandomId(`${request.instance}-${service}`, { byteLength: 1 });
      return { password: `${service} of ${request.instance}`, ready: [user] };
    };
    const { mongodb, redis } = fullCloud.managed;
    assert.ok(mongodb && redis);
    const abilities: CloudAbilities = {
      ...fullCloud,
      managed: {
        mongodb: { ...mongodb, adminUser: undefined, users: "managed" },
        redis: { ...redis, users: "managed" },
      },
    };
    const config = stackWith({ mongodb: { mode: "managed" }, redis: { mode: "managed" } });
    const result = await deploy(config, {
      abilities,
      cloud: {
        managed: {
          mongodb: () => ({ host: "mongodb.cloud" }),
          redis: () => ({ broker: { host: "broker.cloud" }, cache: { host: "cache.cloud" } }),
        },
        accounts: { mongodb: account("mongodb"), redis: account("redis") },
      },
    });
    assert.deepEqual(requests.slice(0, 2), [
      {
        instance: "campus",
        user: "campus_openedx",
        databases: ["campus_openedx", "campus_cs_comments_service"],
      },
      { instance: "campus", user: "campus", rights: redisRights("campus:") },
    ]);
    assert.deepEqual(valuesOf(result, "campus"), {
      MONGODB_HOST: "mongodb.cloud",
      MONGODB_PASSWORD: "mongodb of campus",
      REDIS_HOST: "cache.cloud",
      OPENEDX_PULUMI_REDIS_CACHE_HOST: "cache.cloud",
      OPENEDX_PULUMI_REDIS_BROKER_HOST: "broker.cloud",
      REDIS_PASSWORD: "redis of campus",
    });
    assert.ok(["campus-mongodb", "campus-redis"].every((user) => readyOf(result, "campus").includes(user)));
    const platform = { ...config, scope: "platform" as const, instances: {} };
    assert.throws(() => planServices(platform, abilities), /services\.redis\.mode: is managed.*scope: all/);
  });
});
