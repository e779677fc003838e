import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { serviceCharts } from "../../src/data/config.js";
import type { StackReport } from "../../src/automation/index.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { UserError } from "../../src/workspace/errors.js";
import { silent } from "../../src/workspace/progress.js";
import { archive, Scratch } from "../charts/support/standInCharts.js";
import { OwnCache } from "./support/ownCache.js";
import { standIn } from "./support/standInPlatform.js";
import { changesOf, TestStack, type TestUp } from "./support/testStack.js";

const dataNamespace = "openedx-data";
const sites = ["campus", "academy"];

interface JobStatus {
  succeeded?: number;
  completionTime?: string;
}

/** Two sites on services that they share, on a real API server; small charts stand in for the true ones. */
describe("data services that two sites share", () => {
  const scratch = new Scratch();
  let wanted: TestUp;
  let cache: OwnCache;
  let stack: TestStack;

  before(async () => {
    cache = new OwnCache("tools", "environments", "renders");
    stack = await TestStack.start("services");
    for (const chart of serviceCharts.map((name) => standIn(name))) {
      scratch.write(`mirror/${chart.name}-${chart.version}.tgz`, archive(chart));
    }
  });
  after(async () => {
    await stack.stop();
    cache.remove();
    scratch.remove();
  });

  const cluster = { mode: "cluster" };
  const onCluster = {
    ...{ mysql: cluster, mongodb: cluster, redis: cluster, search: cluster, objectStore: cluster },
    backup: { enabled: false },
    charts: { "ps-db": { values: { standInNodes: { "stand-in": "ready" } } } },
  };
  const mysqlElsewhere = {
    ...onCluster,
    mysql: { mode: "external", external: { host: "mysql.example.com", adminUser: "root" } },
  };

  interface Wanted {
    services?: object;
    disposable?: boolean;
    instances?: string[];
  }

  async function up({ services = onCluster, disposable = false, instances = sites }: Wanted): Promise<{
    result: StackReport;
    notes: string;
  }> {
    const notes: string[] = [];
    wanted = {
      instances: Object.fromEntries(instances.map((name) => [name, {}])),
      config: {
        disposable,
        services,
        charts: { mirror: `${scratch.folder}/mirror` },
        credentials: { mysql: { adminPassword: "ElsewhereAdministrator01" } },
      },
      progress: { ...silent, note: (text) => notes.push(text) },
    };
    const result = await stack.up(wanted);
    return { result, notes: notes.join("\n") };
  }

  async function jobs(namespace: string, pattern: RegExp): Promise<KubernetesObject[]> {
    const all = await stack.list("jobs", namespace);
    return all.filter(({ metadata }) => pattern.test(metadata.name));
  }

  async function releases(): Promise<string[]> {
    const { stdout } = await stack.helm("list", "--all-namespaces", "--short");
    return stdout.trim().split("\n").sort();
  }

  const made = ({ metadata }: KubernetesObject): number =>
    Date.parse((metadata as { creationTimestamp?: string }).creationTimestamp ?? "");
  const ended = ({ metadata, status }: KubernetesObject): number => {
    const { succeeded, completionTime = "" } = status as JobStatus;
    assert.equal(succeeded, 1, metadata.name);
    return Date.parse(completionTime);
  };

  it("come first: as long as a server is not ready, no account is made and no site begins", async () => {
    const run = up({});
    let isOver = false;
    const over = run.then(
      () => (isOver = true),
      () => (isOver = true),
    );
    const hasMysql = async (): Promise<boolean> =>
      (await stack.kubectl("get", "deployment", "mysql", `-n=${dataNamespace}`, "--ignore-not-found"))
        .stdout !== "";
    while (!(await hasMysql())) {
      assert.ok(!isOver, "the run ended too early");
      await delay(300);
    }
    await delay(4_000);
    assert.deepEqual(await jobs(dataNamespace, /^mysql-ready-|-accounts-/), []);
    for (const site of sites) {
      assert.deepEqual(await jobs(site, /./), []);
      assert.deepEqual(await stack.list("deployments", site), []);
    }
    const [node = ""] = (await stack.kubectl("get", "nodes", "--output=name")).stdout.split("\n");
    await stack.kubectl("label", node, "stand-in=ready");
    await over;
    await run;
  });

  it("are ready, then accounts are made beside them, then the databases are filled, then the site runs", async () => {
    const ready = await jobs(dataNamespace, /-ready-/);
    assert.deepEqual(ready.map(({ metadata }) => metadata.name.replace(/-ready-.*/, "")).sort(), [
      "mongodb",
      "mysql",
    ]);
    for (const site of sites) {
      const [accounts, ...more] = await jobs(dataNamespace, new RegExp(`^${site}-accounts-[0-9a-f]{10}$`));
      const [init] = await jobs(site, /-init-/);
      assert.ok(accounts !== undefined && init !== undefined);
      assert.deepEqual(more, []);
      assert.deepEqual(await jobs(site, /accounts/), []);
      assert.ok(Math.max(...ready.map(ended)) <= made(accounts), "accounts wait for the servers");
      assert.ok(ended(accounts) <= made(init), "the site's tasks wait for its accounts");
      const [lms] = (await stack.list("deployments", site)).filter(({ metadata }) => metadata.name === "lms");
      assert.ok(lms !== undefined && ended(init) <= made(lms), "the site waits for its tasks");
    }
    assert.deepEqual(await releases(), [
      ...["academy", "academy-meilisearch", "campus", "campus-data", "campus-meilisearch"],
      ...["mongodb", "mongodb-operator", "mysql", "mysql-operator"],
      ...["object-store", "redis-broker", "redis-cache"],
    ]);
  });

  it("have administrators whose passwords are in no site's namespace", async () => {
    const values = Object.entries(await stack.generated(wanted)).flatMap(([urn, { result }]) =>
      /:RandomPassword::openedx-data-/.test(urn) && typeof result === "string" ? [result] : [],
    );
    assert.equal(values.length, 8, "MySQL, MongoDB, two of Redis, two of Meilisearch, two keys of the store");
    const beside = await secretsOf(dataNamespace);
    assert.deepEqual(
      values.filter((value) => !beside.includes(value)),
      [],
    );
    for (const site of sites) {
      const texts = await secretsOf(site);
      assert.match(texts, /campus_openedx|academy_openedx/);
      assert.ok(!values.some((value) => texts.includes(value)), site);
    }
  });

  it("stay as they are when nothing has changed", async () => {
    const { result } = await up({});
    assert.deepEqual(changesOf(result), []);
  });

  it("are not given up in passing: what would be lost is named before anything is done", async () => {
    const before = await releases();
    await assert.rejects(up({ services: mysqlElsewhere }), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^Stack services-\d+ would lose data.*Nothing was changed/s);
      assert.match(
        error.message,
        /services\.mysql\.mode from cluster to external gives up the MySQL servers with the databases of academy and campus/,
      );
      return true;
    });
    assert.deepEqual(await releases(), before);
  });

  it("keep the data of a site that is removed, and say so", async () => {
    await up({ disposable: true });
    const { notes } = await up({ disposable: true, instances: ["campus"] });
    assert.match(
      notes,
      /academy is deployed no longer, and its data stays: MySQL's databases and users academy_\*, .*its bucket/,
    );
    const after = await releases();
    assert.ok(
      after.includes("mysql") && !after.includes("academy") && !after.includes("academy-meilisearch"),
    );
  });

  it("go where a disposable stack says, with a word on what that gives up", async () => {
    const { notes } = await up({ disposable: true, instances: ["campus"], services: mysqlElsewhere });
    assert.match(notes, /gives up the MySQL servers with the databases of campus/);
    const after = await releases();
    assert.ok(!after.includes("mysql") && after.includes("mongodb"));
  });

  /** All that a namespace's Secrets say, Helm's too. */
  async function secretsOf(namespace: string): Promise<string> {
    return (await stack.list("secrets", namespace))
      .flatMap(({ type, data }) =>
        Object.values((data ?? {}) as Record<string, string>).map((encoded) => {
          const value = Buffer.from(encoded, "base64");
          return type === "helm.sh/release.v1"
            ? gunzipSync(Buffer.from(value.toString(), "base64")).toString()
            : value.toString();
        }),
      )
      .join("\n");
  }
});
