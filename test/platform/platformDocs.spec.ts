import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "../../src/platform/catalogue.js";
import { charts } from "../../src/platform/charts.js";
import { programFolder } from "../../src/workspace/paths.js";
import { parseYaml } from "../../src/workspace/yaml.js";
import { deployPlatform, releasesOf } from "./stack.js";

const page = join(programFolder, "docs/platform.md");
const text = readFileSync(page, "utf8");

/** Cells of the rows of the table that begins with this heading. */
function tableOf(heading: string): string[][] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} `));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith("|"));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("docs/platform.md", () => {
  it("lists every add-on with the chart, version and namespace that it has", () => {
    const rows = tableOf("add-on");
    assert.deepEqual(
      rows.map(([name, _what, ...rest]) => [name, ...rest]),
      Object.values(catalogue).map(({ name, namespace }) => [
        name,
        charts[name].chart,
        charts[name].version,
        namespace,
      ]),
    );
    for (const [name, what = ""] of rows) {
      assert.ok(what.length > 5, name);
    }
  });

  it("says of every setting what it means", () => {
    assert.deepEqual(
      tableOf("key").map(([key]) => key),
      ["state", "version", "repository", "namespace", "values"].map((key) => `\`${key}\``),
    );
  });

  it("has an example that deploys what it says", async () => {
    const [, block = ""] = /^```yaml\n([^]*?)^```$/m.exec(text) ?? [];
    const { config } = parseYaml(block, page).content as { config: Record<string, unknown> };
    const releases = releasesOf(
      await deployPlatform({
        config: Object.fromEntries(
          Object.entries(config).map(([key, value]) => [key.replace("openedx:", ""), value]),
        ),
      }),
    );
    assert.deepEqual([...releases.keys()].sort(), [
      "cert-manager",
      "keda",
      "traefik",
      "vertical-pod-autoscaler",
    ]);
    assert.equal(
      (releases.get("traefik")?.values as { deployment: { replicas: number } }).deployment.replicas,
      3,
    );
  });
});
