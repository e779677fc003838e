import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AddOnName } from "../../src/config/platform.js";
import { programFolder } from "../../src/workspace/paths.js";
import { parseYaml } from "../../src/workspace/yaml.js";
import { at, namesOn, deployPlatform, releasesOf } from "./stack.js";

const page = join(programFolder, "docs/monitoring.md");
const text = readFileSync(page, "utf8");

type Settings = Record<string, unknown>;

/** The examples, as what stands under `openedx:`: whole stacks, or add-ons alone. */
const examples = [...text.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, block = ""]) => {
  const content = parseYaml(block, page).content as { config?: Settings } & Settings;
  return content.config === undefined
    ? { platform: { addons: content } }
    : Object.fromEntries(
        Object.entries(content.config).map(([key, value]) => [key.replace("openedx:", ""), value]),
      );
}) as { platform?: { addons: Settings }; services?: Settings }[];

describe("docs/monitoring.md", () => {
  it("has examples that the config takes, and that deploy what they name", () => {
    const on = examples.map((config) => namesOn({ config, abilities: { backup: true } }));
    const stack = ["prometheus-operator-crds", "kube-prometheus-stack"];
    assert.deepEqual(on, [[...stack, "loki", "vector", "velero"], stack, ["vector"], []]);
  });

  it("has an example of a sink that comes beside those of the stack", async () => {
    const config = examples[2] ?? {};
    const vector = releasesOf(await deployPlatform({ config })).get("vector");
    const sinks = at(vector?.values, "customConfig.sinks") as Record<string, { inputs: string[] }>;
    assert.deepEqual(sinks.archive?.inputs, ["streams.tracking"]);
    assert.equal("tracking" in sinks, true);
  });

  it("has an example of a bucket that Velero takes", () => {
    const config = {
      ...examples[3],
      platform: { addons: { velero: "on" } },
      credentials: { backup: { accessKey: "a", secretKey: "s" } },
    };
    assert.deepEqual(namesOn({ config }), ["velero"] satisfies AddOnName[]);
  });
});
