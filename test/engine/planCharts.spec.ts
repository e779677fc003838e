import assert from "node:assert/strict";
import { join } from "node:path";
import * as kubernetes from "@pulumi/kubernetes";
import { RandomPassword } from "@pulumi/random";
import { bringCharts } from "../../src/charts/bring.js";
import { type Plan, planStack } from "../../src/engine/plan.js";
import { planSummary } from "./summary.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { UserError } from "../../src/workspace/errors.js";
import { silent } from "../../src/workspace/progress.js";
import { ChartServer } from "../charts/support/registry.js";
import { archive, Scratch, type StandIn } from "../charts/support/standInCharts.js";

const small: StandIn = { name: "small", version: "1.0.0" };
const counting: StandIn = {
  name: "counting",
  version: "1.0.0",
  files: {
    "templates/service.yaml": `apiVersion: v1
kind: Service
metadata: {name: counting}
spec: {ports: [{port: {{ .Values.port }}}]}
{{- if not (kindIs "float64" .Values.port) }}{{ fail "port is not a number" }}{{ end }}
`,
  },
};

describe("the plan of releases whose charts a repository serves", function () {
  this.timeout(600_000); // helm may have to be built first
  const scratch = new Scratch();
  const given = process.env.OPENEDX_CACHE;
  let server: ChartServer;
  let helm: string;

  before(async () => {
    helm = await createToolchain({ progress: silent }).helm();
    process.env.OPENEDX_CACHE = join(scratch.folder, "cache");
    server = await ChartServer.start([small, counting]);
  });
  after(async () => {
    await server.stop();
    scratch.remove();
    if (given === undefined) {
      delete process.env.OPENEDX_CACHE;
    } else {
      process.env.OPENEDX_CACHE = given;
    }
  });

  type Release = kubernetes.helm.v3.ReleaseArgs;
  function plan(
    releases: () => Record<string, Release>,
    first: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Plan> {
    return planStack({
      stack: "dev",
      program: async () => {
        await first();
        for (const [name, release] of Object.entries(releases())) {
          new kubernetes.helm.v3.Release(name, { name, namespace: "ns", ...release });
        }
        return {};
      },
      progress: silent,
      helm: () => Promise.resolve(helm),
      config: { project: "proj", stack: "dev", config: {}, secretKeys: [], withheldKeys: [] },
    });
  }
  const objectsOf = ({ manifests }: Plan): string[] =>
    Object.values(manifests)
      .flat()
      .map(({ kind, metadata }) => `${kind} ${metadata.name}`);

  it("shows what they hold, from a registry, a repository or an archive, and the next time without these", async () => {
    const file = scratch.write("small-1.0.0.tgz", archive(small));
    const releases = (): Record<string, Release> => ({
      registry: { chart: `${server.oci}/small`, version: "1.0.0" },
      repository: { chart: "small", version: "1.0.0", repositoryOpts: { repo: server.repository } },
      archive: { chart: file, version: "1.0.0" },
    });
    const first = await plan(releases);
    assert.deepEqual(objectsOf(first).sort(), [
      "ConfigMap archive-values",
      "ConfigMap registry-values",
      "ConfigMap repository-values",
    ]);
    const asked = server.requests.length;
    const second = await plan(releases);
    assert.deepEqual(second.manifests, first.manifests);
    assert.equal(server.requests.length, asked);
  });

  it("goes on without those that cannot be had, with a line on each, and the same summary", async () => {
    const missing = await plan(() => ({
      small: { chart: `${server.oci}/small`, version: "1.0.0" },
      gone: { chart: `${server.oci}/small`, version: "2.0.0" },
    }));
    assert.deepEqual(objectsOf(missing), ["ConfigMap small-values"]);
    assert.deepEqual(missing.notes, [
      `Release gone is not rendered: small 2.0.0 cannot be had: ${server.oci} has no small in version 2.0.0.`,
    ]);
    assert.equal(missing.resources.filter(({ type }) => type.endsWith(":Release")).length, 2);
    assert.equal(planSummary(missing), planSummary({ ...missing, manifests: {} }));
  });

  it("holds to what the program brought, and says of the rest why it has none", async () => {
    const brought = [
      { chart: "small", version: "1.0.0", repository: server.oci },
      { chart: "small", version: "3.0.0", repository: server.oci },
    ];
    const { manifests, notes } = await plan(
      () => ({
        small: { chart: "./.charts/small-1.0.0.tgz", version: "1.0.0" },
        gone: { chart: "./.charts/small-3.0.0.tgz", version: "3.0.0" },
      }),
      () => bringCharts(brought, () => Promise.resolve(helm)),
    );
    assert.deepEqual(
      Object.values(manifests)
        .flat()
        .map(({ metadata }) => metadata.name),
      ["small-values"],
    );
    assert.deepEqual(notes, [
      `Release gone is not rendered: small 3.0.0 cannot be had: ${server.oci} has no small in version 3.0.0.`,
    ]);
  });

  it("goes on where a chart does not take a value that only a deployment knows, and fails at one that is wrong", async () => {
    const counted = (port: unknown): (() => Record<string, Release>) => {
      return () => ({
        counting: {
          chart: `${server.oci}/counting`,
          version: "1.0.0",
          values: { port: port ?? new RandomPassword("later", { length: 4 }).result },
        },
      });
    };
    const { notes } = await plan(counted(undefined));
    assert.match(notes.join("\n"), /^Release counting is not rendered: its chart does not take the masks/);
    await assert.rejects(
      plan(counted("eighty")),
      (error) => error instanceof UserError && error.message.includes("port is not a number"),
    );
    assert.deepEqual(objectsOf(await plan(counted(80))), ["Service counting"]);
  });
});
