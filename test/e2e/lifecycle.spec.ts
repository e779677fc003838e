import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { derivePassword } from "../../src/instance/secrets/derive.js";
import { failPods } from "./support/failPods.js";
import { changesOf, type TestUp, TestStack, configureInstance } from "./support/testStack.js";

/** One site through its life: each step changes one thing and says what may move. */
describe("the life of an instance", () => {
  const namespace = "campus";
  let stack: TestStack;
  let folder: string;
  const secrets: Record<string, string> = {};

  const wanted = (): TestUp => ({ instances: { campus: { folder } }, secrets: { campus: secrets } });
  const up = (): ReturnType<TestStack["up"]> => stack.up(wanted());

  async function jobs(): Promise<string[]> {
    return (await stack.list("jobs", namespace)).map(({ metadata }) => metadata.name).sort();
  }

  /** Workloads whose pods are others than before; Jobs' pods left out. */
  async function moved(change: () => Promise<unknown>): Promise<string[]> {
    const before = await stack.pods(namespace);
    await change();
    const after = await stack.pods(namespace);
    return [...after.keys()]
      .filter((name) => name !== "openedx-tasks")
      .filter((name) => JSON.stringify(before.get(name)) !== JSON.stringify(after.get(name)))
      .sort();
  }

  /** Workloads whose pods read a Secret in which `value` stands, as the cluster has it. */
  async function usersOf(value: string): Promise<string[]> {
    const holders = (await stack.list("secrets", namespace))
      .filter(({ data }) =>
        Object.values((data ?? {}) as Record<string, string>).some((text) =>
          Buffer.from(text, "base64").includes(value),
        ),
      )
      .map(({ metadata }) => metadata.name);
    return (await stack.list("deployments", namespace))
      .filter((deployment) =>
        holders.some((holder) => JSON.stringify(deployment.spec).includes(`"${holder}"`)),
      )
      .map(({ metadata }) => metadata.name)
      .sort();
  }

  /** The name of a container of the init Job. */
  async function initContainer(pattern: RegExp): Promise<string> {
    const init = (await stack.list("jobs", namespace)).find(({ metadata }) =>
      metadata.name.includes("-init-"),
    );
    const names = [...JSON.stringify(init?.spec).matchAll(/"name":"(t\d+-[a-z]+)"/g)].map(
      ([, name]) => name ?? "",
    );
    return names.find((name) => pattern.test(name)) ?? assert.fail(`none of ${names.join()}`);
  }

  async function revision(): Promise<string> {
    return (await stack.helm("status", "campus", `--namespace=${namespace}`, "--output=json")).stdout.slice(
      0,
      400,
    );
  }

  before(async () => {
    stack = await TestStack.start("life");
    folder = stack.copyInstance("campus");
    await up();
  });
  after(() => stack.stop());

  it("begins with every pod ready and every task done", async () => {
    const deployments = await stack.list("deployments", namespace);
    assert.ok(deployments.length >= 15);
    for (const { metadata, status } of deployments) {
      assert.ok((status as { readyReplicas?: number }).readyReplicas, `${metadata.name} is ready`);
    }
    const names = (await jobs()).map((name) => name.replace(/-[0-9a-f]+$/, ""));
    assert.deepEqual(names.sort(), ["campus-admin", "campus-admin-after", "campus-init", "campus-live"]);
  });

  it("stays as it is when nothing changes", async () => {
    const before = await revision();
    assert.deepEqual(changesOf(await up()), []);
    assert.equal(await revision(), before);
  });

  it("runs no task for a theme setting that touches none", async () => {
    const before = await jobs();
    mkdirSync(join(folder, "plugins"), { recursive: true });
    writeFileSync(
      join(folder, "plugins", "theme.yml"),
      'name: theme\nversion: 1.0.0\npatches:\n  mfe-caddyfile: |\n    header X-Theme "spring"\n',
    );
    const { PLUGINS } = parse(readFileSync(join(folder, "config.yml"), "utf8")) as { PLUGINS: string[] };
    configureInstance(folder, { PLUGINS: [...PLUGINS, "theme"], INDIGO_PRIMARY_COLOR: "#225522" });
    assert.deepEqual(await moved(up), ["mfe"]);
    assert.deepEqual(await jobs(), before);
  });

  it("runs the tasks of a new image before the pods change", async () => {
    const before = await jobs();
    configureInstance(folder, { DOCKER_IMAGE_OPENEDX: "docker.io/example/openedx:1" });
    assert.deepEqual(await moved(up), ["cms", "cms-worker", "lms", "lms-worker"]);
    const init = (names: string[]): string | undefined => names.find((name) => name.includes("-init-"));
    assert.notEqual(init(await jobs()), init(before));
    const discovery = (names: string[]): string | undefined => names.find((name) => name.includes("-live-"));
    assert.equal(discovery(await jobs()), discovery(before));
  });

  it("names the task that fails, with the end of its log, and leaves the old release running", async () => {
    const before = await revision();
    const container = await initContainer(/^t\d+-cms$/);
    configureInstance(folder, { DOCKER_IMAGE_OPENEDX: "docker.io/example/openedx:2" });
    const end = await failPods({
      kubectl: stack.kubectlPath,
      kubeconfig: stack.sandbox.kubeconfig,
      namespace,
      labels: { "app.kubernetes.io/component": "init" },
      container,
      message: "task 03-cms (core) failed",
      log: "Applying contentstore.0042\ndjango.db.utils.OperationalError: (1213, 'Deadlock found')",
    });
    try {
      const running = await moved(() =>
        assert.rejects(up(), (error: Error) => {
          assert.match(error.message, /campus/);
          assert.ok(error.message.includes(`task ${container} failed`), error.message);
          assert.match(error.message, /Deadlock found/);
          return true;
        }),
      );
      assert.deepEqual(running, []);
      assert.equal(await revision(), before);
    } finally {
      await end();
    }
  });

  it("heals on the next run", async () => {
    const healed = changesOf(await up())
      .filter(([, op]) => op !== "delete") // what the failed run replaced
      .map(([name]) => name.replace(/-[0-9a-f]{10}$/, ""));
    assert.deepEqual([...new Set(healed)].sort(), ["campus", "campus-init"]);
    const [lms] = (await stack.list("deployments", namespace)).filter(
      ({ metadata }) => metadata.name === "lms",
    );
    assert.match(JSON.stringify(lms?.spec), /example\/openedx:2/);
  });

  it("deploys though tasks fail that talk to the live site, and runs those anew the next time", async () => {
    const end = await failPods({
      kubectl: stack.kubectlPath,
      kubeconfig: stack.sandbox.kubeconfig,
      namespace,
      labels: { "app.kubernetes.io/component": "live" },
      container: "t01-discovery",
      message: "campus.test: no such host",
    });
    try {
      configureInstance(folder, { DISCOVERY_DOCKER_IMAGE: "docker.io/example/discovery:1" });
      const failing = changesOf(await up()).map(([name]) => name);
      assert.ok(
        failing.some((name) => name.startsWith("campus-live-")),
        failing.join(),
      );
    } finally {
      await end();
    }
    const again = changesOf(await up()).map(([name]) => name.replace(/-[0-9a-f]{10}$/, ""));
    assert.deepEqual([...new Set(again)], ["campus-live"]);
    assert.deepEqual(changesOf(await up()), []);
  });

  for (const key of ["OPENEDX_MYSQL_PASSWORD", "XQUEUE_AUTH_PASSWORD", "DISCOVERY_MYSQL_PASSWORD"]) {
    it(`rolls exactly the pods that use ${key} when it changes`, async () => {
      const seed = Object.entries(await stack.generated(wanted())).find(([urn]) =>
        urn.endsWith("::campus-secrets"),
      )?.[1].result as string;
      const old = derivePassword(seed, { instance: "campus", key, generation: 1 }, 24);
      const users = await usersOf(old);
      assert.ok(users.length > 0 && users.length < 10, users.join());
      secrets[key] = `Rotated.${key.replaceAll("_", "")}.0123456789`;
      assert.deepEqual(await moved(up), users);
      assert.deepEqual(await usersOf(secrets[key]), users);
      assert.deepEqual(await usersOf(old), []);
    });
  }
});
