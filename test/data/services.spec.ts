import assert from "node:assert/strict";
import { existingAbilities } from "../../providers/existing/abilities.js";
import { chartPath } from "../../src/charts/bring.js";
import { chartsOfServices, planServices } from "../../src/data/plan.js";
import { instanceServices } from "../../src/data/settings.js";
import { meilisearchKey } from "../../src/data/search/search.js";
import { type ProgramResult, Secret } from "../../src/engine/types.js";
import { charts } from "../../src/platform/charts.js";
import { plain, registered, seedOf } from "../instance/stack.js";
import { dependencies, deploy, metadataOf, readyOf, valuesOf } from "./deploy.js";
import { allOnCluster, fullCloud, stackWith } from "./stack.js";

describe("DataServices on the cluster", () => {
  let result: ProgramResult;

  before(async () => {
    result = await deploy(stackWith(allOnCluster));
  });

  it("makes operators before what they work on, and waits until that serves", () => {
    const order: [type: string, name: string, after: string][] = [
      ["Namespace", "openedx-data-namespace", "the-platform"],
      ["Release", "openedx-data-mysql-operator", "openedx-data-network"],
      ["Release", "openedx-data-mysql", "openedx-data-mysql-operator"],
      ["Release", "openedx-data-mysql", "openedx-data-mysql-users"],
      ["Job", "openedx-data-mysql-ready", "openedx-data-mysql"],
      ["Release", "openedx-data-mongodb", "openedx-data-mongodb-operator"],
      ["Job", "openedx-data-mongodb-ready", "openedx-data-mongodb"],
      ["Release", "openedx-data-redis-broker", "openedx-data-redis-broker-users"],
      ["Release", "openedx-data-campus-meilisearch", "openedx-data-campus-meilisearch-master-key"],
      ["Release", "openedx-data-object-store", "openedx-data-object-store-identities"],
    ];
    for (const [type, name, after] of order) {
      assert.ok(dependencies(result, type, name).includes(after), `${name} after ${after}`);
    }
  });

  it("has an instance wait for every server that it uses, and for no other's Meilisearch", () => {
    const ready = readyOf(result, "campus");
    const expected = [
      "openedx-data-mysql-ready",
      "openedx-data-mongodb-ready",
      "openedx-data-redis-broker",
      "openedx-data-redis-cache",
    ];
    for (const name of [...expected, "openedx-data-campus-meilisearch", "openedx-data-object-store"]) {
      assert.ok(ready.includes(name), name);
    }
    assert.ok(!ready.includes("openedx-data-academy-meilisearch"));
  });

  it("protects what holds data and the passwords to it, unless the stack is disposable", async () => {
    const holders = [
      "openedx-data-mysql",
      "openedx-data-mongodb",
      "openedx-data-redis-broker",
      "openedx-data-object-store",
    ];
    const passwords = [
      "openedx-data-mysql-admin",
      "openedx-data-mongodb-admin",
      "openedx-data-redis-broker-admin",
      "openedx-data-object-store-access-key",
      "openedx-data-object-store-secret-key",
    ];
    const isProtected = (of: ProgramResult) =>
      of.registrations.filter(({ protect }) => protect).map(({ name }) => name);
    assert.deepEqual(isProtected(result).sort(), [...holders, ...passwords, "openedx-data-namespace"].sort());
    assert.deepEqual(isProtected(await deploy(stackWith(allOnCluster, { disposable: true }))), []);
  });

  it("gives administrators' secrets to the instances' bound settings only, and puts them in no other namespace", () => {
    const admins = [
      "openedx-data-mysql-admin",
      "openedx-data-mongodb-admin",
      "openedx-data-redis-broker-admin",
      "openedx-data-redis-cache-admin",
    ];
    for (const registration of result.registrations) {
      const holds = admins.some((name) => JSON.stringify(plain(registration.inputs)).includes(seedOf(name)));
      assert.ok(!holds || /:Secret$/.test(registration.type), `${registration.name} shows one`);
      const { namespace } = metadataOf(registration);
      assert.ok(
        namespace === undefined || namespace === "openedx-data",
        `${registration.name} is in ${namespace}`,
      );
    }
    const values = valuesOf(result, "campus");
    assert.equal(values.MYSQL_ROOT_PASSWORD, seedOf("openedx-data-mysql-admin"));
    assert.equal(values.OPENEDX_PULUMI_MONGODB_ADMIN_PASSWORD, seedOf("openedx-data-mongodb-admin"));
    assert.equal(
      values.OPENEDX_PULUMI_REDIS_BROKER_ADMIN_PASSWORD,
      seedOf("openedx-data-redis-broker-admin"),
    );
    assert.equal(
      values.OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY,
      seedOf("openedx-data-object-store-secret-key"),
    );
  });

  it("gives exactly what the instance was promised", () => {
    const { tokens } = instanceServices(
      planServices(stackWith(allOnCluster), existingAbilities),
      "campus",
      new Set(),
    );
    const promised = Object.keys(tokens).filter((key) => tokens[key]?.spec.kind === "bound");
    assert.deepEqual(Object.keys(valuesOf(result, "campus")).sort(), promised.sort());
  });

  it("marks the content of every Secret as secret", () => {
    const secrets = result.registrations.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    assert.ok(secrets.length >= 7);
    for (const { name, inputs } of secrets) {
      assert.ok(inputs.stringData instanceof Secret, name);
    }
  });

  it("puts each Secret under the name by which its chart reads it", () => {
    const names = result.registrations
      .filter(({ type }) => type === "kubernetes:core/v1:Secret")
      .map((each) => metadataOf(each).name);
    for (const name of [
      "mysql-users",
      "mongodb-users",
      "redis-cache-users",
      "academy-meilisearch-master-key",
    ]) {
      assert.ok(names.includes(name), name);
    }
  });

  it("derives each instance's search key from its own server's master key", () => {
    const [campus, academy] = [valuesOf(result, "campus"), valuesOf(result, "academy")];
    assert.equal(
      campus.OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY,
      seedOf("openedx-data-campus-meilisearch-master-key"),
    );
    assert.equal(
      campus.MEILISEARCH_API_KEY,
      meilisearchKey(
        campus.OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY ?? "",
        campus.MEILISEARCH_API_KEY_UID ?? "",
      ),
    );
    assert.notEqual(
      campus.OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY,
      academy.OPENEDX_PULUMI_MEILISEARCH_MASTER_KEY,
    );
    // Known from Python: hmac.new(b"master", b"uid", hashlib.sha256).hexdigest()
    assert.equal(
      meilisearchKey("master", "uid"),
      "4cc2a685608a03e0d8f0e2fd51eedb69eb83326e924b2fbc33acaaa42554b226",
    );
  });

  it("lets the instances' namespaces in, at the services' ports, and to Meilisearch its own instance alone", () => {
    const { spec } = plain(registered(result, "NetworkPolicy", "openedx-data-network").inputs) as {
      spec: { ingress: { ports?: { port: number }[]; from: unknown[] }[] };
    };
    assert.deepEqual(
      spec.ingress[1]?.ports?.map(({ port }) => port),
      [3306, 27017, 6379, 8333],
    );
    assert.match(JSON.stringify(spec.ingress[1]?.from), /"campus-ns","academy-ns"/);
    const own = JSON.stringify(
      plain(registered(result, "NetworkPolicy", "openedx-data-network-campus").inputs),
    );
    assert.match(own, /campus-meilisearch/);
    assert.ok(own.includes("campus-ns") && !own.includes("academy"));
  });

  it("names its children after itself, with the names that they had as aliases", () => {
    const component = registered(result, "DataServices", "openedx-data");
    const children = result.registrations.filter(({ parent }) => parent === component.urn);
    assert.ok(children.length > 30);
    for (const { name, urn, aliases } of children) {
      assert.match(name, /^openedx-data-/);
      assert.ok(aliases.includes(urn.replace(/::openedx-(data-[^:]*)$/, "::$1")), name);
    }
  });

  it("keeps all below itself, with a provider that was named", () => {
    const component = registered(result, "DataServices", "openedx-data");
    for (const { name, type, parent, provider } of result.registrations.filter((each) =>
      each.name.startsWith("openedx-data-"),
    )) {
      assert.equal(parent, component.urn, name);
      assert.ok(
        provider.includes(type.startsWith("random:") ? "random" : "cluster"),
        `${name} has ${provider}`,
      );
    }
  });

  it("backs up to the cloud's store with keys of the config", async () => {
    const config = stackWith(allOnCluster, {
      credentials: { backup: { accessKey: "id", secretKey: "key" } },
    });
    const backed = await deploy(config, {
      cloud: { backup: { kind: "s3", bucket: "dumps", region: "eu-west-1" } },
    });
    assert.equal(backed.logs.filter(({ severity }) => severity === "warning").length, 0);
    const keys = plain(registered(backed, "Secret", "openedx-data-backup-keys").inputs.stringData);
    assert.deepEqual(keys, { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "key" });
    assert.ok(dependencies(backed, "Release", "openedx-data-mysql").includes("openedx-data-backup-keys"));
    assert.match(
      JSON.stringify(plain(registered(backed, "Release", "openedx-data-mongodb").inputs.values)),
      /"dumps"/,
    );
  });

  it("waits anew when the servers are others, and only then", async () => {
    const jobOf = (of: ProgramResult) => metadataOf(registered(of, "Job", "openedx-data-mysql-ready")).name;
    assert.equal(jobOf(await deploy(stackWith(allOnCluster))), jobOf(result));
    const larger = await deploy(stackWith({ ...allOnCluster, mysql: { mode: "cluster", memory: "4Gi" } }));
    assert.notEqual(jobOf(larger), jobOf(result));
  });

  it("makes no Meilisearch for an instance that has its own", async () => {
    const own = await deploy(stackWith(allOnCluster), {
      written: { campus: ["MEILISEARCH_URL", "MYSQL_HOST"] },
    });
    const names = own.registrations.map(({ name }) => name);
    assert.ok(
      !names.includes("openedx-data-campus-meilisearch") &&
        names.includes("openedx-data-academy-meilisearch"),
    );
    assert.equal(valuesOf(own, "campus").MYSQL_ROOT_PASSWORD, undefined);
    assert.equal(valuesOf(own, "academy").MYSQL_ROOT_PASSWORD, seedOf("openedx-data-mysql-admin"));
  });

  it("deploys just the charts that are brought for it", () => {
    const deployed = result.registrations
      .filter(({ type }) => type.endsWith(":Release"))
      .map(({ inputs }) => plain(inputs.chart) as string);
    const brought = chartsOfServices(planServices(stackWith(allOnCluster), existingAbilities));
    assert.deepEqual([...new Set(deployed)].sort(), brought.map((name) => chartPath(charts[name])).sort());
    assert.deepEqual(chartsOfServices(planServices(stackWith({}), existingAbilities)), []);
    const managed = planServices(stackWith({ search: { mode: "managed" } }), fullCloud);
    assert.deepEqual(chartsOfServices(managed), ["meilisearch"], "the cloud has none");
  });

  it("takes version and values of a chart from the config", async () => {
    const charts = { valkey: { version: "0.12.0", values: { resources: { requests: { cpu: "2" } } } } };
    const changed = await deploy(stackWith({ ...allOnCluster, charts }));
    const { inputs } = registered(changed, "Release", "openedx-data-redis-cache");
    assert.equal(plain(inputs.version), "0.12.0");
    const { resources } = plain(inputs.values) as { resources: { requests: object; limits: object } };
    assert.deepEqual(resources, { requests: { cpu: "2", memory: "512Mi" }, limits: { memory: "512Mi" } });
  });

  it("makes an OpenSearch for each instance where something needs one", async () => {
    const legacy = await deploy(stackWith({ search: { legacy: { mode: "cluster" } } }));
    assert.ok(readyOf(legacy, "campus").includes("openedx-data-campus-opensearch"));
    assert.deepEqual(valuesOf(legacy, "campus"), {});
  });
});
