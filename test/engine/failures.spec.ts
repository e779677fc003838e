import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../src/workspace/errors.js";
import { go, Preview, Recorder, Thing } from "./programs.js";

describe("a run that fails", () => {
  it("rejects two resources with one URN", async () => {
    const handler = new Recorder();
    const run = go(
      () => {
        new Thing("twin");
        new Thing("twin");
      },
      { handler },
    );
    await assert.rejects(
      run,
      (error) => error instanceof UserError && /same URN urn:.*::twin/.test(error.message),
    );
    assert.equal(handler.seen.length, 1);
  });

  it("surfaces what the program threw, and starts nothing more", async () => {
    const thrown = new UserError("config is wrong");
    await assert.rejects(
      go(() => {
        throw thrown;
      }),
      (error) => error === thrown,
    );
    await assert.rejects(
      go(() => {
        pulumi.output(1).apply(() => {
          throw thrown;
        });
      }),
      (error) => error === thrown,
    );
    await assert.rejects(
      go(() => {
        setTimeout(() => {
          throw thrown;
        }, 0);
        return new Promise((resolve) => setTimeout(resolve, 1000));
      }),
      (error) => error === thrown,
    );
  });

  it("surfaces what a handler threw, waits for the others, and registers no dependents", async () => {
    const thrown = new UserError("disk full");
    let finished = false;
    const handler = new Recorder(async ({ name }) => {
      if (name === "bad") {
        throw thrown;
      }
      if (name === "slow") {
        await new Promise((resolve) => setTimeout(resolve, 300));
        finished = true;
      }
      return { outputs: {} };
    });
    const run = go(
      () => {
        new Thing("slow");
        const bad = new Thing("bad", { value: "1" });
        new Thing("dependent", { value: bad.value });
      },
      { handler },
    );
    await assert.rejects(run, (error) => error === thrown);
    assert.equal(finished, true);
    assert.deepEqual(
      handler.seen.map(({ name }) => name),
      ["slow", "bad"],
    );
  });

  it("fails when the program logs an error, and keeps warnings", async () => {
    const result = await go(() => pulumi.log.warn("careful"));
    assert.deepEqual(result.logs, [{ severity: "warning", message: "careful" }]);
    await assert.rejects(
      go(() => pulumi.log.error("not so")),
      (error) => error instanceof UserError && error.message === "not so",
    );
  });

  it("stops at a signal", async () => {
    const controller = new AbortController();
    const run = go(() => new Promise(() => controller.abort(new UserError("stopped"))), {
      signal: controller.signal,
    });
    await assert.rejects(run, { message: "stopped" });
  });

  it("fails instead of waiting for ever", async () => {
    const run = go(() => new Promise(() => setTimeout(() => process.emit("beforeExit", 0), 5)));
    await assert.rejects(run, /waits for something that never comes/);
  });

  it("keeps to the number of resources that may be under way", async () => {
    let now = 0;
    let most = 0;
    const handler = new Recorder(async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 2));
      now -= 1;
      return { outputs: {} };
    });
    await go(() => Array.from({ length: 20 }, (_, index) => new Thing(`t${index}`)).length, {
      handler,
      parallel: 3,
    });
    assert.equal(most, 3);
  });

  it("keeps runs side by side apart, failures too", async () => {
    const thrown = new Error("only here");
    const program = (name: string) => async (): Promise<Record<string, unknown>> => {
      for (let index = 0; index < 20; index += 1) {
        const thing = new Thing(`${name}${index}`, { value: pulumi.getStack() });
        await new Promise((resolve) => setImmediate(resolve));
        if (name === "c" && index === 10) {
          thing.value.apply(() => {
            throw thrown;
          });
        }
      }
      return { me: new pulumi.Config().require("me"), dryRun: pulumi.runtime.isDryRun() };
    };
    const [a, b, c] = await Promise.allSettled([
      go(program("a"), { stack: "a", config: { "proj:me": "a" } }),
      go(program("b"), { stack: "b", config: { "proj:me": "b" }, dryRun: true, handler: new Preview() }),
      go(program("c"), { stack: "c", config: { "proj:me": "c" } }),
    ]);
    assert.ok(a.status === "fulfilled" && b.status === "fulfilled" && c.status === "rejected");
    assert.deepEqual(a.value.outputs, { me: "a", dryRun: false });
    assert.deepEqual(b.value.outputs, { me: "b", dryRun: true });
    assert.equal(c.reason, thrown);
    for (const [stack, { registrations }] of [
      ["a", a.value],
      ["b", b.value],
    ] as const) {
      assert.equal(registrations.length, 21);
      assert.ok(registrations.every(({ urn }) => urn.startsWith(`urn:pulumi:${stack}::`)));
      assert.ok(registrations.slice(1).every(({ inputs }) => inputs.value === stack));
    }
  });
});
