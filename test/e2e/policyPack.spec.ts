import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { OperationError, preview, up } from "../../src/automation/index.js";
import type { StackReport } from "../../src/automation/stacks/report.js";
import { programFolder } from "../../src/workspace/paths.js";
import { assertFails } from "./support/pulumi/assertFails.js";
import { TestStack, type TestUp, configureInstance } from "./support/testStack.js";

/**
 * Where a CLI has no language host for Node.js beside it, as one that was built from Go modules, the engine starts a pack by
 * this command. It does what the language host of Pulumi's distributions does (RunPlugin in its main.go).
 */
function analyzerIn(folder: string): void {
  const run = createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const script = join(folder, "pulumi-analyzer-policy-nodejs");
  writeFileSync(script, `#!/bin/sh\nexec '${process.execPath}' '${run}' "$@"\n`);
  chmodSync(script, 0o755);
}

describe("the policy pack on the engine", () => {
  const packs = { policyPacks: [join(programFolder, "policy")] };
  const tools = mkdtempSync(join(tmpdir(), "analyzer-"));
  const path = process.env.PATH;
  let stack: TestStack;
  let folder: string;

  const wanted = (): TestUp => ({ instances: { academy: { folder } } });
  const mandatory = ({ policies }: StackReport): string[] =>
    policies.flatMap(({ policy, mandatory: must }) => (must ? [policy] : []));

  before(async () => {
    analyzerIn(tools);
    process.env.PATH = [tools, path].join(delimiter);
    stack = await TestStack.start("policies");
    folder = stack.copyInstance("academy");
  });
  after(async () => {
    process.env.PATH = path;
    rmSync(tools, { recursive: true });
    await stack.stop();
  });

  it("refuses a violation in the preview, and an up before it touches anything", async () => {
    configureInstance(folder, { DOCKER_IMAGE_OPENEDX: "docker.io/example/openedx:latest" });
    const says = /policy no-latest-images: .*openedx:latest/;
    const previewed = await assertFails(preview(await stack.open(wanted()), packs), OperationError, says);
    assert.deepEqual([...new Set(mandatory(previewed.report))], ["no-latest-images"]);
    const refused = await assertFails(up(await stack.open(wanted()), packs), OperationError, says);
    assert.match(refused.message, /^Nothing was changed\. /);
    const { deployment } = (await (await stack.open(wanted())).stack.exportStack()) as {
      deployment: { resources?: unknown[] };
    };
    assert.equal(deployment.resources, undefined);
    await assertFails(stack.kubectl("get", "namespace", "academy"), Error, /not found/);
  });

  it("takes other levels from a file", async () => {
    configureInstance(folder, { DOCKER_IMAGE_OPENEDX: "docker.io/example/openedx:latest" });
    const file = join(tools, "policy-config.json");
    writeFileSync(file, JSON.stringify({ "no-latest-images": "advisory" }));
    const { report } = await preview(await stack.open(wanted()), { ...packs, policyPackConfigs: [file] });
    const levels = report.policies.map(({ policy, mandatory: must }) => [policy, must].join());
    assert.ok(levels.includes("no-latest-images,false"), levels.join("\n"));
    assert.deepEqual(mandatory(report), []);
  });

  it("lets a stack pass that keeps to it, and reports what is to know", async () => {
    configureInstance(folder, { DOCKER_IMAGE_OPENEDX: "docker.io/example/openedx:1" });
    // The engine does not tell the pack which values are secret: what looks so is advisory.
    const edge = { https: true, ingressAnnotations: { "example.org/api-token": "Xq7uS0mkT4vb2LpR" } };
    const { report } = await up(await stack.open({ ...wanted(), config: { edge } }), packs);
    assert.deepEqual(mandatory(report), []);
    const [found] = report.policies;
    assert.equal(found?.policy, "no-plain-secrets", JSON.stringify(report.policies));
    assert.match(found.message, /nnotations.*api-token holds a secret by its name/);
    assert.ok((await stack.list("deployments", "academy")).length > 10);
  });
});
