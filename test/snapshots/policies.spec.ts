import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judgePlans } from "../../src/automation/policyReport.js";
import { facts } from "../../providers/clouds.js";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { type Plan, planProgram } from "../../src/engine/plan.js";
import { readStack, stackNames } from "../../src/engine/stackFile.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { silent } from "../../src/workspace/progress.js";
import { analyze } from "../policies/analyzer.js";

const { helm } = createToolchain({ progress: silent });

const stacks = stackNames();

describe("the policies on this repository's own stacks", () => {
  const plans = new Map<string, Plan>();
  let noCharts: string;

  before(async () => {
    noCharts = mkdtempSync(join(tmpdir(), "no-charts-"));
    for (const stack of stacks) {
      const read = readStack(stack);
      const config = { ...read.config, "openedx:charts": JSON.stringify({ mirror: noCharts }) };
      const request = { stack, program: stackProgram(silent), progress: silent, helm };
      plans.set(stack, await planProgram({ ...request, config: { ...read, config } }));
    }
  });
  after(() => rmSync(noCharts, { recursive: true }));

  const planOf = (stack: string): Plan => {
    const plan = plans.get(stack);
    assert.ok(plan);
    return plan;
  };

  for (const stack of stacks) {
    it(`${stack} violates no mandatory one`, () => {
      const { violations } = judgePlans([planOf(stack)], facts, undefined);
      assert.deepEqual(
        violations.filter(({ level }) => level === "mandatory"),
        [],
      );
    });

    it(`${stack} violates none that the engine would check, which renders no charts`, async () => {
      const { resources } = planOf(stack);
      process.env.PULUMI_CONFIG = JSON.stringify(readStack(stack).config);
      try {
        const found = await analyze(resources);
        assert.deepEqual(
          found.filter(({ level }) => level === "mandatory"),
          [],
        );
      } finally {
        delete process.env.PULUMI_CONFIG;
      }
    });
  }

  it("holds for all stacks together: no two have one host", () => {
    const { violations } = judgePlans([...plans.values()], facts, undefined);
    assert.deepEqual(
      violations.filter(({ level }) => level === "mandatory"),
      [],
    );
  });

  it("sees that two stacks claim the same hosts", () => {
    const text = JSON.stringify(planOf("azure")).replaceAll("campus.azure.example.com", "campus.aws.example.com");
    const { violations, markdown } = judgePlans([planOf("aws"), JSON.parse(text) as Plan], facts, undefined);
    assert.deepEqual(
      new Set(violations.filter(({ rule }) => rule === "unique-hosts").map(({ stack }) => stack)),
      new Set(["aws", "azure"]),
    );
    assert.match(markdown, /^# Policies: \d+ mandatory .* in aws, azure\n\n## Must be fixed/);
  });

  it("sees what is broken in a real plan", async () => {
    const plan = JSON.parse(JSON.stringify(planOf("aws"))) as Plan;
    const database = plan.resources.find(({ type }) => type === "aws:rds/instance:Instance");
    const objects = Object.values(plan.manifests).flat();
    const lms = objects.find(({ kind, metadata }) => kind === "Deployment" && metadata.name === "lms");
    assert.ok(database && lms);
    database.protect = false;
    database.inputs.publiclyAccessible = true;
    const [container] = (lms.spec as { template: { spec: { containers: { image: string; env?: object[] }[] } } })
      .template.spec.containers;
    assert.ok(container);
    container.image = "docker.io/overhangio/openedx";
    container.env = [{ name: "OPENEDX_MYSQL_PASSWORD", value: "hunter2" }];
    const rules = judgePlans([plan], facts, undefined).violations.map(({ rule }) => rule);
    assert.deepEqual(rules, ["no-plain-secrets", "no-latest-images", "data-protected", "no-public-databases"]);
    const found = await analyze(plan.resources);
    assert.deepEqual([...new Set(found.map(({ policy }) => policy))], ["data-protected", "no-public-databases"]);
  });
});
