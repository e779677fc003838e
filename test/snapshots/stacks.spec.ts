import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { type Plan, planStack } from "../../src/engine/plan.js";
import { planToJson } from "../../src/engine/report.js";
import { planSummary } from "../engine/summary.js";
import { readStack } from "../../src/engine/stackFile.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { programFolder } from "../../src/workspace/paths.js";
import { silent } from "../../src/workspace/progress.js";

const { helm } = createToolchain({ progress: silent });

/** A mirror without charts, so that a snapshot is the same with and without the internet. */
let noCharts: string;

function plan(stack: string): Promise<Plan> {
  const read = readStack(stack);
  const config = { ...read.config, "openedx:charts": JSON.stringify({ mirror: noCharts }) };
  return planStack({
    stack,
    program: stackProgram(silent),
    progress: silent,
    helm,
    config: { ...read, config },
  });
}

const stacks = readdirSync(join(programFolder, "stacks")).flatMap(
  (file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? [],
);

describe("the plan of each stack", () => {
  before(() => {
    noCharts = mkdtempSync(join(tmpdir(), "no-charts-"));
  });
  after(() => rmSync(noCharts, { recursive: true }));

  it("is kept for at least the sandbox", () => assert.ok(stacks.includes("sandbox")));

  for (const stack of stacks) {
    const file = join(import.meta.dirname, `${stack}.txt`);

    it(`${stack} is as in its snapshot (UPDATE_SNAPSHOTS=1 writes it anew)`, async () => {
      const summary = planSummary(await plan(stack));
      if (process.env.UPDATE_SNAPSHOTS === "1") {
        writeFileSync(file, summary);
      }
      assert.equal(summary, readFileSync(file, "utf8"));
    });

    it(`${stack} is the same each time, to the byte, and names a parent for every resource but the stack`, async () => {
      const [once, again] = [await plan(stack), await plan(stack)];
      assert.equal(planToJson(once), planToJson(again));
      const orphans = once.resources.filter(({ parent, type }) => parent === "" && type !== "pulumi:pulumi:Stack");
      assert.deepEqual(orphans, []);
    });

    it(`${stack} leaves no provider to the engine's choice`, async () => {
      const ambient = (await plan(stack)).resources.filter(
        ({ provider, type }) => provider === "" && !/^(pulumi|openedx):/.test(type),
      );
      assert.deepEqual(
        ambient.map(({ urn }) => urn),
        [],
      );
    });
  }
});
