import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { locateSandbox } from "../../src/sandbox/location.js";
import { takenPorts } from "../../src/sandbox/ports.js";
import { componentNames, killProcessesOf, processesOf } from "../../src/sandbox/processes.js";
import {
  type Sandbox,
  sandboxDown,
  sandboxKubeconfig,
  sandboxStatus,
  sandboxUp,
} from "../../src/sandbox/sandbox.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { silent } from "../../src/workspace/progress.js";
import { run, runChecked } from "../../src/workspace/run.js";
import { failPods } from "./support/failPods.js";
import { listeningAddresses } from "./support/listeners.js";

const name = `spec-${process.pid}`;
const location = locateSandbox(name);
const toolchain = createToolchain({ progress: silent });
const up = (): Promise<Sandbox> => sandboxUp({ toolchain, progress: silent, name });

describe("the sandbox", function () {
  this.timeout(20 * 60_000); // the first time, the control plane is built
  let sandbox: Sandbox;
  let kubectlPath: string;

  async function kubectl(args: string[], input?: string): Promise<string> {
    const all = [`--kubeconfig=${sandbox.kubeconfig}`, ...args];
    return (await runChecked(kubectlPath, all, { input })).stdout;
  }

  async function apply(...items: object[]): Promise<void> {
    await kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  }

  async function statusOf<T>(kind: string, object: string, namespace = "default"): Promise<T> {
    const text = await kubectl(["get", kind, object, `--namespace=${namespace}`, "--output=json"]);
    return (JSON.parse(text) as { status: T }).status;
  }

  before(async () => {
    kubectlPath = (await toolchain.controlPlane()).kubectl;
    sandbox = await up();
  });

  after(() => sandboxDown({ name, progress: silent }));

  it("runs every component once, also when two bring it up at the same time", async () => {
    await Promise.all([up(), up()]);
    const processes = (await processesOf(location)).map((process) => process.name).sort();
    assert.deepEqual(processes, [...componentNames].sort());
  });

  it("is found within a second when it runs", async () => {
    const started = Date.now();
    assert.deepEqual(await up(), sandbox);
    assert.ok(Date.now() - started < 1000);
  });

  it("says how it is", async () => {
    const status = await sandboxStatus({ name });
    assert.equal(status.state, "running");
    assert.equal(status.server, sandbox.server);
    assert.deepEqual(status.missing, []);
    assert.equal(sandboxKubeconfig({ name }), sandbox.kubeconfig);
    assert.equal(statSync(sandbox.kubeconfig).mode & 0o077, 0, "others can read the kubeconfig");
  });

  it("listens on loopback only", async function () {
    if (process.platform !== "linux") {
      this.skip();
    }
    const addresses = listeningAddresses((await processesOf(location)).map(({ pid }) => pid));
    assert.ok(addresses.length >= componentNames.length);
    assert.deepEqual([...new Set(addresses)], ["0100007F"]);
  });

  it("calls itself by the release it was built from, which charts ask for", async () => {
    const { serverVersion } = JSON.parse(await kubectl(["version", "--output=json"])) as {
      serverVersion: { gitVersion: string; major: string; minor: string };
    };
    assert.match(serverVersion.gitVersion, /^v1\.3\d\.\d+$/);
    assert.equal(serverVersion.gitVersion.split(".")[1], serverVersion.minor);
  });

  it("makes pods Ready, with their init containers done and their sidecars running", async () => {
    await apply({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: "web" } },
        template: {
          metadata: { labels: { app: "web" } },
          spec: {
            initContainers: [
              { name: "prepare", image: "example" },
              { name: "sidecar", image: "example", restartPolicy: "Always" },
            ],
            containers: [{ name: "web", image: "example" }],
          },
        },
      },
    });
    await kubectl(["rollout", "status", "deployment/web", "--timeout=30s"]);
    const { items } = JSON.parse(await kubectl(["get", "pods", "-l", "app=web", "-o", "json"])) as {
      items: {
        spec: { nodeName: string };
        status: { podIP: string; initContainerStatuses: { ready: boolean; state: object }[] };
      }[];
    };
    assert.equal(new Set(items.map((pod) => pod.spec.nodeName)).size, 3, "not spread over the zones");
    assert.equal(new Set(items.map((pod) => pod.status.podIP)).size, 3);
    assert.deepEqual(
      items[0]?.status.initContainerStatuses.map(({ ready, state }) => [ready, Object.keys(state)]),
      [
        [true, ["terminated"]],
        [true, ["running"]],
      ],
    );
  });

  it("completes Jobs", async () => {
    await apply(job("fine", "default"));
    await kubectl(["wait", "job/fine", "--for=condition=Complete", "--timeout=30s"]);
  });

  it("plays a failing container, with its message and log, for tests", async () => {
    await kubectl(["create", "namespace", "failing"]);
    const heal = await failPods({
      kubectl: kubectlPath,
      kubeconfig: sandbox.kubeconfig,
      namespace: "failing",
      labels: { "job-name": "broken" },
      container: "second",
      message: 'no "table"',
      log: "line 1\nline 2\n",
    });
    await apply(job("broken", "failing"), job("fine", "failing"));
    await kubectl(["wait", "job/broken", "-n", "failing", "--for=condition=Failed", "--timeout=30s"]);
    await kubectl(["wait", "job/fine", "-n", "failing", "--for=condition=Complete", "--timeout=30s"]);
    const { items } = JSON.parse(
      await kubectl(["get", "pods", "-n", "failing", "-l", "job-name=broken", "-o", "json"]),
    ) as { items: { metadata: { name: string }; status: FailedStatus }[] };
    interface FailedStatus {
      phase: string;
      initContainerStatuses: { state: { terminated?: { exitCode: number; message?: string } } }[];
      containerStatuses: { state: object }[];
    }
    const pod = items[0];
    assert.equal(pod?.status.phase, "Failed");
    const [first, second] = pod.status.initContainerStatuses;
    assert.equal(first?.state.terminated?.exitCode, 0);
    assert.equal(second?.state.terminated?.exitCode, 1);
    assert.equal(second.state.terminated.message, 'no "table"');
    assert.deepEqual(Object.keys(pod.status.containerStatuses[0]?.state ?? {}), ["waiting"]);
    const log = await kubectl(["logs", pod.metadata.name, "-n", "failing", "-c", "second", "--tail=1"]);
    assert.equal(log, "line 2\n");
    await heal();
    await apply(job("again", "failing"));
    await kubectl(["wait", "job/again", "-n", "failing", "--for=condition=Complete", "--timeout=30s"]);
  });

  it("binds claims of the default class, and again after they were deleted", async () => {
    const claim = {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "25Gi" } } },
    };
    for (const round of [1, 2]) {
      await apply(claim);
      await kubectl(["wait", "pvc/data", "--for=jsonpath={.status.phase}=Bound", "--timeout=30s"]);
      const { capacity } = await statusOf<{ capacity: { storage: string } }>("pvc", "data");
      assert.equal(capacity.storage, "25Gi", `round ${round}`);
      await kubectl(["delete", "pvc", "data"]);
    }
    await kubectl(["wait", "pv", "--all", "--for=delete", "--timeout=30s"]);
  });

  it("gives LoadBalancer Services an address, and has room for thousands of Services", async () => {
    await apply({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "balanced" },
      spec: { type: "LoadBalancer", clusterIP: "10.96.200.200", ports: [{ port: 80 }] },
    });
    const address = "--for=jsonpath={.status.loadBalancer.ingress[0].ip}";
    await kubectl(["wait", "service/balanced", address, "--timeout=30s"]);
  });

  it("enforces Pod Security and quotas", async () => {
    await apply(
      {
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "strict", labels: { "pod-security.kubernetes.io/enforce": "restricted" } },
      },
      {
        apiVersion: "v1",
        kind: "ResourceQuota",
        metadata: { name: "few", namespace: "strict" },
        spec: { hard: { services: "0" } },
      },
    );
    await kubectl(["wait", "serviceaccount/default", "-n", "strict", "--for=create", "--timeout=30s"]);
    const refused = async (object: object): Promise<string> => {
      const args = [`--kubeconfig=${sandbox.kubeconfig}`, "create", "-f", "-"];
      const result = await run(kubectlPath, args, { input: JSON.stringify(object) });
      assert.notEqual(result.code, 0);
      return result.stderr;
    };
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "root", namespace: "strict" },
      spec: { containers: [{ name: "root", image: "example" }] },
    };
    assert.match(await refused(pod), /violates PodSecurity "restricted:latest"/);
    const service = {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "one", namespace: "strict" },
      spec: { ports: [{ port: 80 }] },
    };
    assert.match(await refused(service), /exceeded quota: few/);
  });

  it("goes on with its data after a component died, and after a reboot", async () => {
    const kill = async (only?: string): Promise<void> => {
      for (const process of await processesOf(location)) {
        if (only === undefined || process.name === only) {
          globalThis.process.kill(process.pid, "SIGKILL");
        }
      }
      await setTimeout(200);
    };
    await kubectl(["create", "configmap", "kept"]);
    const notes: string[] = [];
    const upAgain = (): Promise<Sandbox> =>
      sandboxUp({ toolchain, progress: { ...silent, note: (text) => notes.push(text) }, name });
    await kill("etcd");
    assert.deepEqual((await sandboxStatus({ name })).missing, ["etcd"]);
    await upAgain();
    assert.deepEqual(notes, []);
    await kubectl(["get", "configmap", "kept"]);

    await kill();
    // After a reboot, pid files hold numbers of others' processes: here this one's.
    writeFileSync(join(location.clusterFolder, "pids", "kube-scheduler.pid"), String(process.pid));
    await upAgain();
    assert.deepEqual(notes, []);
    await kubectl(["get", "configmap", "kept"]);
    await kubectl(["rollout", "restart", "deployment/web"]);
    await kubectl(["rollout", "status", "deployment/web", "--timeout=30s"]);
  });

  it("moves to other ports when one of its own was taken while it was stopped", async () => {
    await killProcessesOf(location);
    const port = Number(new URL(sandbox.server).port);
    assert.deepEqual(await takenPorts([port]), []);
    const squatter = createServer().listen(port, "127.0.0.1");
    await once(squatter, "listening");
    const started = Date.now();
    const moved = await up();
    assert.ok(Date.now() - started < 60_000, "it waited for a port in vain");
    assert.notEqual(moved.server, sandbox.server);
    assert.equal(moved.kubeconfig, sandbox.kubeconfig);
    sandbox = moved;
    squatter.close();
    await kubectl(["get", "nodes"]);
  });

  it("leaves neither processes nor files when it is taken down", async () => {
    assert.equal(await sandboxDown({ name, progress: silent }), true);
    assert.deepEqual(await processesOf(location), []);
    assert.deepEqual(filesOf(name), []);
    assert.equal((await sandboxStatus({ name })).state, "absent");
    assert.throws(() => sandboxKubeconfig({ name }), /There is no sandbox named spec-/);
    assert.equal(await sandboxDown({ name, progress: silent }), false);
  });

  it("is made anew when the run that made it was killed", async () => {
    const script = fileURLToPath(new URL("./support/sandboxUp.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import=tsx", script, name], { stdio: "inherit" });
    const pids = join(location.clusterFolder, "pids");
    while (!existsSync(pids) || readdirSync(pids).length === 0) {
      assert.equal(child.exitCode, null, "it ended before it could be killed");
      await setTimeout(20);
    }
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal((await sandboxStatus({ name })).state, "stopped");
    sandbox = await up();
    assert.equal((await sandboxStatus({ name })).state, "running");
    const processes = (await processesOf(location)).map((process) => process.name).sort();
    assert.deepEqual(processes, [...componentNames].sort());
    await apply(job("after", "default"));
    await kubectl(["wait", "job/after", "--for=condition=Complete", "--timeout=30s"]);
  });
});

function filesOf(sandboxName: string): string[] {
  return readdirSync(dirname(location.folder)).filter((file) => file.startsWith(sandboxName));
}

function job(jobName: string, namespace: string): object {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: jobName, namespace },
    spec: {
      backoffLimit: 0,
      template: {
        spec: {
          restartPolicy: "Never",
          initContainers: ["first", "second", "third"].map((container) => ({
            name: container,
            image: "example",
          })),
          containers: [{ name: "last", image: "example" }],
        },
      },
    },
  };
}
