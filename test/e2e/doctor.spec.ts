import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { doctor } from "../../src/automation/doctor.js";
import type { CheckedPlan } from "../../src/cloud/check.js";
import { readAccess } from "../../src/cluster/access.js";
import { Cluster } from "../../src/cluster/cluster.js";
import { clusterChecks, type ClusterNeeds } from "../../src/doctor/cluster.js";
import type { Row } from "../../src/doctor/run.js";
import { runChecks } from "../../src/doctor/run.js";
import { sandboxDown, sandboxUp } from "../../src/sandbox/sandbox.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { silent } from "../../src/workspace/progress.js";

const name = `doctor-${process.pid}`;

interface Kubeconfig {
  users: { user: Record<string, unknown> }[];
}

describe("the doctor, before an API server", function () {
  this.timeout(20 * 60_000); // the first time, the control plane is built
  let kubeconfig: string;
  let cluster: Cluster;

  const namespace = (of: string, level: string): CheckedPlan["resources"][number] => ({
    type: "kubernetes:core/v1:Namespace",
    name: of,
    inputs: { metadata: { name: of, labels: { "pod-security.kubernetes.io/enforce": level } } },
  });
  const plan: CheckedPlan = {
    stack: "prod",
    resources: [
      namespace("campus", "baseline"),
      { type: "kubernetes:batch/v1:Job", name: "campus-init", inputs: {} },
      { type: "kubernetes:helm.sh/v3:Release", name: "campus", inputs: {} },
    ],
  };
  const plain: ClusterNeeds = {
    storageClasses: {},
    edge: { mode: "ingress", controller: "existing" },
    on: [],
    existing: [],
  };
  const ask = async (needs: Partial<ClusterNeeds> = {}, asked = cluster): Promise<Map<string, Row>> =>
    new Map(
      (await runChecks(clusterChecks(asked, plan, { ...plain, ...needs }))).map((row) => [row.id, row]),
    );
  const make = (path: string, body: object): Promise<unknown> => cluster.demand("POST", path, { body });

  before(async () => {
    kubeconfig = (
      await sandboxUp({ toolchain: createToolchain({ progress: silent }), progress: silent, name })
    ).kubeconfig;
    cluster = new Cluster(readAccess(kubeconfig));
  });
  after(async () => {
    cluster.close();
    await sandboxDown({ name, progress: silent });
  });

  it("plans the sandbox's stack and finds nothing that would fail", async () => {
    const { ok, rows } = await doctor({ stack: "sandbox", kubeconfig });
    assert.deepEqual(
      rows.filter(({ verdict }) => verdict === "fails" || verdict === "unknown"),
      [],
    );
    assert.equal(ok, true);
    assert.match(rows.find(({ id }) => id === "cluster-rights")?.text ?? "", /all rights/);
  });

  it("changes nothing", async () => {
    await ask();
    assert.equal(await cluster.get("/api/v1/namespaces/campus"), undefined);
  });

  it("tells which storage class is missing, which is the default, and which volumes cannot grow", async () => {
    const classes = "/apis/storage.k8s.io/v1/storageclasses";
    await make(classes, { metadata: { name: "fixed" }, provisioner: "example.com/disk" });
    const missing = (await ask({ storageClasses: { readWriteOnce: "fast" } })).get("cluster-storage");
    assert.equal(missing?.verdict, "fails");
    assert.match(missing?.text ?? "", /no class fast; classes: .*fixed/);
    const fixed = (await ask({ storageClasses: { readWriteOnce: "fixed" } })).get("cluster-storage");
    assert.equal(fixed?.verdict, "warning");
    assert.match(fixed?.text ?? "", /volumes of fixed cannot grow/);
  });

  it("finds the ingress class by name, and by what the cluster says of its default", async () => {
    assert.equal(
      (await ask({ edge: { ...plain.edge, ingressClassName: "inner" } })).get("cluster-ingress")?.verdict,
      "fails",
    );
    assert.equal((await ask()).get("cluster-ingress")?.verdict, "warning");
    await make("/apis/networking.k8s.io/v1/ingressclasses", {
      metadata: { name: "inner", annotations: { "ingressclass.kubernetes.io/is-default-class": "true" } },
      spec: { controller: "example.com/ingress" },
    });
    assert.equal((await ask()).get("cluster-ingress")?.text, "inner");
  });

  it("misses the Gateway API and an add-on that the config says is there", async () => {
    const rows = await ask({ edge: { mode: "gateway", controller: "existing" }, existing: ["cert-manager"] });
    assert.equal(rows.get("cluster-gateway-api")?.verdict, "fails");
    assert.match(rows.get("cluster-add-ons")?.text ?? "", /does not have cert-manager \(cert-manager\.io\)/);
    const brought = await ask({ edge: { mode: "gateway", controller: "traefik" }, on: ["gateway-api"] });
    assert.equal(brought.get("cluster-gateway-api")?.verdict, "ok");
  });

  it("sees a namespace that is there and lets in less than its pods need", async () => {
    await make("/api/v1/namespaces", namespace("campus", "restricted").inputs);
    const row = (await ask()).get("cluster-pod-security");
    assert.equal(row?.verdict, "fails");
    assert.match(row?.text ?? "", /campus is there and enforces restricted; its pods need baseline/);
    await cluster.demand("DELETE", "/api/v1/namespaces/campus");
  });

  it("names the rights that somebody lacks, and what they may not even ask", async () => {
    await make("/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "guest" } });
    const path = "/api/v1/namespaces/default/serviceaccounts/guest/token";
    const { status } = await cluster.demand<{ status: { token: string } }>("POST", path, {
      body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
    });
    const config = parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
    config.users.forEach((each) => (each.user = { token: status.token }));
    const file = join(tmpdir(), `${name}.yaml`);
    writeFileSync(file, stringify(config), { mode: 0o600 });
    const guest = new Cluster(readAccess(file));
    try {
      const rows = await ask({}, guest);
      const rights = rows.get("cluster-rights");
      assert.equal(rights?.verdict, "fails");
      assert.match(rights?.text ?? "", /create namespaces, create jobs\.batch, create secrets/);
      assert.equal(rows.get("cluster-storage")?.text, "needs permission list storageclasses");
    } finally {
      guest.close();
    }
  });

  it("asks nothing more where nobody answers", async () => {
    const access = { ...readAccess(kubeconfig), server: "https://127.0.0.1:1" };
    const nobody = new Cluster(access);
    const rows = await ask({}, nobody);
    nobody.close();
    assert.equal(rows.get("cluster-reached")?.verdict, "fails");
    assert.match(rows.get("cluster-rights")?.text ?? "", /"The cluster answers" comes first/);
  });
});
