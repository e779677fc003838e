import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackReport } from "../../src/automation/index.js";
import { changesOf, TestStack } from "./support/testStack.js";

describe("a fleet on one cluster", () => {
  let stack: TestStack;

  const sites = { cloud: "stack", scope: "instances", platformStack: { name: "platform" } };
  const platform = { scope: "platform", edge: { https: false, controllerNamespace: "the-edge" } };

  before(async () => {
    stack = await TestStack.start("fleet");
  });
  after(() => stack.stop());

  it("has no sites before there is a platform, and says which stack is missing", async () => {
    await assert.rejects(
      stack.up({ stack: "sites", instances: { academy: {} }, config: sites }),
      /There is no stack platform in this backend\. Deploy it first/,
    );
  });

  it("deploys sites by what the platform's stack says of itself", async () => {
    const made = await stack.up({ stack: "platform", instances: {}, config: platform });
    assert.deepEqual(releasesOf(made), []);
    const result = await stack.up({ stack: "sites", instances: { academy: {} }, config: sites });
    assert.deepEqual(releasesOf(result), ["academy", "academy-data"]);
    const [policy] = (await stack.list("networkpolicies", "academy")).filter(
      ({ metadata }) => metadata.name === "academy-edge",
    );
    assert.match(JSON.stringify(policy), /"kubernetes.io\/metadata.name":"the-edge"/);
    const [ingress] = await stack.list("ingresses", "academy");
    assert.equal((ingress?.spec as { tls?: unknown }).tls, undefined);
  });

  it("has several stacks of sites on the platform, each with a state of its own", async () => {
    const folder = stack.copyInstance("academy");
    const hosts = "LMS_HOST: annex.example.org\nCMS_HOST: studio.annex.example.org\n";
    writeFileSync(join(folder, "config.yml"), `${hosts}PLUGINS: [mfe]\n`);
    await stack.up({ stack: "more-sites", instances: { annex: { folder } }, config: sites });
    const again = await stack.up({ stack: "sites", instances: { academy: {} }, config: sites });
    assert.deepEqual(changesOf(again), []);
  });
});

function releasesOf({ resources }: StackReport): string[] {
  return resources.flatMap(({ type, name }) => (type.endsWith(":Release") ? [name] : [])).sort();
}
