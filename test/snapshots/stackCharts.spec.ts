import assert from "node:assert/strict";
import { chartsOf } from "../../src/automation/stackPlan.js";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { chartPath } from "../../src/charts/bring.js";
import { archiveName } from "../../src/charts/reference.js";
import { previewStack } from "../../src/engine/plan.js";
import { readStack, stackNames } from "../../src/engine/stackFile.js";
import { charts } from "../../src/platform/charts.js";
import { silent } from "../../src/workspace/progress.js";

const ofStack = (mirror?: string): string | undefined => mirror;
const none = (): undefined => undefined;

/** Nothing answers there; the error names the host, which tells the repositories apart. */
const [mirror, own, addOns] = ["oci://127.0.0.2:1/a", "oci://127.0.0.3:1/b", "oci://127.0.0.4:1/c"];

const onCluster = Object.fromEntries(
  ["mysql", "mongodb", "redis", "objectStore"].map((service) => [service, { mode: "cluster" }]),
);

describe("the charts of `charts pull --stack`", function () {
  this.timeout(600_000); // a site may have to be rendered first

  const cases: [stack: string, what: string, more: Record<string, object>][] = [
    ...stackNames().map((stack): [string, string, Record<string, object>] => [stack, "a mirror", {}]),
    [
      "sandbox",
      "a chart of its own for a data service",
      { services: { ...onCluster, charts: { valkey: { version: "0.10.0", repository: own } } } },
    ],
    [
      "sandbox",
      "search on the cluster",
      { services: { search: { mode: "cluster" } }, platform: { addons: { keda: { state: "on" } } } },
    ],
    [
      "aws",
      "a chart of its own for an add-on, and what comes with it",
      { platform: { addons: { karpenter: { version: "1.14.0", repository: addOns } } } },
    ],
  ];
  for (const [stack, what, more] of cases) {
    it(`are those that ${stack} deploys, with ${what}`, async () => {
      const read = readStack(stack);
      const changes = Object.entries({ charts: { mirror }, ...more }).map(([key, value]) => [
        `openedx:${key}`,
        JSON.stringify(value),
      ]);
      const config = { ...read.config, ...(Object.fromEntries(changes) as Record<string, string>) };
      const given = { stack, config: { ...read, config } };
      const pulled = await chartsOf(given, ofStack);
      const preview = await previewStack({ ...given, program: stackProgram(silent) });
      const deployed = preview.result.registrations
        .filter(({ type }) => type === "kubernetes:helm.sh/v3:Release")
        .map(({ inputs }) => ({ chart: inputs.chart as string, version: inputs.version as string }))
        .filter(({ chart }) => chart.startsWith("./.charts/")); // not those of this project
      assert.deepEqual(
        new Set(pulled.map((each) => `${chartPath(each)} ${each.version}`)),
        new Set(deployed.map(({ chart, version }) => `${chart} ${version}`)),
      );
      for (const reference of pulled) {
        const found = preview.charts.get(chartPath(reference));
        const host = new URL(reference.repository.replace("oci:", "http:")).hostname;
        assert.ok(found !== undefined && "missing" in found, archiveName(reference));
        assert.ok(found.missing.includes(host), `${found.missing} is not about ${host}`);
      }
    });
  }

  it("come from their own repositories where a mirror is to be filled, but for what the stack names", async () => {
    const read = readStack("platform");
    const services = { ...onCluster, charts: { valkey: { version: "0.10.0", repository: own } } };
    const config = {
      ...read.config,
      "openedx:charts": JSON.stringify({ mirror }),
      "openedx:services": JSON.stringify(services),
    };
    const pulled = await chartsOf({ stack: "platform", config: { ...read, config } }, none);
    for (const { chart, version, repository } of pulled) {
      const known = Object.values(charts).find((each) => each.chart === chart);
      assert.deepEqual(
        { version, repository },
        chart === "valkey"
          ? services.charts.valkey
          : { version: known?.version, repository: known?.repository },
      );
    }
  });

  it("are the whole catalogue without a stack", async () => {
    assert.deepEqual(
      (await chartsOf(undefined, none)).map(({ chart }) => chart),
      Object.values(charts).map(({ chart }) => chart),
    );
  });
});
