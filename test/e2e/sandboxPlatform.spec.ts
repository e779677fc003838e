import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { charts } from "../../src/platform/charts.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { cacheSubfolder } from "../../src/workspace/paths.js";
import { silent } from "../../src/workspace/progress.js";
import { runChecked } from "../../src/workspace/run.js";
import { archive } from "../charts/support/standInCharts.js";
import { ProgramCopy } from "./support/programCopy.js";
import { standIn } from "./support/standInPlatform.js";

describe("the sandbox's platform", () => {
  const copy = new ProgramCopy();
  const cache = mkdtempSync(join(tmpdir(), "sandbox-platform-"));
  const env = { OPENEDX_CACHE: cache };

  before(() => {
    symlinkSync(cacheSubfolder("tools"), join(cache, "tools"));
    for (const chart of [
      standIn("traefik"),
      standIn("prometheus-operator-crds"),
      standIn("kube-prometheus-stack"),
    ]) {
      copy.write(`mirror/${chart.name}-${chart.version}.tgz`, archive(chart));
    }
    const config = {
      "openedx:cloud": "existing",
      "openedx:disposable": true,
      "openedx:edge": { controller: "traefik", tls: { issuer: "self-signed" } },
      "openedx:charts": { mirror: "./mirror" },
      "openedx:platform": { addons: { "kube-prometheus-stack": "on", keda: "on", headlamp: "on" } },
      "openedx:instances": {},
    };
    copy.write("stacks/Pulumi.small.yaml", stringify({ config }));
  });
  after(async () => {
    await copy.command("cli", ["sandbox", "down"], env);
    copy.remove();
    rmSync(cache, { recursive: true });
  });

  const kubeconfig = async (): Promise<string> =>
    (await copy.command("cli", ["sandbox", "kubeconfig"], env)).stdout.trim();
  const installed = ["kube-prometheus-stack", "prometheus-operator-crds", "traefik"];

  async function releases(): Promise<string[]> {
    const { helm } = createToolchain({ progress: silent });
    const list = [`--kubeconfig=${await kubeconfig()}`, "list", "--all-namespaces", "--short"];
    return (await runChecked(await helm(), list)).stdout.trim().split("\n").sort();
  }

  it("has what works without running containers and can be had; the rest is left out with a word", async () => {
    const { code, stderr } = await copy.command("start", ["--stack=small"], env);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^Left out, since their charts cannot be had here: headlamp \(.*charts verify/m);
    assert.match(stderr, /^Left out: .*cert-manager \(no container runs on this cluster: its webhook/m);
    assert.match(stderr, /^Left out: .*keda \(no container runs on this cluster: its aggregated API/m);
    assert.match(stderr, /^Deployed without what needs running .*: .*traefik.*kube-prometheus-stack/m);
    assert.deepEqual(await releases(), installed);
  });

  it("is not changed where the chart of what runs cannot be had any more", async () => {
    const { chart, version } = charts["prometheus-operator-crds"];
    const archive = join(copy.folder, `mirror/${chart}-${version}.tgz`);
    renameSync(archive, `${archive}.away`);
    try {
      const { code, stderr } = await copy.command("start", ["--stack=small"], env);
      assert.equal(code, 1, stderr);
      assert.match(
        stderr,
        /^Nothing was changed: the sandbox runs add-ons .*docs\/charts\.md.*Pulumi\.small\.yaml/m,
      );
      assert.match(
        stderr,
        /release prometheus-operator-crds in \S+: .*there is no prometheus-operator-crds-/,
      );
      assert.match(stderr, /release kube-prometheus-stack in \S+: it needs prometheus-operator-crds/);
      assert.doesNotMatch(stderr, /release headlamp|Deploying small/);
      assert.deepEqual(await releases(), installed);
    } finally {
      renameSync(`${archive}.away`, archive);
    }
    const { code, stderr } = await copy.command("start", ["--stack=small"], env);
    assert.equal(code, 0, stderr);
  });

  it("is not what another cluster gets: there a chart that cannot be had is an error", async () => {
    const { code, stderr } = await copy.command(
      "start",
      ["--stack=small", `--kubeconfig=${await kubeconfig()}`],
      env,
    );
    assert.equal(code, 1);
    assert.match(stderr, /Nothing was changed/);
    assert.match(stderr, /headlamp [\d.]+: there is no headlamp-[\d.]+\.tgz in .*mirror/);
    assert.match(stderr, /cert-manager v[\d.]+: there is no cert-manager-/);
    assert.doesNotMatch(stderr, /Left out/);
  });

  it("is planned as a whole", async () => {
    const { code, stdout, stderr } = await copy.command("cli", ["plan", "small"], env);
    assert.equal(code, 0, stderr);
    for (const name of ["cert-manager", "headlamp", "keda", "traefik"]) {
      assert.match(stdout, new RegExp(`- openedx-platform-${name} \\(.*Release\\)`), name);
    }
    assert.match(stdout, /## Release openedx-platform-traefik/);
    assert.match(
      stderr,
      /Release openedx-platform-headlamp is not rendered: headlamp [\d.]+ cannot be had: there is no headlamp-/,
    );
  });
});
