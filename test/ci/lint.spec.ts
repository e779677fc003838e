import assert from "node:assert/strict";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { programFolder } from "../../src/workspace/paths.js";

/** Without types, which the rules of layers need not know and which take seconds a file. */
const eslint = new ESLint({ cwd: programFolder, overrideConfig: [tseslint.configs.disableTypeChecked] });

/** What the linter says of a text in the place of a file. */
async function complaints(filePath: string, text: string): Promise<string[]> {
  const [result] = await eslint.lintText(text, { filePath });
  const rules = /layering|no-restricted/;
  return (result?.messages ?? [])
    .filter(({ ruleId }) => rules.test(ruleId ?? ""))
    .map(({ message }) => message);
}

/** A file of each layer, and one that it must not import. */
const upward: [string, string][] = [
  ["src/workspace/run.ts", "../kubernetes/objects.js"],
  ["src/kubernetes/objects.ts", "../toolchain/toolchain.js"],
  ["src/toolchain/pulumi.ts", "../charts/pull.js"],
  ["src/cluster/cluster.ts", "../engine/plan.js"],
  ["src/charts/pull.ts", "../config/platform.js"],
  ["src/config/cidr.ts", "../stack/load.js"],
  ["src/tutor/bridge.ts", "../instance/collect.js"],
  ["src/cloud/types.ts", "../platform/types.js"],
  ["src/platform/addons/velero.ts", "../../data/types.js"],
  ["src/platform/edge/controllers/gke.ts", "../../../data/types.js"],
  ["src/data/mysql/plan.ts", "../../instance/collect.js"],
  ["src/instance/transforms/all.ts", "../../engine/plan.js"],
  ["src/stack/load.ts", "../automation/index.js"],
  ["src/deploy.ts", "./engine/plan.js"],
  ["src/engine/plan.ts", "../diff/compare.js"],
  ["src/diff/html/page.ts", "../../policies/rules.js"],
  ["src/policies/rules/quotas.ts", "../../diff/compare.js"],
  ["src/sandbox/sandbox.ts", "../cluster/cluster.js"],
  ["src/automation/index.ts", "../../providers/aws/index.js"],
  ["providers/aws/index.ts", "../../src/instance/collect.js"],
  ["providers/aws/index.ts", "../gcp/index.js"],
  ["providers/azure/index.ts", "../../src/data/types.js"],
];

describe("the linter", function () {
  this.timeout(120_000);

  for (const [file, target] of upward) {
    it(`refuses ${target} in ${file}`, async () => {
      const forms = [
        `import "${target}";`,
        `import type { X } from "${target}";\nexport type Y = X;`,
        `export * from "${target}";`,
        `export const x = import("${target}");`,
      ];
      for (const text of forms) {
        assert.equal((await complaints(file, text)).length, 1, text);
      }
    });
  }

  for (const file of [
    "src/index.ts",
    "src/automation/index.ts",
    "src/diff/compare.ts",
    "src/cloud/types.ts",
  ]) {
    it(`keeps the clouds' SDKs out of ${file}`, async () =>
      assert.deepEqual(await complaints(file, 'import "@pulumi/aws/s3/index.js";\nimport "@pulumi/gcp";'), [
        "Cloud SDKs belong to providers/.",
        "Cloud SDKs belong to providers/.",
      ]));
  }

  it("lets the environment be read by one file", async () => {
    const text = "export const a = process.env.PATH;\nexport const { env } = process;";
    assert.equal((await complaints("src/deploy.ts", text)).length, 2);
    assert.equal((await complaints("providers/aws/index.ts", text)).length, 2);
    assert.equal((await complaints("src/workspace/paths.ts", 'import "node:process";')).length, 1);
    assert.equal((await complaints("src/workspace/environment.ts", text)).length, 0);
  });

  it("lets a layer import what is below it", async () => {
    assert.deepEqual(
      await complaints("src/automation/index.ts", 'import "../deploy.js";\nimport "../diff/compare.js";'),
      [],
    );
    assert.deepEqual(
      await complaints("providers/aws/index.ts", 'import "@pulumi/aws";\nimport "../../src/cloud/types.js";'),
      [],
    );
    assert.deepEqual(
      await complaints(
        "src/platform/edge/plan.ts",
        'import "../types.js";\nimport "../../workspace/run.js";',
      ),
      [],
    );
  });
});
