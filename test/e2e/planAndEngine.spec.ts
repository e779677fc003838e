import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { eventMap } from "../../src/automation/stacks/eventValues.js";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { secretMask, unknownMask } from "../../src/engine/mask.js";
import { planProgram } from "../../src/engine/plan.js";
import { readStack } from "../../src/engine/stackFile.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { programFolder } from "../../src/workspace/paths.js";
import { silent } from "../../src/workspace/progress.js";
import { Scratch } from "../charts/support/standInCharts.js";
import { mirrorOfStandIns, sampleConfig } from "./support/cloudStack.js";
import { OwnCache } from "./support/ownCache.js";
import { CloudPlugins } from "./support/pulumi/cloudPlugins.js";
import { TestProject } from "./support/testProject.js";

/** What both tell of a resource. */
interface Told {
  parent: string;
  provider: string;
  protect: boolean;
  dependencies: string[];
  /** Names of the inputs: a preview leaves out what it does not know. */
  inputs: string[];
}

/** A plan is made without an engine; here it is held against the first preview of a real one. */
describe("a plan and the engine's first preview", () => {
  const kubeconfig = join(programFolder, "test/contract/kubeconfig.yaml");
  const scratch = new Scratch();
  let project: TestProject;
  let plugins: CloudPlugins;
  let cache: OwnCache;
  before(() => {
    cache = new OwnCache("tools", "environments", "renders", "pulumi", "pulumi-stand-ins");
    plugins = new CloudPlugins(kubeconfig, "none");
    project = new TestProject(kubeconfig);
  });
  after(() => {
    project.remove();
    plugins.remove();
    cache.remove();
    scratch.remove();
  });

  // `sites` has no first preview of its own: it builds on a platform that is there.
  for (const stack of ["sandbox", "platform", "aws", "azure", "gcp"]) {
    it(`have the same resources of ${stack}, with all that both tell of them`, () => compare(stack));
  }

  async function compare(stack: string): Promise<void> {
    const plain = { ...sampleConfig(stack), charts: { mirror: mirrorOfStandIns(scratch) } };
    const opened = await project.open(stack, { plain, secret: {} }, stackProgram(silent));
    const events: EngineEvent[] = [];
    const saved = join(scratch.folder, "plan.json");
    await opened.stack.preview({ plan: saved, onEvent: (event) => events.push(event) });
    const { resourcePlans } = JSON.parse(readFileSync(saved, "utf8")) as {
      resourcePlans: Record<string, { goal?: { dependencies?: string[] } }>;
    };
    const plan = await planProgram({
      stack,
      program: stackProgram(silent),
      config: readStack(stack, join(project.folder, "stacks")),
      progress: silent,
      helm: createToolchain({ progress: silent }).helm,
    });
    const previewed = new Map<string, Told>();
    for (const { resourcePreEvent } of events) {
      const state = resourcePreEvent?.metadata.new;
      if (state !== undefined && state.urn.split("::").slice(2).join("::") !== ownProvider) {
        previewed.set(state.urn, {
          parent: state.parent,
          provider: state.provider.replace(/::[^:]*$/, ""),
          protect: state.protect ?? false,
          dependencies: [...new Set(resourcePlans[state.urn]?.goal?.dependencies)].sort(),
          inputs: Object.keys(eventMap(state.inputs)),
        });
      }
    }
    const planned = new Map(
      plan.resources.map(({ urn, parent, provider, protect, dependencies, inputs }): [string, Told] => [
        urn,
        {
          parent,
          provider,
          protect,
          dependencies,
          inputs: Object.keys(inputs).filter((key) => isKnown(inputs[key])),
        },
      ]),
    );
    assert.ok(planned.size > 20);
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
  }
});

/** What the engine makes by itself where a program asks it for its own stack's outputs. */
const ownProvider = "pulumi:providers:pulumi::default";

/** Options of the SDK's class that never were inputs of the provider. */
const clientOnly = ["compat"];

/** What only a deployment knows, a preview leaves out. */
function isKnown(value: unknown): boolean {
  const text = JSON.stringify(value);
  return !text.includes(unknownMask) && !text.includes(secretMask);
}
