import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { reportOf } from "../../src/automation/stacks/events.js";
import { previewDiff } from "../../src/automation/stacks/previewDiff.js";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { planProgram } from "../../src/engine/plan.js";
import { readStack } from "../../src/engine/stackFile.js";
import { charts } from "../../src/platform/charts.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { silent } from "../../src/workspace/progress.js";
import { archive, Scratch } from "../charts/support/standInCharts.js";

const { keda } = charts;
const telling = `apiVersion: v1
kind: ConfigMap
metadata: {name: told}
data: {version: {{ .Capabilities.KubeVersion.Version }}}
`;

describe("the version of Kubernetes that a plan's charts are rendered for", function () {
  this.timeout(600_000); // helm may have to be built first
  const { helm } = createToolchain({ progress: silent });
  const scratch = new Scratch();
  const mirror = `${scratch.folder}/mirror`;

  before(() => {
    const chart = { name: keda.chart, version: keda.version, files: { "templates/told.yaml": telling } };
    scratch.write(`mirror/${keda.chart}-${keda.version}.tgz`, archive(chart));
  });
  after(() => scratch.remove());

  type Settings = Record<string, Record<string, unknown>>;

  /** What the chart of an add-on is told in the plan of a sample stack, without its sites, with these settings. */
  async function told(stack: string, settings: Settings, atHand?: string): Promise<unknown> {
    const read = readStack(stack);
    const given = { instances: {}, charts: { mirror }, platform: { addons: { keda: "on" } }, ...settings };
    const config = { ...read.config };
    for (const [key, value] of Object.entries(given)) {
      const before = JSON.parse(config[`openedx:${key}`] ?? "{}") as Settings;
      config[`openedx:${key}`] = JSON.stringify(key === "instances" ? value : { ...before, ...value });
    }
    const { manifests } = await planProgram({
      stack,
      program: stackProgram(silent),
      progress: silent,
      helm,
      config: { ...read, config },
      kubernetesVersion: atHand,
    });
    const object = Object.values(manifests)
      .flat()
      .find(({ metadata }) => metadata.name === "told");
    return (object?.data as { version?: string } | undefined)?.version;
  }

  for (const cloud of ["aws", "azure", "gcp"]) {
    it(`is that of the stack on ${cloud}`, async () => {
      const sample = JSON.parse(readStack(cloud).config[`openedx:${cloud}`] ?? "{}") as Settings;
      for (const version of ["1.35", "1.36"]) {
        const settings = { [cloud]: { kubernetes: { ...sample.kubernetes, version } } };
        assert.equal(await told(cloud, settings, "1.34"), `v${version}`);
      }
    });
  }

  it("is in a preview that of the last deployment for what is there, and that of the program for what will be", async () => {
    const [stackUrn, urn] = ["pulumi:pulumi:Stack::openedx-prod", "kubernetes:helm.sh/v3:Release::keda"].map(
      (end) => `urn:pulumi:prod::openedx::${end}`,
    );
    const chart = `${mirror}/${keda.chart}-${keda.version}.tgz`;
    const release = (values: object): object => ({
      ...{ urn, type: "kubernetes:helm.sh/v3:Release", parent: stackUrn, provider: "" },
      inputs: { name: "keda", namespace: "keda", chart, values },
    });
    const outputs = (kubernetesVersion: string): object => ({ outputs: { kubernetesVersion } });
    const stackEnd = { urn: stackUrn, type: "pulumi:pulumi:Stack", op: "update" };
    const events = [
      {
        resourcePreEvent: {
          metadata: { op: "update", urn, old: release({ a: 1 }), new: release({ a: 2 }) },
        },
      },
      { resOutputsEvent: { metadata: { ...stackEnd, old: outputs("1.35"), new: outputs("1.36") } } },
    ] as unknown as EngineEvent[];
    const { diff } = await previewDiff({ report: reportOf("prod", "preview", events), events }, helm);
    assert.match(diff.objects[0]?.patch ?? "", /-  version: v1\.35\n\+  version: v1\.36/);
  });

  it("is that of the cluster at hand where the stack says none, else the sandbox's", async () => {
    assert.equal(await told("sandbox", {}, "1.34"), "v1.34");
    assert.equal(await told("sandbox", {}), "v1.36");
  });
});
