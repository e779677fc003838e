import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { oneAfterAnother, sideBySide } from "../../src/automation/stacks/several.js";
import { UserError } from "../../src/workspace/errors.js";

const states = ({ stacks }: { stacks: { stack: string; state: string }[] }): string[] =>
  stacks.map(({ stack, state }) => `${stack} ${state}`);

describe("several stacks", () => {
  it("side by side keep to the limit, and one that fails leaves the others alone", async () => {
    let [now, most] = [0, 0];
    const joined = await sideBySide(
      ["a", "b", "c", "d", "e"],
      async (stack) => {
        most = Math.max(most, ++now);
        await setTimeout(5);
        now--;
        if (stack === "b") {
          throw new UserError("b is broken");
        }
        return stack.toUpperCase();
      },
      { limit: 2 },
    );
    assert.equal(most, 2);
    assert.equal(joined.ok, false);
    assert.deepEqual(states(joined), ["a ok", "b failed", "c ok", "d ok", "e ok"]);
    assert.deepEqual(joined.stacks[2], { stack: "c", state: "ok", result: "C" });
  });

  it("one after another stop at the first failure", async () => {
    const begun: string[] = [];
    const joined = await oneAfterAnother(["a", "b", "c"], (stack) => {
      begun.push(stack);
      return stack === "b" ? Promise.reject(new UserError("b is broken")) : Promise.resolve();
    });
    assert.deepEqual(begun, ["a", "b"]);
    assert.deepEqual(states(joined), ["a ok", "b failed", "c not run"]);
    assert.deepEqual(joined.stacks[2], { stack: "c", state: "not run", reason: "b failed before" });
  });

  it("are not begun after the end was asked for", async () => {
    const controller = new AbortController();
    const joined = await sideBySide(
      ["a", "b"],
      (stack) => {
        controller.abort();
        return Promise.resolve(stack);
      },
      { limit: 1, signal: controller.signal },
    );
    assert.deepEqual(states(joined), ["a ok", "b not run"]);
  });

  it("are ok together when each is", async () => {
    const joined = await oneAfterAnother(["a", "b"], (stack) => Promise.resolve(stack));
    assert.equal(joined.ok, true);
  });
});
