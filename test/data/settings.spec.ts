import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkClaims, claimsOf, renderedClaims } from "../../src/data/claims.js";
import { accountNames } from "../../src/data/names.js";
import { instanceServices, renderedFaults } from "../../src/data/settings.js";
import { redisRights } from "../../src/data/redis/redis.js";
import type { ServicesPlan } from "../../src/data/table.js";
import type { InstanceServices } from "../../src/data/types.js";
import { programFolder } from "../../src/workspace/paths.js";
import { allExternal, allOnCluster, externalCredentials, fullCloud, planOf } from "./stack.js";

const onCluster = planOf(allOnCluster);
const external = planOf(allExternal, undefined, { credentials: externalCredentials });
const managed = planOf(
  {
    ...Object.fromEntries([...Object.keys(allOnCluster), "mail"].map((name) => [name, { mode: "managed" }])),
  },
  fullCloud,
);

function campus(plan: ServicesPlan, ...written: string[]): InstanceServices {
  return instanceServices(plan, "campus", new Set(written));
}

describe("instanceServices", () => {
  it("says nothing where all is bundled", () => {
    assert.deepEqual(campus(planOf({})), { uses: [], settings: {}, tokens: {}, adminSettings: [] });
  });

  it("tells an instance of the servers on the cluster", () => {
    const { settings, tokens } = campus(onCluster);
    assert.deepEqual(settings, {
      RUN_MYSQL: false,
      MYSQL_HOST: "mysql-haproxy.openedx-data.svc",
      MYSQL_PORT: 3306,
      MYSQL_ROOT_USERNAME: "root",
      OPENEDX_MYSQL_DATABASE: "campus_openedx",
      OPENEDX_MYSQL_USERNAME: "campus_openedx",
      OPENEDX_PULUMI_MYSQL_PREFIX: "campus_",
      OPENEDX_PULUMI_MYSQL_TLS: "require",
      RUN_MONGODB: false,
      MONGODB_HOST: "mongodb-rs0.openedx-data.svc",
      MONGODB_PORT: 27017,
      MONGODB_DATABASE: "campus_openedx",
      FORUM_MONGODB_DATABASE: "campus_cs_comments_service",
      MONGODB_USERNAME: "campus_openedx",
      MONGODB_AUTH_SOURCE: "admin",
      MONGODB_REPLICA_SET: "rs0",
      MONGODB_USE_SSL: true,
      OPENEDX_PULUMI_MONGODB_TLS: "require",
      OPENEDX_PULUMI_MONGODB_ADMIN_USERNAME: "userAdmin",
      OPENEDX_PULUMI_MONGODB_ADMIN_AUTH_SOURCE: "admin",
      RUN_REDIS: false,
      REDIS_HOST: "redis-cache.openedx-data.svc",
      REDIS_PORT: 6379,
      REDIS_USERNAME: "campus",
      OPENEDX_PULUMI_REDIS_CACHE_HOST: "redis-cache.openedx-data.svc",
      OPENEDX_PULUMI_REDIS_CACHE_PORT: 6379,
      OPENEDX_PULUMI_REDIS_CACHE_TLS: "off",
      OPENEDX_PULUMI_REDIS_CACHE_ADMIN_USERNAME: "default",
      OPENEDX_PULUMI_REDIS_BROKER_HOST: "redis-broker.openedx-data.svc",
      OPENEDX_PULUMI_REDIS_BROKER_PORT: 6379,
      OPENEDX_PULUMI_REDIS_BROKER_TLS: "off",
      OPENEDX_PULUMI_REDIS_BROKER_ADMIN_USERNAME: "default",
      OPENEDX_PULUMI_REDIS_USERS: "acl",
      OPENEDX_PULUMI_REDIS_RIGHTS: redisRights("campus:"),
      OPENEDX_PULUMI_REDIS_PREFIX: "campus:",
      RUN_MEILISEARCH: false,
      MEILISEARCH_URL: "http://campus-meilisearch.openedx-data.svc:7700",
      MEILISEARCH_INDEX_PREFIX: "campus_",
      MEILISEARCH_MASTER_KEY: "",
      OPENEDX_PULUMI_STORAGE_KIND: "s3",
      OPENEDX_PULUMI_STORAGE_AUTH: "keys",
      OPENEDX_PULUMI_STORAGE_BROWSER_HOST: "files.{{ LMS_HOST }}",
      OPENEDX_PULUMI_STORAGE_BUCKET: "openedx-campus",
      OPENEDX_PULUMI_STORAGE_REGION: "us-east-1",
      OPENEDX_PULUMI_STORAGE_ENDPOINT: "http://object-store-s3.openedx-data.svc:8333",
      OPENEDX_PULUMI_STORAGE_ADMIN_MASTER: "object-store-master.openedx-data.svc:9333",
      OPENEDX_PULUMI_STORAGE_ADMIN_FILER: "object-store-filer.openedx-data.svc:8888",
      OPENEDX_PULUMI_IMAGE_SEAWEEDFS: "docker.io/chrislusf/seaweedfs:4.44",
    });
    const own = Object.keys(tokens).filter((key) => tokens[key]?.spec.kind === "password");
    assert.deepEqual(own.sort(), [
      "MONGODB_PASSWORD",
      "OPENEDX_PULUMI_STORAGE_ACCESS_KEY",
      "OPENEDX_PULUMI_STORAGE_SECRET_KEY",
      "REDIS_PASSWORD",
    ]);
  });

  it("names as administrators' exactly what makes one", () => {
    assert.deepEqual(campus(onCluster).adminSettings, [
      "MYSQL_ROOT_PASSWORD",
      "OPENEDX_PULUMI_MONGODB_ADMIN_PASSWORD",
      "OPENEDX_PULUMI_REDIS_BROKER_ADMIN_PASSWORD",
      "OPENEDX_PULUMI_REDIS_CACHE_ADMIN_PASSWORD",
      "OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY",
      "OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY",
      "OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY",
    ]);
    assert.deepEqual(campus(external).adminSettings, [
      "MYSQL_ROOT_PASSWORD",
      "OPENEDX_PULUMI_MONGODB_ADMIN_PASSWORD",
      "OPENEDX_PULUMI_REDIS_BROKER_ADMIN_PASSWORD",
      "OPENEDX_PULUMI_REDIS_CACHE_ADMIN_PASSWORD",
      "OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY",
    ]);
    // One password for all is not an administrator's.
    assert.ok(!campus(managed).adminSettings.some((key) => key.includes("REDIS")));
  });

  it("has managed addresses come with the resources, with the scheme that Tutor tests for kept", () => {
    const { settings, tokens } = campus(managed);
    assert.deepEqual(tokens.MYSQL_HOST, { spec: { kind: "bound" }, secret: false });
    assert.deepEqual(tokens.MONGODB_HOST, {
      spec: { kind: "bound" },
      secret: false,
      template: "mongodb+srv://{}",
    });
    assert.deepEqual(tokens.OPENEDX_PULUMI_MYSQL_CA, { spec: { kind: "bound" }, secret: false });
    assert.equal(tokens.OPENEDX_PULUMI_MONGODB_CA, undefined);
    assert.equal(settings.MYSQL_HOST, undefined);
    assert.equal(settings.REDIS_PORT, 6380);
    assert.equal(settings.REDIS_USERNAME, "default");
    assert.deepEqual(tokens.REDIS_PASSWORD, { spec: { kind: "bound" }, secret: true });
    assert.equal(settings.DISCOVERY_ELASTICSEARCH_SCHEME, "https");
    assert.equal(tokens.OPENEDX_PULUMI_STORAGE_SECRET_KEY, undefined, "the pods' identity needs no key");
  });

  it("keeps apart what external servers have of their own", () => {
    const { settings } = campus(external);
    assert.equal(settings.MONGODB_HOST, "mongodb+srv://mongo.example.com");
    assert.equal(settings.REDIS_PORT, 6390);
    assert.equal(settings.OPENEDX_PULUMI_REDIS_BROKER_PORT, 6379);
    assert.equal(settings.MEILISEARCH_URL, "https://campus.search.example.com");
    assert.equal(settings.OPENEDX_PULUMI_STORAGE_BUCKET, "media-campus");
  });

  it("tells the relay, the sender and how TLS begins, the account coming with the resources", () => {
    const { settings, tokens } = campus(external);
    const about = (of: Record<string, unknown>) =>
      Object.fromEntries(Object.entries(of).filter(([key]) => /SMTP|MAIL/.test(key)));
    assert.deepEqual(about(settings), {
      RUN_SMTP: false,
      SMTP_HOST: "relay.example.com",
      SMTP_PORT: 465,
      SMTP_USE_TLS: false,
      SMTP_USE_SSL: true,
      OPENEDX_PULUMI_MAIL_RELAY: true,
      OPENEDX_PULUMI_MAIL_FROM: "campus@mail.example.com",
      NOTIFICATIONS_DEFAULT_FROM_EMAIL: "campus@mail.example.com",
    });
    const secret = { spec: { kind: "bound" }, secret: true };
    assert.deepEqual(about(tokens), { SMTP_USERNAME: secret, SMTP_PASSWORD: secret });
    const open = planOf({ mail: { mode: "external", external: { host: "relay.example.com", auth: false } } });
    assert.deepEqual([campus(open).settings.SMTP_USE_TLS, campus(open).tokens], [true, {}]);
  });

  it("refuses a sender that the cloud's mail would refuse, of those that use it", () => {
    const from = (sender: string) =>
      renderedFaults(managed, { OPENEDX_PULUMI_MAIL_FROM: sender }, campus(managed).uses);
    assert.deepEqual([...from("help@example.com"), ...from("help@campus.example.com")], []);
    const contact = { OPENEDX_PULUMI_MAIL_FROM: "", CONTACT_EMAIL: "help@example.net" };
    assert.match(renderedFaults(managed, contact, campus(managed).uses).join(), /from help@example\.net/);
    for (const sender of ["help@example.org", "help@badexample.com"]) {
      assert.match(
        from(sender).join(),
        /comes from help@\S+, and the cloud's mail takes senders of example\.com/,
      );
    }
    assert.deepEqual(renderedFaults(managed, {}, campus(managed, "SMTP_HOST").uses), []);
  });

  it("refuses Open edX's stock image where it lacks what Azure's Blob storage takes", () => {
    const onAzure = planOf(
      { objectStore: { mode: "managed" } },
      { ...fullCloud, managed: { objectStore: { kind: "azure", auth: "identity" } } },
    );
    const withImage = (image: string) =>
      renderedFaults(onAzure, { DOCKER_IMAGE_OPENEDX: image }, ["objectStore"]).join();
    assert.match(withImage("docker.io/overhangio/openedx:22.0.3-indigo"), /azure-identity.*docs\/images\.md/);
    assert.equal(withImage("registry.example.com/openedx/openedx:22.0.3"), "");
  });

  const owned: { written: string; gone: RegExp; plan?: ServicesPlan }[] = [
    { written: "MYSQL_HOST", gone: /MYSQL/ },
    { written: "RUN_MYSQL", gone: /MYSQL/ },
    { written: "MONGODB_HOST", gone: /MONGODB/ },
    { written: "RUN_REDIS", gone: /REDIS/ },
    { written: "MEILISEARCH_URL", gone: /MEILISEARCH/ },
    { written: "OPENEDX_AWS_ACCESS_KEY", gone: /STORAGE/ },
    { written: "SMTP_PORT", gone: /SMTP|MAIL/, plan: external },
  ];
  for (const { written, gone, plan = onCluster } of owned) {
    it(`leaves the service to an instance whose config.yml has ${written}, administrator's key included`, () => {
      const { settings, tokens, adminSettings } = campus(plan, written);
      const named = [...Object.keys(settings), ...Object.keys(tokens), ...adminSettings];
      assert.deepEqual(
        named.filter((key) => gone.test(key)),
        [],
      );
      assert.ok(named.length > 20, "the others stay");
      assert.ok(!claimsOf(settings).some(({ setting }) => gone.test(setting)));
    });
  }

  it("gives no setting of this project's plugin that the plugin does not have", () => {
    const plugin = readFileSync(join(programFolder, "src/tutor/plugin/openedx_pulumi.py"), "utf8");
    const known = [...plugin.matchAll(/^ {4}"([A-Z_]+)": /gm)].map(([, key]) => `OPENEDX_PULUMI_${key}`);
    for (const plan of [onCluster, external, managed]) {
      const { settings, tokens } = campus(plan);
      const given = [...Object.keys(settings), ...Object.keys(tokens)].filter((key) =>
        /^OPENEDX_PULUMI_/.test(key),
      );
      assert.ok(given.length > 20);
      assert.deepEqual(
        given.filter((key) => !known.includes(key)),
        [],
      );
    }
  });

  it("gives Tutor 18 and discovery an OpenSearch of the instance's own", () => {
    const { settings } = campus(planOf({ search: { legacy: { mode: "cluster" } } }));
    assert.equal(settings.ELASTICSEARCH_HOST, "campus-opensearch.openedx-data.svc");
    assert.equal(settings.DISCOVERY_RUN_ELASTICSEARCH, false);
    assert.equal(settings.DISCOVERY_ELASTICSEARCH_SCHEME, "http");
    assert.equal(settings.RUN_MEILISEARCH, undefined);
  });
});

