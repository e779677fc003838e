import assert from "node:assert/strict";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { derivePassword } from "../../src/instance/secrets/derive.js";
import { killRun } from "./support/killing.js";
import { changesOf, TestStack, type TestUp } from "./support/testStack.js";

/** What the cluster shows when a run has come so far. */
type Moment = { what: string; reached: (stack: TestStack) => Promise<boolean> };

const namespace = "academy";

async function has(stack: TestStack, kind: string, pattern: RegExp): Promise<boolean> {
  const objects = await stack.list(kind, namespace).catch(() => []);
  return objects.some(({ metadata }) => pattern.test(metadata.name));
}

async function releaseIs(stack: TestStack, release: string, status: RegExp): Promise<boolean> {
  const secrets = await stack.list("secrets", namespace).catch(() => []);
  return secrets.some(
    ({ metadata }) => metadata.labels?.name === release && status.test(metadata.labels.status ?? ""),
  );
}

/** In their order within a first run. */
const moments: Moment[] = [
  {
    what: "when the first config object is there",
    reached: (stack) => has(stack, "secrets", /-[0-9a-f]{10}$/),
  },
  {
    what: "while the databases are installed",
    reached: (stack) => releaseIs(stack, "academy-data", /pending-install|deployed/),
  },
  { what: "while the init Job runs", reached: (stack) => has(stack, "jobs", /-init-/) },
  {
    what: "while the site is installed",
    reached: (stack) => releaseIs(stack, "academy", /pending-install|deployed/),
  },
];

describe("a run that is killed", () => {
  let stack: TestStack;
  const wanted: TestUp = { instances: { academy: {} } };

  before(async () => {
    stack = await TestStack.start("kill");
  });
  after(() => stack.stop());

  for (const { what, reached } of moments) {
    it(`${what} leaves nothing that the next can't go on from`, async () => {
      const child = await stack.spawnUp(wanted);
      const ended = once(child, "exit");
      // On a quick machine the run before may have come beyond this moment already: then this one is killed as soon as
      // it begins to change something.
      let printed = "";
      child.stderr?.on("data", (chunk: Buffer) => (printed += chunk.toString()));
      while (
        child.exitCode === null &&
        !(printed.includes("Judging") && (await reached(stack).catch(() => false)))
      ) {
        await setTimeout(20);
      }
      await killRun(stack, child, "all");
      const [, signal] = (await ended) as [number | null, string | null];
      assert.equal(signal, "SIGKILL", `the run had not ended before:\n${printed}`);
    });
  }

  it("is ended by the next one, which runs through", async () => {
    await stack.up(wanted);
    for (const release of ["academy", "academy-data"]) {
      const { stdout } = await stack.helm("status", release, `--namespace=${namespace}`, "--output=json");
      assert.equal((JSON.parse(stdout) as { info: { status: string } }).info.status, "deployed");
    }
    for (const { metadata, spec, status } of await stack.list("deployments", namespace)) {
      const { replicas } = spec as { replicas: number };
      assert.equal((status as { readyReplicas?: number }).readyReplicas, replicas, metadata.name);
    }
    const jobs = await stack.list("jobs", namespace);
    assert.deepEqual(jobs.map(({ metadata }) => metadata.name.replace(/-[0-9a-f]+$/, "")).sort(), [
      "academy-admin",
      "academy-init",
    ]);
    assert.ok(jobs.every(({ status }) => (status as { succeeded?: number }).succeeded === 1));
  });

  it("leaves one of each config object, with the secrets that were made first", async () => {
    const secrets = (await stack.list("secrets", namespace)).filter(({ type }) => type === "Opaque");
    const names = secrets.map(({ metadata }) => metadata.name.replace(/-[0-9a-f]+$/, ""));
    assert.deepEqual(names, [...new Set(names)]);
    const texts = JSON.stringify(
      secrets.map(({ data }) =>
        Object.values(data as object).map((text) => Buffer.from(String(text), "base64").toString()),
      ),
    );
    const [seed] = Object.entries(await stack.generated(wanted)).flatMap(([urn, { result }]) =>
      urn.endsWith("::academy-secrets") ? [String(result)] : [],
    );
    const password = derivePassword(
      seed ?? assert.fail("there is no seed"),
      { instance: "academy", key: "OPENEDX_MYSQL_PASSWORD", generation: 1 },
      24,
    );
    assert.ok(texts.includes(password));
  });

  it("leaves nothing to do for the run after", async () => {
    assert.deepEqual(changesOf(await stack.up(wanted)), []);
  });
});
