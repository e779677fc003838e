import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import { UserError } from "../../src/workspace/errors.js";
import { go, Group, preview, Thing } from "./programs.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

describe("a hundred runs", () => {
  it("leave nothing in memory, failed ones included", async () => {
    const left: WeakRef<object>[] = [];
    for (let index = 0; index < 100; index += 1) {
      const program = (): Record<string, unknown> => {
        const group = new Group("group");
        left.push(new WeakRef(group));
        const first = new Thing("first", { value: "v" }, { parent: group });
        new Thing("second", { value: pulumi.interpolate`<${first.value}>` }, { parent: group });
        void pulumi.log.info("here", first);
        return { value: first.value };
      };
      await (index % 2 === 0 ? preview(program) : go(program));
    }
    for (let index = 0; index < 5; index += 1) {
      const failing = go(() => {
        const group = new Group("group");
        left.push(new WeakRef(group));
        const stuck = new Thing("stuck", {
          value: pulumi.output(1).apply(() => Promise.reject(new UserError("no"))),
        });
        new Thing("dependent", { value: stuck.value }, { parent: group });
      });
      await assert.rejects(failing, { name: "UserError" });
    }
    await delay(20);
    collect();
    const alive = left.filter((reference) => reference.deref() !== undefined).length;
    assert.ok(alive <= 2, `${alive} of ${left.length} runs are still in memory`);
  });

  it("leave no listener behind", async () => {
    const count = (): number =>
      process.listenerCount("unhandledRejection") + process.listenerCount("uncaughtException");
    const before = count();
    await go(() => new Thing("one"));
    assert.equal(count(), before);
  });
});
