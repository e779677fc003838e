import assert from "node:assert/strict";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { contractSchema } from "../../src/cloud/contract.js";
import { type Plan, planProgram } from "../../src/engine/plan.js";
import { readStack } from "../../src/engine/stackFile.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { silent } from "../../src/workspace/progress.js";

describe("a fleet of the sample stacks", function () {
  this.timeout(600_000); // a site may have to be rendered first
  let sites: Plan;
  let platform: Plan;

  before(async () => {
    const { helm } = createToolchain({ progress: silent });
    const plan = (stack: string): Promise<Plan> =>
      planProgram({ stack, program: stackProgram(silent), progress: silent, helm });
    [platform, sites] = [await plan("platform"), await plan("sites")];
  });

  const names = ({ resources }: Plan, type: RegExp): string[] =>
    resources.filter((resource) => type.test(resource.type)).map(({ name }) => name);

  it("has the servers in the platform, and accounts on them beside the sites", () => {
    assert.ok(names(platform, /:Release$/).includes("openedx-data-mysql"));
    assert.deepEqual(names(platform, /OpenEdxInstance$/), []);
    assert.deepEqual(names(sites, /:Release$/), ["campus", "campus-data"]);
    const accounts = sites.resources.find(({ name }) => /^campus-accounts-[0-9a-f]{10}$/.test(name));
    assert.equal((accounts?.inputs.metadata as { namespace: string }).namespace, "openedx-data-sites");
  });

  it("hands the contract over in plain, and no password", () => {
    const parsed = contractSchema.safeParse(platform.outputs.contract);
    assert.ok(parsed.success, JSON.stringify(parsed.error?.issues));
    assert.equal(parsed.data.edge.tls.clusterIssuer, "openedx");
    const { mysql } = platform.outputs.access as { mysql: Record<string, unknown> };
    assert.match(String(mysql.adminPassword), /^\[(secret|unknown)\]$/);
  });

  it("lets the sites of all stacks reach the servers, and nobody else", () => {
    const policy = platform.resources.find(({ name }) => name === "openedx-data-network");
    assert.match(JSON.stringify(policy?.inputs.spec), /"app.kubernetes.io\/part-of":"openedx"/);
    const namespaces = sites.resources.filter(({ type }) => type === "kubernetes:core/v1:Namespace");
    assert.ok(namespaces.length >= 2);
    for (const { inputs } of namespaces) {
      const { labels } = inputs.metadata as { labels: Record<string, string> };
      assert.equal(labels["app.kubernetes.io/part-of"], "openedx");
    }
  });

  it("ends with a word where a stack of sites names itself as its platform", async () => {
    const { helm } = createToolchain({ progress: silent });
    const config = readStack("sites");
    config.config["openedx:platformStack"] = JSON.stringify({ name: "sites" });
    const plan = planProgram({ stack: "sites", config, program: stackProgram(silent), progress: silent, helm });
    await assert.rejects(plan, /the stack sites has no output "contract"/);
  });
});
