import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { type Plan, planProgram } from "../../src/engine/plan.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { programFolder } from "../../src/workspace/paths.js";
import { silent } from "../../src/workspace/progress.js";
import { parseYaml } from "../../src/workspace/yaml.js";

const page = join(programFolder, "docs/edge.md");
const { helm } = createToolchain({ progress: silent });

/** The stacks that the page shows, by the comment in their first line. */
const examples = new Map(
  [...readFileSync(page, "utf8").matchAll(/^```yaml\n# (.*)\n([^]*?)^```$/gm)].map(([, title = "", block = ""]) => [
    title,
    (parseYaml(block, page).content as { config: Record<string, unknown> }).config,
  ]),
);

function plan(title: string): Promise<Plan> {
  const config = Object.entries(examples.get(title) ?? {}).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return planProgram({
    stack: "docs",
    program: stackProgram(silent),
    progress: silent,
    helm,
    config: {
      project: "openedx",
      stack: "docs",
      config: Object.fromEntries(config) as Record<string, string>,
      secretKeys: [],
      withheldKeys: [],
    },
  });
}

/** The routes of an instance's release. */
function routesOf({ manifests }: Plan, instance: string, kind: string): KubernetesObject[] {
  const [, objects = []] = Object.entries(manifests).find(([urn]) => urn.endsWith(`Release::${instance}`)) ?? [];
  return objects.filter((object) => object.kind === kind);
}

describe("docs/edge.md", () => {
  it("has an example of each way", () => {
    assert.deepEqual(
      [...examples.keys()],
      ["Ingresses", "Gateways", "an existing controller", "an existing Gateway"],
    );
  });

  it("shows Ingresses with a certificate a host", async () => {
    const planned = await plan("Ingresses");
    const hosts = planned.outputs.instances as Record<string, { urls: string[] }>;
    for (const name of ["campus", "academy"]) {
      const ingresses = routesOf(planned, name, "Ingress");
      assert.equal(ingresses.length, hosts[name]?.urls.length);
      assert.equal(ingresses[0]?.metadata.annotations?.["cert-manager.io/cluster-issuer"], "openedx");
    }
    const names = planned.resources.map((resource) => resource.name);
    const made = ["traefik", "cert-manager", "openedx-issuer"];
    assert.ok(made.every((name) => names.includes(`openedx-platform-${name}`)));
  });

  it("shows Gateways that two sites share, with a wildcard each", async () => {
    const planned = await plan("Gateways");
    const [gateway, ...more] = planned.resources.filter(({ type }) => type.endsWith(":Gateway"));
    assert.deepEqual(more, []);
    const { listeners } = gateway?.inputs.spec as { listeners: { hostname?: string }[] };
    assert.ok(listeners.some(({ hostname }) => hostname === "*.campus.example.com"));
    assert.ok(listeners.some(({ hostname }) => hostname === "*.academy.example.org"));
    assert.ok(routesOf(planned, "campus", "HTTPRoute").length >= 5);
    const namespace = planned.resources.find(({ name }) => name === "campus-namespace");
    assert.ok(namespace?.dependencies.includes(gateway?.urn ?? ""));
  });

  it("shows what a controller that exists is told", async () => {
    const planned = await plan("an existing controller");
    const [ingress] = routesOf(planned, "campus", "Ingress");
    assert.equal((ingress?.spec as { ingressClassName: string }).ingressClassName, "nginx");
    assert.deepEqual(ingress?.metadata.annotations, {
      "cert-manager.io/cluster-issuer": "letsencrypt",
      "nginx.ingress.kubernetes.io/proxy-body-size": "250m",
    });
    assert.equal(planned.resources.filter(({ type }) => type.startsWith("openedx:platform:")).length, 0);
  });

  it("shows how routes attach to a Gateway that exists", async () => {
    const [route] = routesOf(await plan("an existing Gateway"), "campus", "HTTPRoute");
    assert.deepEqual((route?.spec as { parentRefs: unknown }).parentRefs, [
      { name: "public", namespace: "infrastructure", sectionName: "https" },
    ]);
  });
});
