import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { preview } from "../../src/automation/index.js";
import { eventMap } from "../../src/automation/stacks/eventValues.js";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { secretMask, unknownMask } from "../../src/engine/mask.js";
import { planStack } from "../../src/engine/plan.js";
import { readStack } from "../../src/engine/stackFile.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { programFolder } from "../../src/workspace/paths.js";
import { silent } from "../../src/workspace/progress.js";
import { TestProject } from "./support/testProject.js";

/** What both tell of a resource. */
interface Told {
  parent: string;
  provider: string;
  protect: boolean;
  /** Names of the inputs: a preview leaves out what it does not know. */
  inputs: string[];
}

/** A plan is made without an engine; here it is held against the first preview of a real one. */
describe("a plan and the engine's first preview", () => {
  const project = new TestProject(join(programFolder, "test/contract/kubeconfig.yaml"));
  after(() => project.remove());

  it("have the same resources, with the same parents, providers, protection and inputs", async () => {
    const file = readFileSync(join(programFolder, "stacks/Pulumi.sandbox.yaml"), "utf8");
    const { config } = parse(file) as { config: Record<string, unknown> };
    const plain = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.replace("openedx:", ""), value]),
    );
    // Charts of others cannot be had everywhere; the engine asks for them, the plan only notes it.
    Object.assign(plain, { edge: { controller: "existing", https: false }, platform: {} });
    const opened = await project.open("sandbox", { plain, secret: {} }, stackProgram(silent));
    const { events } = await preview(opened);
    const plan = await planStack({
      stack: "sandbox",
      program: stackProgram(silent),
      config: readStack("sandbox", join(project.folder, "stacks")),
      progress: silent,
      helm: createToolchain({ progress: silent }).helm,
    });
    const previewed = new Map<string, Told>();
    for (const { resourcePreEvent } of events) {
      const state = resourcePreEvent?.metadata.new;
      if (state !== undefined) {
        previewed.set(state.urn, {
          parent: state.parent,
          provider: state.provider.replace(/::[^:]*$/, ""),
          protect: state.protect ?? false,
          inputs: Object.keys(eventMap(state.inputs)),
        });
      }
    }
    const planned = new Map(
      plan.resources.map(({ urn, parent, provider, protect, inputs }): [string, Told] => [
        urn,
        { parent, provider, protect, inputs: Object.keys(inputs).filter((key) => isKnown(inputs[key])) },
      ]),
    );
    assert.ok(planned.size > 40);
    assert.deepEqual([...previewed.keys()].sort(), [...planned.keys()].sort());
    for (const [urn, { inputs, ...told }] of planned) {
      const { inputs: given = [], ...other } = previewed.get(urn) ?? {};
      assert.deepEqual(other, told, urn);
      // The provider adds defaults (apiVersion, the options of a release), and turns the text of Secrets into data.
      const expected = inputs
        .filter((key) => !clientOnly.includes(key))
        .map((key) => (key === "stringData" ? "data" : key));
      assert.deepEqual(
        expected.filter((key) => !given.includes(key)),
        [],
        urn,
      );
    }
  });
});

/** Options of the SDK's class that never were inputs of the provider. */
const clientOnly = ["compat"];

/** What only a deployment knows, a preview leaves out. */
function isKnown(value: unknown): boolean {
  const text = JSON.stringify(value);
  return !text.includes(unknownMask) && !text.includes(secretMask);
}
