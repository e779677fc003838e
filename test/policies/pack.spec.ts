import assert from "node:assert/strict";
import { createRequire } from "node:module";
import type { JsonObject } from "../../src/kubernetes/objects.js";
import { facts } from "../../providers/clouds.js";
import { policiesFor } from "../../src/policies/pack.js";
import { rules } from "../../src/policies/rules.js";
import type { PolicyResource } from "../../src/policies/types.js";
import { analyze } from "./analyzer.js";
import { deployment, resource } from "./stacks.js";

/** What stands for a text that is not known yet, and for a secret, between engine and policies. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const asSecret = (value: string): { [key: string]: string } => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});

const instance = (image: string): PolicyResource =>
  resource("kubernetes:helm.sh/v3:Release", "campus", {
    chart: "./charts/openedx-instance",
    namespace: "campus",
    values: {
      manifests: { "Deployment.lms": JSON.parse(JSON.stringify(deployment("lms", { image }))) as JsonObject },
    },
  });

describe("the policy pack, by the SDK's own server", () => {
  it("has a policy of each rule, of its level", () =>
    assert.deepEqual(
      policiesFor(facts).map(({ name, enforcementLevel }) => [name, enforcementLevel]),
      rules.map(({ name, level }) => [name, level]),
    ));

  it("says nothing of a stack that is right", async () => {
    const database = resource(
      "aws:rds/instance:Instance",
      "db",
      { publiclyAccessible: false },
      { protect: true },
    );
    assert.deepEqual(await analyze([instance("docker.io/overhangio/openedx:22.0.3"), database]), []);
  });

  it("reports each violation with its resource", async () => {
    const found = await analyze([
      instance("openedx:latest"),
      resource("aws:rds/instance:Instance", "db", { publiclyAccessible: true }),
    ]);
    assert.deepEqual(
      found.map(({ policy, level, urn }) => [policy, level, urn.split("::").at(-1)]),
      [
        ["no-latest-images", "mandatory", "campus"],
        ["data-protected", "mandatory", "db"],
        ["no-public-databases", "mandatory", "db"],
      ],
    );
  });

  it("says in a preview what it could not check, where the SDK would give up the policy", async () => {
    const found = await analyze([
      resource("aws:rds/instance:Instance", "db", { publiclyAccessible: unknownText }, { protect: true }),
      resource("aws:docdb/cluster:Cluster", "other", {}),
    ]);
    assert.deepEqual(
      found.map(({ policy, level }) => [policy, level]),
      [
        ["data-protected", "mandatory"],
        ["no-public-databases", "advisory"],
      ],
    );
    assert.match(found[1]?.message ?? "", /could not be checked/);
  });

  it("does not take secrets for plain text, since the engine opens them for policies", async () => {
    const database = resource(
      "aws:rds/instance:Instance",
      "db",
      { password: asSecret("hunter2") },
      { protect: true },
    );
    const release = resource("kubernetes:helm.sh/v3:Release", "grafana", {
      chart: "grafana",
      values: { adminPassword: asSecret("hunter2") },
    });
    assert.deepEqual(
      (await analyze([database, release])).map(({ policy, level }) => [policy, level]),
      [["no-plain-secrets", "advisory"]],
    );
  });

  it("compares releases where its config says what is deployed", async () => {
    const site = resource("openedx:instance:OpenEdxInstance", "campus", { tutor: "20.0.5" });
    assert.deepEqual(await analyze([site]), []);
    const outputs = { instances: { campus: { tutor: "22.0.3" } } };
    const [found] = await analyze([site], { "release-steps": { outputs } });
    assert.equal(found?.policy, "release-steps");
  });

  it("is lenient with a disposable stack only", async () => {
    const database = resource("aws:rds/instance:Instance", "db");
    process.env.PULUMI_CONFIG = JSON.stringify({ "openedx:disposable": "true" });
    try {
      assert.deepEqual(await analyze([database]), []);
    } finally {
      delete process.env.PULUMI_CONFIG;
    }
    assert.equal((await analyze([database])).length, 1);
  });

  it("has what the CLI looks for", () => {
    const require = createRequire(import.meta.url);
    const { version, main } = require("../../policy/package.json") as { version: string; main: string };
    assert.match(version, /^\d+\.\d+\.\d+$/);
    assert.ok(require.resolve(`../../policy/${main}`));
  });
});
