import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { destroy } from "../../src/automation/index.js";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { sandboxDown, sandboxUp } from "../../src/sandbox/sandbox.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { silent, type Step } from "../../src/workspace/progress.js";
import { runChecked } from "../../src/workspace/run.js";
import { failPods } from "./support/failPods.js";
import { changesOf, TestStack, type TestUp, configureInstance } from "./support/testStack.js";

/** What the engine's own ways would lose, and `openedx up` keeps. */
describe("a site in production", () => {
  const namespace = "academy";
  let stack: TestStack;
  let folder: string;

  const wanted = (more: Partial<TestUp> = {}): TestUp => ({
    instances: { academy: { folder } },
    config: { disposable: false },
    ...more,
  });

  const disposable = (): TestUp => wanted({ config: { disposable: true } });

  /** All that a site is: anything that is deleted or made anew shows. */
  async function uids(): Promise<string[]> {
    const kinds = "deployments,secrets,configmaps,services,persistentvolumeclaims,jobs";
    return (await stack.list(kinds, namespace))
      .map(({ kind, metadata }) => `${kind} ${metadata.name} ${(metadata as { uid?: string }).uid}`)
      .sort();
  }

  /** Secrets and ConfigMaps that workloads name and that are not there. */
  async function dangling(): Promise<string[]> {
    const there = new Set(
      (await stack.list("secrets,configmaps", namespace)).map(({ metadata }) => metadata.name),
    );
    const workloads = await stack.list("deployments", namespace);
    const named = workloads.flatMap(({ spec }) =>
      [...JSON.stringify(spec).matchAll(/"(?:secretName|name)":"([a-z-]+-[0-9a-f]{10})"/g)].map(
        ([, name]) => name ?? "",
      ),
    );
    assert.ok(named.length > 0);
    return [...new Set(named)].filter((name) => !there.has(name));
  }

  /** The first task of the init Job. */
  async function firstTask(): Promise<string> {
    const init = (await stack.list("jobs", namespace)).find(({ metadata }) =>
      metadata.name.includes("-init-"),
    );
    return /"name":"(t\d+-[a-z]+)"/.exec(JSON.stringify(init?.spec))?.[1] ?? assert.fail("there is no task");
  }

  async function platformName(): Promise<string> {
    const texts = (await stack.list("secrets", namespace)).flatMap(({ metadata, data }) =>
      metadata.labels?.owner === "helm" ? [] : Object.values((data ?? {}) as Record<string, string>),
    );
    return texts.map((text) => Buffer.from(text, "base64").toString()).join("\n");
  }

  before(async () => {
    stack = await TestStack.start("engine");
    folder = stack.copyInstance("academy");
    await stack.up(wanted());
  });
  after(() => stack.stop());

  it("is not touched when it is taken out of the config by mistake, and comes back with its keys", async () => {
    const before = await uids();
    await assert.rejects(
      stack.up(wanted({ instances: {} })),
      /^OperationError: Nothing was changed\..*is protected/s,
    );
    assert.deepEqual(await uids(), before);
    assert.deepEqual(changesOf(await stack.up(wanted())), []);
  });

  it("is not touched by a destroy that its protection stops", async () => {
    const before = await uids();
    await assert.rejects(destroy(await stack.open(wanted())), /Nothing was changed\..*is protected/s);
    assert.deepEqual(await uids(), before);
  });

  it("can go back to what it was after a deployment that failed", async () => {
    const before = configureInstance(folder, { PLATFORM_NAME: "The Renamed Academy" });
    const end = await failPods({
      kubectl: stack.kubectlPath,
      kubeconfig: stack.sandbox.kubeconfig,
      namespace,
      labels: { "app.kubernetes.io/component": "init" },
      container: await firstTask(),
    });
    try {
      await assert.rejects(stack.up(wanted()), /failed with exit code 1 \(Job academy\/academy-init-/);
    } finally {
      await end();
    }
    writeFileSync(join(folder, "config.yml"), before);
    await stack.up(wanted());
    assert.deepEqual(await dangling(), []);
    assert.deepEqual(changesOf(await stack.up(wanted())), []);
  });

  it("runs after `helm rollback`, and the next deployment sees that it is another", async () => {
    configureInstance(folder, { PLATFORM_NAME: "The Second Academy" });
    await stack.up(wanted());
    assert.equal((await stack.helm("rollback", "academy", "1", `--namespace=${namespace}`)).code, 0);
    assert.deepEqual(await dangling(), []);
    const changes = changesOf(await stack.up(wanted()));
    assert.ok(
      changes.some(([name, op]) => name === "academy" && op === "update"),
      JSON.stringify(changes),
    );
    assert.deepEqual(await dangling(), []);
    assert.match(await platformName(), /The Second Academy/);
  });

  it("is not deployed to another cluster, nor by the engine alone", async () => {
    const toolchain = createToolchain({ progress: silent });
    const name = `other-${process.pid}`;
    const { kubeconfig } = await sandboxUp({ toolchain, progress: silent, name });
    const elsewhere = wanted({ config: { disposable: false, existing: { kubeconfig } } });
    const before = await uids();
    try {
      await assert.rejects(stack.up(elsewhere), /is deployed to another cluster.*nothing was changed/);
      const bare = (await stack.open(elsewhere)).stack;
      for (const command of [() => bare.preview(), () => bare.up()]) {
        await assert.rejects(command, /is deployed to another cluster than the one at .*nothing was changed/);
      }
      const { stdout } = await runChecked(stack.kubectlPath, [
        `--kubeconfig=${kubeconfig}`,
        ...["get", "namespaces", "--output=name"],
      ]);
      assert.doesNotMatch(stdout, /academy/);
    } finally {
      await sandboxDown({ name, progress: silent });
    }
    assert.deepEqual(await uids(), before);
    await (await stack.open(wanted())).stack.up();
    const steps: string[] = [];
    const step = (text: string): Step => (steps.push(text), silent.step(text));
    assert.deepEqual(changesOf(await stack.up(wanted({ progress: { ...silent, step } }))), []);
    assert.deepEqual(steps, [`Previewing ${stack.stack}`], "the preview knows the cluster");
  });

  it("is not deleted when the program ends before it has registered all", async () => {
    await stack.up(disposable());
    const before = await uids();
    const program = stackProgram(silent);
    let runs = 0;
    const endsEarly = (): Promise<unknown> => (runs++ === 0 ? Promise.resolve({}) : program());
    await assert.rejects(
      stack.up({ ...disposable(), program: endsEarly }),
      /^OperationError: Nothing was changed\..*would delete what the program still has.*- Release academy\b/s,
    );
    assert.deepEqual(await uids(), before);
  });

  it("goes wholly where the stack is disposable", async () => {
    await destroy(await stack.open(disposable()));
    const { stdout } = await stack.kubectl("get", "namespaces", "--output=name");
    assert.doesNotMatch(stdout, /academy/);
  });
});