describe("names of accounts", () => {
  const longName = "a-very-long-name-of-an-instance-40-chars";

  it("leave room for every user of Tutor's plugins within MySQL's 32 characters", () => {
    for (const name of ["a", "campus", longName, `${longName.slice(0, 39)}2`, "nineteen-characters"]) {
      const { prefix, bucket } = accountNames(name);
      assert.ok(`${prefix}credentials`.length <= 32, prefix);
      assert.match(prefix, /^[a-z0-9_]+_$/);
      assert.ok(bucket.length >= 3 && bucket.length <= 63);
    }
  });

  it("differ for names that begin alike", () => {
    const prefixes = [longName, `${longName.slice(0, 39)}2`].map((name) => accountNames(name).prefix);
    assert.notEqual(prefixes[0], prefixes[1]);
  });

  it("are such that no Redis prefix begins with another's", () => {
    const [one, two] = [accountNames("campus").redisPrefix, accountNames("campus-2").redisPrefix];
    assert.ok(!two.startsWith(one) && !one.startsWith(two));
  });
});

describe("claims", () => {
  const ofSettings = (settings: Record<string, string>) => claimsOf(settings);

  it("are of what is rendered, plugins' databases included, but for services of the instance's own", () => {
    const rendered = {
      OPENEDX_MYSQL_DATABASE: "campus_openedx",
      NOTES_MYSQL_USERNAME: "campus_notes",
      LMS_HOST: "x",
    };
    assert.deepEqual(
      renderedClaims(onCluster, rendered, new Set()).map(({ rule, name }) => `${rule.kind} ${name}`),
      ["database campus_openedx", "user campus_notes"],
    );
    assert.deepEqual(renderedClaims(onCluster, rendered, new Set(["MYSQL_HOST"])), []);
    assert.deepEqual(renderedClaims(planOf({}), rendered, new Set()), []);
  });

  const colliding: {
    what: string;
    one: Record<string, string>;
    other: Record<string, string>;
    says: RegExp;
  }[] = [
    {
      what: "one database",
      one: { OPENEDX_MYSQL_DATABASE: "openedx" },
      other: { NOTES_MYSQL_DATABASE: "OpenEdx" },
      says: /a has the database openedx \(OPENEDX_MYSQL_DATABASE\) and b OpenEdx \(NOTES_MYSQL_DATABASE\): they are the same/,
    },
    {
      what: "a database that another's rights cover, `_` being any letter",
      one: { OPENEDX_MYSQL_DATABASE: "a_b_openedx" },
      other: { OPENEDX_MYSQL_DATABASE: "axb_openedx" },
      says: /`_` stands for any character/,
    },
    {
      what: "one user",
      one: { X_MYSQL_USERNAME: "u" },
      other: { Y_MYSQL_USERNAME: "u" },
      says: /the user u/,
    },
    {
      what: "the forum's database in MongoDB",
      one: { FORUM_MONGODB_DATABASE: "cs_comments_service" },
      other: { FORUM_MONGODB_DATABASE: "cs_comments_service" },
      says: /cs_comments_service/,
    },
    {
      what: "a prefix that begins with another",
      one: { OPENEDX_PULUMI_REDIS_PREFIX: "a" },
      other: { OPENEDX_PULUMI_REDIS_PREFIX: "ab" },
      says: /one begins with the other/,
    },
    {
      what: "one bucket",
      one: { OPENEDX_PULUMI_STORAGE_BUCKET: "media" },
      other: { OPENEDX_PULUMI_STORAGE_BUCKET: "media" },
      says: /the bucket media/,
    },
  ];
  for (const { what, one, other, says } of colliding) {
    it(`refuse two instances with ${what}`, () => {
      assert.throws(() => checkClaims({ a: ofSettings(one), b: ofSettings(other) }), says);
    });
  }

  it("let instances be whose names differ, even if one begins with the other", () => {
    const plan = planOf(allOnCluster, undefined, { instances: { campus: {}, "campus-2": {} } });
    const claims = Object.fromEntries(
      ["campus", "campus-2"].map((name) => [
        name,
        claimsOf(instanceServices(plan, name, new Set()).settings),
      ]),
    );
    assert.ok((claims.campus?.length ?? 0) >= 7);
    checkClaims(claims);
  });
});
