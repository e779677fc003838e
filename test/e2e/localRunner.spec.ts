import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { readAccess } from "../../src/engine/local/access.js";
import { Cluster } from "../../src/engine/local/cluster.js";
import { localDestroy } from "../../src/engine/local/localDestroy.js";
import { localUp } from "../../src/engine/local/localUp.js";
import { ensureStateNamespace, StateStore } from "../../src/engine/local/stateStore.js";
import { UserError } from "../../src/workspace/errors.js";
import { failPods } from "./support/failPods.js";
import { actionsOf, passwordsOf, SmallSandbox } from "./support/smallSandbox.js";
import { smallProgram, type SmallStack } from "./support/smallStack.js";

describe("the local runner on a real API server", () => {
  let small: SmallSandbox;

  before(async () => {
    small = await SmallSandbox.start("runner");
  });

  after(() => small.stop());

  let password: string;

  it("brings a program up", async () => {
    const result = await small.up({ sites: ["campus"], color: "red" });
    assert.deepEqual(actionsOf(result), {
      "Namespace campus": "created",
      "RandomPassword campus": "created",
      "Secret campus-settings": "created",
      "Job campus-init": "created",
      "Release campus-release": "created",
    });
    assert.deepEqual(
      result.releases.map(({ name, namespace, revision }) => ({ name, namespace, revision })),
      [{ name: "campus", namespace: "campus", revision: 1 }],
    );
    assert.equal(result.instances[0]?.name, "campus");
    assert.equal(result.outputs.color, "red");
    password = passwordsOf(result)[0] ?? "";
    assert.equal(await small.mountedPassword("campus", "red"), password);
    assert.equal(await small.web("campus", ".status.readyReplicas"), "2");
    assert.equal(await small.names("leases", "openedx-local"), "");
  });

  it("touches nothing when nothing has changed, and runs the program once", async () => {
    const before = await small.snapshot();
    let runs = 0;
    const program = smallProgram({ sites: ["campus"], color: "red" });
    const counted = (): Promise<unknown> => {
      runs += 1;
      return program();
    };
    const result = await localUp({ ...small.options, config: {}, secretKeys: [], program: counted });
    assert.deepEqual(new Set(Object.values(actionsOf(result))), new Set(["same"]));
    assert.equal(result.releases[0]?.revision, 1);
    assert.equal(await small.snapshot(), before);
    assert.equal(runs, 1);
    assert.deepEqual(passwordsOf(result), [password]);
  });

  it("replaces what cannot be changed, and deletes the old only when all has succeeded", async () => {
    const kubeconfig = readFileSync(small.sandbox.kubeconfig, "utf8"); // as text, as a cloud gives it
    const result = await small.up({ sites: ["campus"], color: "green" }, { kubeconfig });
    assert.deepEqual(actionsOf(result), {
      "Namespace campus": "same",
      "RandomPassword campus": "same",
      "Secret campus-settings": "replaced",
      "Job campus-init": "replaced",
      "Release campus-release": "updated",
    });
    assert.equal(result.releases[0]?.revision, 2);
    assert.equal(await small.names("jobs", "campus"), "init-green");
    const left = readdirSync(tmpdir()).filter((name) => name.startsWith("openedx-kubeconfig-"));
    assert.deepEqual(left, [], "helm's copy of the kubeconfig is removed");
    assert.doesNotMatch(await small.names("secrets", "campus"), /settings-red/);
    assert.deepEqual(passwordsOf(result), [password]);
  });

  it("tells which task of a Job failed with the end of its log, leaves the release, and heals", async () => {
    const stopFailing = await failPods({
      kubectl: small.kubectlPath,
      kubeconfig: small.sandbox.kubeconfig,
      namespace: "campus",
      labels: { "batch.kubernetes.io/job-name": "init-blue" },
      container: "02-cms",
      exitCode: 3,
      message: "the message",
      log: `line 1\ncannot log in with ${password}\nthe last line`,
    });
    try {
      await assert.rejects(small.up({ sites: ["campus"], color: "blue" }), (error) => {
        assert.ok(error instanceof UserError);
        assert.match(error.message, /^campus: task 02-cms failed with exit code 3 \(Job campus\/init-blue\)/);
        assert.match(error.message, /the last line/);
        assert.doesNotMatch(error.message, new RegExp(password), "secrets are hidden in logs");
        return true;
      });
    } finally {
      await stopFailing();
    }
    assert.equal(await small.web("campus", ".spec.template.metadata.annotations.color"), "green");
    assert.match(
      await small.names("secrets", "campus"),
      /settings-green/,
      "the running version still needs it",
    );
    const healed = await small.up({ sites: ["campus"], color: "blue" });
    assert.equal(healed.releases[0]?.revision, 3);
    assert.equal(await small.web("campus", ".spec.template.metadata.annotations.color"), "blue");
    assert.doesNotMatch(await small.names("secrets", "campus"), /settings-green/);
  });

  it("finds every invalid object before anything is changed", async () => {
    const before = await small.snapshot();
    const wanted: SmallStack = { sites: ["campus", "fresh"], color: "black", extra: "plain" };
    await assert.rejects(small.up({ ...wanted, misspelt: "release" }), (error) => {
      assert.ok(error instanceof UserError);
      for (const site of wanted.sites) {
        const fault = `${site}: release ${site}/${site}: Deployment web: .*"spec.replica"`;
        assert.match(error.message, new RegExp(fault));
      }
      return true;
    });
    await assert.rejects(
      small.up({ ...wanted, misspelt: "object" }),
      /campus: Secret campus\/extra: .*labelz/,
    );
    assert.equal(await small.snapshot(), before);
  });

  it("brings a release back that does not come up, says which pods are in the way, and heals", async () => {
    const wanted: SmallStack = { sites: ["campus"], color: "blue", unschedulable: true, timeout: 3 };
    await assert.rejects(small.up(wanted), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(
        error.message,
        /^campus: release campus\/campus is not up after 3 s. It went back to revision 3/,
      );
      assert.match(error.message, /Deployment web \d of 2 pods are ready/);
      assert.match(error.message, /pod web-\S+ is Pending: .*node/);
      return true;
    });
    assert.equal(await small.web("campus", ".spec.template.spec.nodeSelector"), "");
    const healed = await small.up({ sites: ["campus"], color: "blue" });
    assert.equal(actionsOf(healed)["Release campus-release"], "updated");
    assert.equal(await small.web("campus", ".status.readyReplicas"), "2");
  });

  it("takes away what has left the program, but nothing that is protected", async () => {
    await small.up({ sites: ["campus", "second"], color: "blue", extra: "protected" });
    const before = await small.snapshot();
    await assert.rejects(small.up({ sites: ["campus"], color: "blue" }), /Secret second\/extra .*protected/);
    assert.equal(await small.snapshot(), before);
    await small.up({ sites: ["campus", "second"], color: "blue", extra: "plain" });
    const result = await small.up({ sites: ["campus"], color: "blue" });
    const deleted = result.resources.filter(({ action }) => action === "deleted").map(({ name }) => name);
    assert.deepEqual(deleted.sort(), [
      "campus-extra",
      "second",
      "second-extra",
      "second-init",
      "second-release",
      "second-settings",
    ]);
    assert.doesNotMatch(await small.kubectl("get", "namespaces"), /second/);
    assert.doesNotMatch(await small.names("secrets", "campus"), /extra/);
  });

  it("lets one run at a time work on a stack", async () => {
    const first = small.up({ sites: ["campus"], color: "violet" });
    await delay(300);
    await assert.rejects(small.up({ sites: ["campus"], color: "white" }), (error) => {
      assert.ok(error instanceof UserError);
      assert.ok(error.message.includes(`process ${process.pid} on ${hostname()}, since 20`), error.message);
      return true;
    });
    await first;
  });

  it("stops in order when asked, and gives the lease back", async () => {
    const stop = new AbortController();
    const running = small.up({ sites: ["campus"], color: "grey" }, { signal: stop.signal });
    setTimeout(() => stop.abort(), 500);
    await assert.rejects(running, /The run was stopped/);
    assert.equal(await small.names("leases", "openedx-local"), "");
    await small.up({ sites: ["campus"], color: "grey" });
    assert.equal(await small.names("jobs", "campus"), "init-grey");
  });

  it("says within seconds that a cluster cannot be reached", async () => {
    const began = Date.now();
    const text = readFileSync(small.sandbox.kubeconfig, "utf8").replace(
      /server: .*/,
      "server: https://127.0.0.1:1",
    );
    await assert.rejects(small.up({ sites: [], color: "" }, { kubeconfig: text }), (error) => {
      return error instanceof UserError && /https:\/\/127.0.0.1:1 cannot be reached/.test(error.message);
    });
    assert.ok(Date.now() - began < 6000);
  });

  it("keeps a state that is larger than one Secret", async () => {
    const cluster = new Cluster(readAccess(small.sandbox.kubeconfig));
    try {
      await ensureStateNamespace(cluster);
      const store = await StateStore.open(cluster, "large", 1000);
      for (let number = 0; number < 200; number += 1) {
        store.state.generated[`urn:${number}`] = {
          type: "t",
          inputs: {},
          outputs: { id: `${Math.random()}` },
        };
      }
      await store.flush();
      const many = (await small.names("secrets", "openedx-local"))
        .split(" ")
        .filter((name) => name.startsWith("large"));
      assert.ok(many.length > 2, many.join());
      const again = await StateStore.open(cluster, "large", 1000);
      assert.deepEqual(again.state, store.state);
      again.state.generated = {};
      await again.flush();
      assert.deepEqual((await StateStore.open(cluster, "large")).state.generated, {});
      await assert.rejects(store.flush(), /Another run has changed the state/);
      await again.remove();
      assert.doesNotMatch(await small.names("secrets", "openedx-local"), /large/);
    } finally {
      cluster.close();
    }
  });

  it("destroys all that it made, the state too", async () => {
    const { resources } = await localDestroy(small.options);
    assert.ok(resources.some(({ name }) => name === "campus-release"));
    const namespaces = await small.kubectl(
      "get",
      "namespaces",
      "--output=jsonpath={.items[*].metadata.name}",
    );
    assert.doesNotMatch(namespaces, /campus|killed|watched/);
  });
});
