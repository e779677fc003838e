import assert from "node:assert/strict";
import { type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { disagreements } from "./support/agreement.js";
import { killRun, processesOf, type Victim } from "./support/killing.js";
import { changesOf, TestStack, type TestUp, configureInstance } from "./support/testStack.js";

/** How many runs are killed, of each kind: each victim once. More take their time. */
const kills = { first: 3, again: 3 };

/** Decides the moments. */
const seed = 20261126;

const victims: readonly Victim[] = ["all", "engine", "program"];

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomNumbers(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** `count` moments within a run, each somewhere in its own part of it, so that they reach over all of it. */
function momentsOf(count: number, random: () => number): number[] {
  return Array.from({ length: count }, (_, index) => (index + random()) / count);
}

describe("a run that is killed anywhere", () => {
  const random = randomNumbers(seed);
  let stack: TestStack;
  /** Milliseconds that an undisturbed run takes. */
  const lasts = { first: 0, again: 0 };

  before(async () => {
    stack = await TestStack.start("anywhere");
  });
  after(() => stack.stop());

  const site = (name: string): TestUp => {
    const folder = stack.copyInstance("academy");
    configureInstance(folder, { LMS_HOST: `${name}.example.org`, CMS_HOST: `studio.${name}.example.org` });
    return { stack: `of-${name}`, instances: { [name]: { folder } } };
  };

  /** Runs `up`, kills it at this part of its time, and lets the next one put it right. */
  async function rehearse(
    wanted: TestUp,
    part: number,
    kind: keyof typeof lasts,
    victim: Victim,
  ): Promise<void> {
    const run = await begin(stack, wanted);
    await Promise.race([run.ended, setTimeout(part * lasts[kind])]);
    // Between its preview and its deployment a run has no engine.
    while (victim === "engine" && run.child.exitCode === null && !hasEngine(stack)) {
      await setTimeout(10);
    }
    assert.equal(run.child.exitCode, null, `it was over before:\n${run.printed()}`);
    await killRun(stack, run.child, victim);
    await run.ended;
    const { exitCode, signalCode } = run.child;
    assert.ok(victim === "engine" ? exitCode !== 0 : signalCode === "SIGKILL", run.printed());
    if (victim === "engine") {
      assert.match(run.printed(), /the Pulumi engine was killed \(SIGKILL\).*`openedx up \S+` goes on/);
    }
    // The engine outlives its program for as long as it works on something, and holds the lock.
    while (victim === "program" && hasEngine(stack)) {
      await setTimeout(100);
    }
    const healed = await finish(await begin(stack, wanted));
    assert.equal(healed.code, 0, `${run.printed()}\n--- then:\n${healed.printed}`);
    assert.deepEqual(await disagreements(stack, wanted), []);
    assert.deepEqual(changesOf(await stack.up(wanted)), []);
  }

  it("takes its time undisturbed", async () => {
    const wanted = site("calm");
    lasts.first = (await finish(await begin(stack, wanted))).milliseconds;
    configureInstance(folderOf(wanted, "calm"), { PLATFORM_NAME: "Calm" });
    lasts.again = (await finish(await begin(stack, wanted))).milliseconds;
    assert.deepEqual(await disagreements(stack, wanted), []);
  });

  momentsOf(kills.first, random).forEach((part, index) => {
    const victim = victims[index % victims.length] ?? "all";
    it(`in a first deployment, ${Math.round(part * 100)} % (${victim}), is healed by the next`, () =>
      rehearse(site(`first${index}`), part, "first", victim));
  });

  it("leaves a release that its plugin ended by itself, which the next takes as it is", async () => {
    const wanted = site("orphan");
    const statusOf = async (): Promise<unknown> =>
      (await stack.list("secrets", "orphan").catch(() => [])).find(
        ({ metadata: { labels } }) => labels?.owner === "helm" && labels.name === "orphan-data",
      )?.metadata.labels?.status;
    const run = await begin(stack, wanted);
    while ((await statusOf()) === undefined) {
      assert.equal(run.child.exitCode, null, run.printed());
    }
    run.child.kill("SIGKILL"); // else it would end the plugin
    await killRun(stack, run.child, "engine");
    await run.ended;
    while ((await statusOf()) !== "deployed") {
      await setTimeout(50);
    }
    const healed = await finish(await begin(stack, wanted));
    assert.equal(healed.code, 0, healed.printed);
    assert.doesNotMatch(healed.printed, /Release orphan-data/);
    assert.deepEqual(await disagreements(stack, wanted), []);
    assert.deepEqual(changesOf(await stack.up(wanted)), []);
  });

  describe("in a deployment that changes", () => {
    let wanted: TestUp;
    let folder: string;

    before(async () => {
      wanted = site("site");
      folder = folderOf(wanted, "site");
      await stack.up(wanted);
    });

    const changes: readonly [string, (index: number) => void][] = [
      ["a setting", (index) => configureInstance(folder, { PLATFORM_NAME: `Academy ${index}` })],
      [
        "an image",
        (index) => configureInstance(folder, { DOCKER_IMAGE_OPENEDX: `docker.io/example/openedx:${index}` }),
      ],
      [
        "a plugin more",
        (index) => configureInstance(folder, { PLUGINS: ["academy", "mfe", pluginIn(folder, index)] }),
      ],
      ["a host", (index) => configureInstance(folder, { LMS_HOST: `learn${index}.example.org` })],
      ["a site more", () => (wanted.instances.other = site("other").instances.other ?? {})],
      ["a plugin less", () => configureInstance(folder, { PLUGINS: ["academy", "mfe"] })],
      ["a site less", () => delete wanted.instances.other],
    ];

    momentsOf(kills.again, random).forEach((part, index) => {
      const [what, change] = changes[index % changes.length] ?? assert.fail();
      const victim = victims[(index + 1) % victims.length] ?? "all";
      it(`${what}, ${Math.round(part * 100)} % (${victim}), is healed by the next`, async () => {
        change(index);
        await rehearse(wanted, part, "again", victim);
      });
    });
  });
});

interface Run {
  child: ChildProcess;
  ended: Promise<unknown>;
  printed: () => string;
  since: number;
}

/** Whether the engine is at work on the stack. */
function hasEngine(stack: TestStack): boolean {
  return processesOf(stack.project.environment).some(({ command }) =>
    /\/pulumi (preview|up|refresh) /.test(command),
  );
}

/** Begins a run, whose time counts from when its engine begins. */
async function begin(stack: TestStack, wanted: TestUp): Promise<Run> {
  const child = await stack.spawnUp(wanted);
  let text = "";
  child.stderr?.on("data", (chunk: Buffer) => (text += chunk.toString()));
  const ended = once(child, "exit");
  while (child.exitCode === null && !hasEngine(stack)) {
    await setTimeout(20);
  }
  return { child, ended, printed: () => text, since: Date.now() };
}

async function finish(run: Run): Promise<{ code: number | null; printed: string; milliseconds: number }> {
  await run.ended;
  return { code: run.child.exitCode, printed: run.printed(), milliseconds: Date.now() - run.since };
}

function folderOf({ instances }: TestUp, name: string): string {
  return instances[name]?.folder ?? assert.fail(`there is no ${name}`);
}

/** Writes a plugin that changes the LMS's settings, and gives its name. */
function pluginIn(folder: string, index: number): string {
  mkdirSync(join(folder, "plugins"), { recursive: true });
  writeFileSync(
    join(folder, "plugins", "word.yml"),
    `name: word\nversion: 1.0.0\npatches:\n  openedx-lms-common-settings: |\n    WORD = "${index}"\n`,
  );
  return "word";
}
