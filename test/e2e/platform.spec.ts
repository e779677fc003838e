import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { AddOnName } from "../../src/config/platform.js";
import { UserError } from "../../src/workspace/errors.js";
import { ChartServer } from "../charts/support/registry.js";
import { archive, Scratch, type StandIn } from "../charts/support/standInCharts.js";
import { failPods } from "./support/failPods.js";
import { PlatformStack } from "./support/platformStack.js";
import { checkedStandIn, standIn } from "./support/standInPlatform.js";
import { changesOf } from "./support/testStack.js";

/** The platform on a real API server; in place of the true charts stand small ones of the same names. */
describe("the platform", () => {
  const scratch = new Scratch();
  let platform: PlatformStack;
  let server: ChartServer;
  const mirror = `${scratch.folder}/mirror`;

  before(async () => {
    platform = await PlatformStack.start("platform");
    server = await ChartServer.start();
  });
  after(async () => {
    await server.stop();
    await platform.stop();
    scratch.remove();
  });

  function toFolder(...charts: StandIn[]): void {
    charts.forEach((chart) => scratch.write(`mirror/${chart.name}-${chart.version}.tgz`, archive(chart)));
  }

  const edge = { controller: "traefik", https: true, tls: { issuer: "self-signed" } };

  it("names all charts that cannot be had, and changes nothing", async () => {
    await assert.rejects(platform.up({ edge, charts: { mirror } }), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^Nothing was changed/);
      assert.match(error.message, /cert-manager v[\d.]+: there is no cert-manager-v[\d.]+\.tgz in .*mirror/);
      assert.match(error.message, /traefik [\d.]+: there is no traefik-[\d.]+\.tgz in .*mirror/);
      return true;
    });
    assert.deepEqual(await platform.releases(), {});
    assert.equal(await platform.has("namespace", "traefik"), false);
  });

  it("comes up from a folder of archives, in order, each when those before it are ready", async () => {
    toFolder(standIn("cert-manager"), standIn("traefik"), standIn("headlamp"));
    const [node = ""] = (await platform.kubectl("get", "nodes", "--output=name")).split("\n");
    const addons = {
      "cert-manager": { values: { standInNodes: { "stand-in": "ready" } } },
      headlamp: "on",
    };
    const run = platform.up({ edge, charts: { mirror }, platform: { addons } });
    const ended = run.then(
      () => true,
      () => true,
    );
    await until(() => platform.has("deployment", "cert-manager", "cert-manager"), ended);
    await delay(4_000);
    assert.equal(await platform.has("deployment", "traefik", "traefik"), false, "it waits for cert-manager");
    await platform.kubectl("label", node, "stand-in=ready");
    await run;
    const [certManager, traefik] = [await platform.times("cert-manager"), await platform.times("traefik")];
    assert.ok(certManager.ready <= traefik.made);
    assert.ok(await platform.has("clusterissuer.cert-manager.io", "openedx"));
    assert.deepEqual(Object.keys(await platform.releases()).sort(), ["cert-manager", "headlamp", "traefik"]);
  });

  it("changes nothing when nothing has changed", async () => {
    const addons = {
      "cert-manager": { values: { standInNodes: { "stand-in": "ready" } } },
      headlamp: "on",
    };
    assert.deepEqual(changesOf(await platform.up({ edge, charts: { mirror }, platform: { addons } })), []);
  });

  it("knows what an earlier release made under names without the platform's in front", async () => {
    const addons = {
      "cert-manager": { values: { standInNodes: { "stand-in": "ready" } } },
      headlamp: "on",
    };
    const wanted = { edge, charts: { mirror }, platform: { addons } };
    const urns = await platform.state(wanted);
    const earlier = await platform.state(wanted, (text) => text.replaceAll("::platform-", "::"));
    assert.equal(
      earlier.filter((urn) => !urns.includes(urn)).length,
      9,
      "namespaces, releases, the issuer's",
    );
    const changed = { ...addons, headlamp: { state: "on", values: { replicaCount: 2 } } };
    const update = { ...wanted, platform: { addons: changed } };
    assert.deepEqual(changesOf(await platform.up(update)), [["platform-headlamp", "update"]]);
    assert.deepEqual(await platform.state(update), urns);
  });

  it("takes the same charts from a registry, and others of them by the config", async () => {
    for (const chart of [standIn("cert-manager"), standIn("traefik"), standIn("headlamp", "9.8.7")]) {
      server.add(chart);
    }
    const addons = {
      headlamp: {
        state: "on",
        version: "9.8.7",
        repository: server.repository,
        namespace: "dashboards",
        values: { replicaCount: 7, tolerations: [{ key: "only" }], config: { baseURL: "/ours" } },
      },
    };
    const result = await platform.up({ edge, charts: { mirror: server.oci }, platform: { addons } });
    const { chart, values } = await platform.release("headlamp", "dashboards");
    assert.equal(chart, "headlamp-9.8.7");
    assert.equal(values.replicaCount, 7);
    assert.deepEqual(values.tolerations, [{ key: "only" }]);
    assert.equal((values.config as Record<string, unknown>).baseURL, "/ours");
    assert.deepEqual(
      values.clusterRoleBinding !== undefined,
      true,
      "the catalogue's own values are there too",
    );
    const releases = await platform.releases();
    assert.equal(releases.traefik?.revision, "1", "the same archive from elsewhere is no change");
    assert.equal(releases["cert-manager"]?.revision, "2");
    assert.equal(await platform.has("deployment", "headlamp", "headlamp"), false, "it has moved");
    assert.ok(result.resources.some(({ name, op }) => name === "platform-headlamp" && op === "replace"));
    assert.ok(server.requests.some((path) => path.includes("/v2/charts/traefik/manifests/")));
    assert.ok(server.requests.some((path) => path === "/classic/headlamp-9.8.7.tgz"));
  });

  it("goes back to the version before when an upgrade does not come up, and says so", async () => {
    server.add(checkedStandIn("traefik", "99.0.0"));
    const before = await platform.release("traefik");
    const upgrade = {
      edge,
      charts: { mirror: server.oci },
      platform: { addons: { traefik: { version: "99.0.0" } } },
    };
    const stopFailing = await failPods({
      kubectl: platform.stack.kubectlPath,
      kubeconfig: platform.stack.sandbox.kubeconfig,
      namespace: "traefik",
      labels: { check: "late" },
      container: "check",
    });
    try {
      await assert.rejects(
        platform.up(upgrade),
        /traefik: .*post-upgrade hooks failed.*container check ended with exit code 1/s,
      );
    } finally {
      await stopFailing();
    }
    assert.deepEqual(await platform.release("traefik"), before);
    assert.equal((await platform.releases()).traefik?.status, "deployed");
    await platform.up(upgrade);
    assert.equal((await platform.release("traefik")).chart, "traefik-99.0.0");
  });

  it("leaves to the cluster what it has already, and tells the others", async () => {
    server.add(standIn("kube-prometheus-stack"));
    toFolder(standIn("prometheus-operator-crds"));
    const { stack } = platform;
    const own = standIn("prometheus-operator-crds");
    const file = `${mirror}/${own.name}-${own.version}.tgz`;
    assert.equal((await stack.helm("install", "somebodys", file)).code, 0);
    const addons: Partial<Record<AddOnName, unknown>> = { "prometheus-operator-crds": "existing" };
    const changes = changesOf(
      await platform.up({ edge, charts: { mirror: server.oci }, platform: { addons } }),
    );
    // Both give metrics to who takes them now.
    assert.deepEqual(changes, [
      ["platform-cert-manager", "update"],
      ["platform-traefik", "update"],
    ]);
    assert.equal((await platform.releases())["prometheus-operator-crds"], undefined);
    const { values } = await platform.release("traefik");
    assert.match(JSON.stringify(values), /"serviceMonitor":\{"enabled":true\}/);
  });

  it("removes what is switched off; custom resources go while their controller lives", async () => {
    const issuer = "clusterissuer.cert-manager.io/openedx";
    await platform.kubectl(
      "patch",
      issuer,
      "--type=merge",
      '--patch={"metadata":{"finalizers":["example.org/test"]}}',
    );
    const run = platform.up({ edge: { controller: "existing" }, charts: { mirror: server.oci } });
    const ended = run.then(
      () => true,
      () => true,
    );
    await until(
      async () =>
        (await platform.kubectl("get", issuer, "--output=jsonpath={.metadata.deletionTimestamp}")) !== "",
      ended,
    );
    await delay(3_000);
    assert.ok(await platform.has("deployment", "cert-manager", "cert-manager"), "its issuer is not gone yet");
    await platform.kubectl("patch", issuer, "--type=merge", '--patch={"metadata":{"finalizers":[]}}');
    await run;
    assert.deepEqual(Object.keys(await platform.releases()), ["somebodys"]);
    assert.equal(await platform.has("namespace", "cert-manager"), false);
  });
});

/** Waits until something holds; a run that ends before it does is a failure. */
async function until(holds: () => Promise<boolean>, ended: Promise<boolean>): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!(await holds())) {
    assert.ok(!isOver, "the run ended too early");
    await delay(200);
  }
}
