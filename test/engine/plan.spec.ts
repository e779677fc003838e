import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random";
import { type Plan, planStack } from "../../src/engine/plan.js";
import { planToJson, planToMarkdown } from "../../src/engine/report.js";
import { planSummary } from "./summary.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { UserError } from "../../src/workspace/errors.js";
import { programFolder } from "../../src/workspace/paths.js";
import { silent } from "../../src/workspace/progress.js";
import { Group, Thing } from "./programs.js";

const template = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  namespace: {{ .Release.Namespace }}
spec:
  replicas: {{ .Values.replicas }}
  template:
    spec:
      containers:
        - name: web
          image: {{ required "an image is needed" .Values.image }}
          env: {{ toJson .Values.env }}
---
apiVersion: v1
kind: Secret
metadata: {name: made}
stringData: {password: {{ randAlphaNum 20 }}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}, {port: 53, protocol: UDP}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec: {rules: [{host: learn.example.org}]}
`;

describe("planStack", function () {
  this.timeout(600_000); // helm may have to be built first
  const toolchain = createToolchain({ progress: silent });
  const cache = process.env.OPENEDX_CACHE;
  let helm: string;
  let folder: string;
  let chart: string;
  let asked: number;

  before(async () => {
    helm = await toolchain.helm();
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "plan-"));
    process.env.OPENEDX_CACHE = join(folder, "cache");
    chart = join(folder, "chart");
    mkdirSync(join(chart, "templates"), { recursive: true });
    writeFileSync(join(chart, "Chart.yaml"), "apiVersion: v2\nname: sample\nversion: 0.1.0\n");
    writeFileSync(join(chart, "templates", "all.yaml"), template);
    asked = 0;
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    if (cache === undefined) {
      delete process.env.OPENEDX_CACHE;
    } else {
      process.env.OPENEDX_CACHE = cache;
    }
  });

  function plan(program: () => unknown, withheldKeys: string[] = []): Promise<Plan> {
    return planStack({
      stack: "dev",
      program: () => Promise.resolve().then(program),
      progress: silent,
      helm: () => {
        asked += 1;
        return Promise.resolve(helm);
      },
      config: { project: "proj", stack: "dev", config: {}, secretKeys: [], withheldKeys },
    });
  }

  /** Two components, a generated password, a release of the sample chart. */
  function sample(image: string | undefined = "web:1") {
    return (): Record<string, unknown> => {
      const provider = new kubernetes.Provider("cluster", { kubeconfig: pulumi.secret("hidden-kubeconfig") });
      const site = new Group("site", { protect: true });
      const password = new RandomPassword("password", { length: 20 }, { parent: site });
      new RandomPassword("pepper", { length: 20 }, { parent: site });
      new kubernetes.helm.v3.Release(
        "campus",
        {
          name: "campus",
          namespace: "ns",
          chart: relative(programFolder, chart),
          values: {
            replicas: 2,
            image,
            env: pulumi.secret([{ name: "KEY", value: "hidden-key" }]),
            late: password.result,
          },
        },
        { parent: site, provider, dependsOn: [password] },
      );
      return { host: "learn.example.org", pass: pulumi.secret("hidden-pass"), late: password.id };
    };
  }

  it("lists resources by URN with what they have, secrets and unknowns masked", async () => {
    const { resources, outputs } = await plan(sample());
    assert.deepEqual(
      resources.map(({ name }) => name),
      ["cluster", "proj-dev", "campus", "password", "pepper", "site"],
    );
    const urn = "urn:pulumi:dev::proj::";
    assert.deepEqual(
      resources.find(({ name }) => name === "campus"),
      {
        urn: `${urn}test:index:Group$kubernetes:helm.sh/v3:Release::campus`,
        type: "kubernetes:helm.sh/v3:Release",
        name: "campus",
        parent: `${urn}test:index:Group::site`,
        dependencies: [`${urn}test:index:Group$random:index/randomPassword:RandomPassword::password`],
        provider: `${urn}pulumi:providers:kubernetes::cluster`,
        protect: true,
        inputs: {
          chart: relative(programFolder, chart),
          compat: "true",
          name: "campus",
          namespace: "ns",
          values: { env: "[secret]", image: "web:1", late: "[unknown]", replicas: 2 },
        },
      },
    );
    assert.deepEqual(outputs, { host: "learn.example.org", late: "[unknown]", pass: "[secret]" });
  });

  it("renders releases with their masks, and masks what a chart makes up", async () => {
    const { manifests } = await plan(sample());
    const [objects] = Object.values(manifests);
    const deployment = objects?.find(({ kind }) => kind === "Deployment");
    assert.deepEqual(deployment, {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "campus", namespace: "ns" },
      spec: {
        replicas: 2,
        template: {
          spec: {
            containers: [{ env: [{ name: "[secret]", value: "[secret]" }], image: "web:1", name: "web" }],
          },
        },
      },
    });
    assert.deepEqual(objects?.find(({ kind }) => kind === "Secret")?.stringData, { password: "[secret]" });
  });

  it("gives the same bytes for the same input, and other bytes for another", async () => {
    const first = planToJson(await plan(sample()));
    rmSync(join(folder, "cache"), { recursive: true });
    assert.equal(planToJson(await plan(sample())), first);
    assert.notEqual(planToJson(await plan(sample("web:2"))), first);
    assert.match(first, /"env": \[[^]*\],\s+"image": "web:1",\s+"name": "web"/);
    assert.deepEqual(Object.keys(JSON.parse(first) as object), [
      "stack",
      "resources",
      "manifests",
      "outputs",
    ]);
  });

  it("keeps renders by content of chart and values, without any secret", async () => {
    const manifests = join(folder, "cache", "manifests");
    await plan(sample());
    const [file = ""] = readdirSync(manifests);
    writeFileSync(join(manifests, file), JSON.stringify([{ kind: "Kept", metadata: { name: "kept" } }]));
    assert.equal(Object.values((await plan(sample())).manifests)[0]?.[0]?.kind, "Kept");
    writeFileSync(join(chart, "templates", "all.yaml"), `${template}# changed\n`);
    await plan(sample());
    await plan(sample("web:2"));
    assert.equal(readdirSync(manifests).length, 3);
    writeFileSync(join(manifests, file), "{"); // as left by a full disk
    writeFileSync(join(chart, "templates", "all.yaml"), template);
    assert.equal(Object.values((await plan(sample())).manifests)[0]?.[0]?.kind, "Secret");
  });

  it("names the release that its chart does not accept", async () => {
    await assert.rejects(
      plan(sample("")),
      (error) =>
        error instanceof UserError &&
        /^Release campus cannot be rendered by its chart .*chart/.test(error.message) &&
        error.message.includes("an image is needed"),
    );
  });

  it("notes what it leaves out, and asks for no helm then", async () => {
    const { manifests, notes } = await plan(() => {
      new kubernetes.helm.v3.Release("remote", {
        chart: "nginx",
        repositoryOpts: { repo: "https://charts.example.org" },
      });
      void pulumi.log.warn("careful");
    }, ["proj:key"]);
    assert.deepEqual(manifests, {});
    assert.equal(asked, 0);
    assert.deepEqual(notes, [
      "proj:key is secret and was withheld: no passphrase was given.",
      "Release remote is not rendered: its chart nginx has no version.",
      "careful",
    ]);
  });

  it("reports no secret in any form", async () => {
    const planned = await plan(sample());
    for (const report of [planToJson, planToMarkdown, planSummary]) {
      assert.doesNotMatch(report(planned), /hidden/);
    }
  });

  it("sums up in a few lines", async () => {
    const summary = planSummary(await plan(sample()));
    assert.equal(
      summary.replace(/[0-9a-f]{8}$/gm, "DIGEST"),
      [
        "stack dev: 6 resources",
        "  pulumi:Stack proj-dev",
        "    providers:kubernetes cluster",
        "    test:Group site [protected]",
        "      helm.sh/v3:Release campus [protected]",
        "      random:RandomPassword password pepper [protected]",
        "",
        "release campus: 4 objects",
        "  Deployment/campus; replicas 2; images web:1; DIGEST",
        "  Ingress/web; hosts learn.example.org; DIGEST",
        "  Secret/made; DIGEST",
        "  Service/web; ports 80, 53/UDP; DIGEST",
        "",
        "outputs: host late pass",
        "",
      ].join("\n"),
    );
  });

  it("reads well as Markdown", async () => {
    const markdown = planToMarkdown(await plan(sample()));
    assert.match(markdown, /^# Plan of dev\n\n6 resources\. Kubernetes objects in Helm releases: 4\.\n/);
    assert.match(
      markdown,
      /\n {2}- site \(test:Group\), \*\*protected\*\*\n {4}- campus \(helm\.sh\/v3:Release\)/,
    );
    assert.match(markdown, /\| Deployment\/campus \| replicas 2; images web:1 \|/);
    assert.match(markdown, /- pass: \\\[secret\\\]/);
  });

  it("lists apart what costs money, by type", async () => {
    const planned = await plan(sample());
    const markdown = planToMarkdown(planned, new Set(["random:index/randomPassword:RandomPassword"]));
    assert.match(
      markdown,
      /\n## Costs money: 2 resources\n[^#]*\n\| random:RandomPassword \| 2 \| password, pepper \|\n/,
    );
    assert.doesNotMatch(planToMarkdown(planned), /Costs money/);
  });

  it("passes on what the program throws", async () => {
    const thrown = new UserError("no such instance");
    await assert.rejects(
      plan(() => {
        new Thing("one");
        throw thrown;
      }),
      (error) => error === thrown,
    );
  });
});
