import assert from "node:assert/strict";
import { describeIssues } from "../../src/stack/issues.js";
import { configSchema } from "../../src/stack/schema.js";
import { hasSharedServices } from "../../src/data/plan.js";
import { UserError } from "../../src/workspace/errors.js";
import { allExternal, allOnCluster, externalCredentials, fullCloud, planOf } from "./stack.js";

function faultsOf(...args: Parameters<typeof planOf>): string {
  try {
    planOf(...args);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.message;
  }
  return "";
}

/** The config's own error for what stands under `openedx:services`. */
function issuesOf(services: Record<string, unknown>): string {
  const raw = { cloud: "existing", instances: { campus: {} }, services };
  const parsed = configSchema.safeParse(raw);
  return parsed.success ? "" : describeIssues("f", "openedx:", raw, parsed.error.issues).message;
}

const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";

describe("planServices", () => {
  it("has everything bundled unless the config says otherwise", () => {
    const plan = planOf({});
    assert.deepEqual(plan, {
      namespace: "openedx-data",
      mysql: { mode: "bundled" },
      mongodb: { mode: "bundled" },
      redis: { mode: "bundled" },
      search: { mode: "bundled" },
      legacySearch: { mode: "bundled" },
      objectStore: { mode: "bundled" },
      mail: { mode: "bundled" },
    });
    assert.equal(hasSharedServices(plan), false);
  });

  it("knows the addresses on the cluster beforehand, in the namespace of the config", () => {
    const plan = planOf({ ...allOnCluster, namespace: "shared" });
    assert.ok(
      plan.mysql.mode === "cluster" && plan.mongodb.mode === "cluster" && plan.redis.mode === "cluster",
    );
    assert.equal(plan.mysql.address.host, "mysql-haproxy.shared.svc");
    assert.equal(plan.mongodb.address.host, "mongodb-rs0.shared.svc");
    assert.deepEqual(plan.redis.address, {
      broker: { host: "redis-broker.shared.svc", port: 6379 },
      cache: { host: "redis-cache.shared.svc", port: 6379 },
    });
    assert.ok(plan.search.mode === "cluster" && plan.objectStore.mode === "cluster");
    assert.equal(plan.search.shape.url, "http://{instance}-meilisearch.shared.svc:7700");
    assert.deepEqual(plan.objectStore.address.buckets, {
      campus: "openedx-campus",
      academy: "openedx-academy",
    });
    assert.equal(hasSharedServices(plan), true);
  });

  it("takes external servers from the config", () => {
    const plan = planOf(
      { ...allExternal, mysql: { mode: "external", external: { host: "db.example.com", ca: certificate } } },
      undefined,
      { credentials: externalCredentials },
    );
    assert.deepEqual(plan.mysql, {
      mode: "external",
      shape: { port: 3306, tls: "verify-identity", adminUser: "root" },
      address: { host: "db.example.com", ca: certificate },
    });
    assert.ok(plan.mongodb.mode === "external" && plan.redis.mode === "external");
    assert.equal(plan.mongodb.shape.address, "srv");
    assert.equal(plan.redis.address.cache.port, 6390);
  });

  it("takes the cloud's shapes for what is managed, with Meilisearch on the cluster", () => {
    const modes = Object.fromEntries(Object.keys(allOnCluster).map((name) => [name, { mode: "managed" }]));
    const plan = planOf(modes, fullCloud);
    assert.deepEqual(plan.mysql, { mode: "managed", shape: fullCloud.managed.mysql });
    assert.deepEqual(plan.search, {
      mode: "managed",
      shape: { url: "http://{instance}-meilisearch.openedx-data.svc:7700" },
    });
    assert.deepEqual(plan.legacySearch, { mode: "managed", shape: fullCloud.managed.search });
  });

  it("allows one server, for what may stand still", () => {
    assert.equal(
      faultsOf({ mysql: { mode: "cluster", replicas: 1 }, mongodb: { mode: "cluster", replicas: 5 } }),
      "",
    );
  });

  const faulty: { what: string; args: Parameters<typeof planOf>; says: RegExp[] }[] = [
    {
      what: "a managed service that the cloud lacks, with what there is",
      args: [{ mysql: { mode: "managed" } }],
      says: [
        /openedx:services\.mysql\.mode: is managed, and "existing" \(openedx:cloud\) offers no such service; it can be cluster/,
      ],
    },
    {
      what: "managed search where the cloud has none",
      args: [{ search: { mode: "managed" } }],
      says: [/openedx:services\.search\.mode: is managed/],
    },
    {
      what: "an external server without host and password, with the command that gives it",
      args: [{ mysql: { mode: "external" } }],
      says: [
        /openedx:services\.mysql\.external\.host: is missing/,
        /openedx:credentials\.mysql\.adminPassword: is missing.*`pulumi config set --secret --path openedx:credentials\.mysql\.adminPassword`/,
      ],
    },
    {
      what: "an even number of servers, with the next ones",
      args: [{ mongodb: { mode: "cluster", replicas: 4 } }],
      says: [/openedx:services\.mongodb\.replicas: 4 servers decide by majority.*use 3 or 5/],
    },
    {
      what: "more servers than vote",
      args: [{ mongodb: { mode: "cluster", replicas: 9 } }],
      says: [/openedx:services\.mongodb\.replicas: 9 servers are more than the 7 that vote/],
    },
    {
      what: "storage and memory that no server can live with",
      args: [{ mysql: { mode: "cluster", storage: "1Gi", memory: "512Mi" } }],
      says: [
        /openedx:services\.mysql\.storage: 1Gi is too small; such a server needs 5Gi at least/,
        /openedx:services\.mysql\.memory: 512Mi is too small/,
      ],
    },
    {
      what: "a credential that nothing reads, with what was meant",
      args: [
        {},
        undefined,
        { credentials: { mysql: { adminPasswort: "x" }, mogodb: { adminPassword: "x" } } },
      ],
      says: [
        /openedx:credentials\.mysql\.adminPasswort: nothing reads it; did you mean "adminPassword"\?/,
        /openedx:credentials\.mogodb: nothing reads it; did you mean "mongodb"\?/,
      ],
    },
    {
      what: "credentials of an instance that there is not",
      args: [{}, undefined, { credentials: { "objectStore-campsu": { accessKey: "x", secretKey: "y" } } }],
      says: [/openedx:credentials\.objectStore-campsu: there is no instance "campsu".*campus, academy/],
    },
    {
      what: "a password that would break files, without showing it",
      args: [{}, undefined, { credentials: { mysql: { adminPassword: "p@ss word" } } }],
      says: [/^(?!.*p@ss)[\s\S]*openedx:credentials\.mysql\.adminPassword: holds a character other than/],
    },
    {
      what: "one server for broker and cache",
      args: [
        {
          redis: {
            mode: "external",
            external: { users: "none", broker: { host: "r.example.com" }, cache: { host: "r.example.com" } },
          },
        },
      ],
      says: [/openedx:services\.redis\.external\.cache: is the broker's server, too/],
    },
    {
      what: "one Meilisearch for two instances",
      args: [
        { search: { mode: "external", external: { url: "https://search.example.com" } } },
        undefined,
        { credentials: { search: { masterKey: "key" } } },
      ],
      says: [/openedx:services\.search\.external\.url: is one server for campus, academy/],
    },
    {
      what: "an instance without bucket or keys, and a bucket of nobody",
      args: [
        { objectStore: { mode: "external", external: { buckets: { campus: "media-campus", museum: "m" } } } },
      ],
      says: [
        /buckets\.academy: is missing/,
        /buckets\.museum: there is no such instance/,
        /buckets\.museum: "m" is not a name of a bucket/,
        /openedx:credentials\.objectStore\.accessKey: is missing, and campus has none of its own/,
      ],
    },
    {
      what: "a list of MongoDB's members without the set's name, and one behind a DNS name",
      args: [{ mongodb: { mode: "external", external: { host: "a:27017,b:27017", srv: true } } }],
      says: [/openedx:services\.mongodb\.external\.host: a:27017,b:27017 is a list, and srv is true/],
    },
    {
      what: "an authority that is not a certificate",
      args: [
        { mysql: { mode: "external", external: { host: "db", ca: "certs/none.pem" } } },
        undefined,
        { credentials: { mysql: { adminPassword: "x" } } },
      ],
      says: [
        /openedx:services\.mysql\.external\.ca: is neither PEM text nor a file: there is no certs\/none\.pem/,
      ],
    },
    {
      what: "half of a key for backups",
      args: [{}, undefined, { credentials: { backup: { accessKey: "x" } } }],
      says: [/openedx:credentials\.backup\.secretKey: is missing, and its other half is there/],
    },
    {
      what: "an instance in the services' namespace",
      args: [{ namespace: "campus" }],
      says: [/openedx:services\.namespace: campus is the namespace of the instance campus, too/],
    },
  ];
  for (const { what, args, says } of faulty) {
    it(`refuses ${what}`, () => {
      const message = faultsOf(...args);
      for (const expected of says) {
        assert.match(message, expected);
      }
    });
  }

  it("tells all faults at once", () => {
    const message = faultsOf({ mysql: { mode: "managed" }, mongodb: { mode: "external" } });
    assert.equal(message.split("\n").length, 4, message);
  });
});

describe("the config of the services", () => {
  const bad: { what: string; services: Record<string, unknown>; says: RegExp }[] = [
    {
      what: "a misspelt service",
      services: { mysqll: {} },
      says: /services\.mysqll: unknown key; did you mean "mysql"\?/,
    },
    {
      what: "a misspelt mode",
      services: { mysql: { mode: "clustre" } },
      says: /services\.mysql\.mode: .*got "clustre"/,
    },
    {
      what: "storage without a unit that there is",
      services: { mysql: { storage: "20GB" } },
      says: /not a Kubernetes quantity.*20GB/,
    },
    {
      what: "a host with a scheme",
      services: { mysql: { external: { host: "mysql://db" } } },
      says: /is not a host/,
    },
    {
      what: "an unknown chart",
      services: { charts: { mysql: {} } },
      says: /services\.charts\.mysql: unknown key/,
    },
    {
      what: "mail from a server on the cluster",
      services: { mail: { mode: "cluster" } },
      says: /services\.mail\.mode: .*got "cluster"/,
    },
    {
      what: "a sender that is no address",
      services: { mail: { from: "Campus <help@example.com>" } },
      says: /services\.mail\.from: is not an e-mail address/,
    },
    {
      what: "a schedule of four fields",
      services: { backup: { schedule: "0 2 * *" } },
      says: /is not a cron schedule/,
    },
  ];
  for (const { what, services, says } of bad) {
    it(`refuses ${what}`, () => assert.match(issuesOf(services), says));
  }

  it("never shows a credential in an error", () => {
    const raw = { cloud: "existing", instances: {}, credentials: { mysql: { adminPassword: 4711 } } };
    const parsed = configSchema.safeParse(raw);
    assert.ok(!parsed.success);
    const { message } = describeIssues("f", "openedx:", raw, parsed.error.issues);
    assert.match(message, /credentials\.mysql\.adminPassword/);
    assert.doesNotMatch(message, /4711/);
  });
});
