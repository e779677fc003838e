import assert from "node:assert/strict";
import { openPlatform } from "../../providers/stack/index.js";
import { selectCloud } from "../../src/stack/selectCloud.js";
import { configSchema } from "../../src/stack/schema.js";
import type { StackConfig } from "../../src/stack/load.js";
import { PreviewHandler } from "../../src/engine/preview.js";
import { runTest } from "../support/program.js";
import type { PropertyMap } from "../../src/engine/types.js";

function configOf(raw: Record<string, unknown>): StackConfig {
  return { ...configSchema.parse({ cloud: "stack", scope: "instances", ...raw }), stack: "sites" };
}

const contract = {
  version: 1,
  kubernetesVersion: "1.35",
  edge: configSchema.parse({ cloud: "existing", edge: { controller: "traefik", mode: "gateway" } }).edge,
  issuer: "dns01",
  edgeControllers: [],
  dns: true,
  addOns: { traefik: "traefik", "cert-manager": "cert-manager" },
  services: { namespace: "openedx-data", mysql: { port: 3306, tls: "require", adminUser: "root" } },
};

const link = { platformStack: { name: "acme/openedx/platform" } };

/** Opens the platform of a stack with the given outputs, as a preview does. */
async function open(
  outputs: PropertyMap | undefined,
  raw: Record<string, unknown> = {},
): ReturnType<typeof openPlatform> {
  const stacks = new Map(outputs === undefined ? [] : [[link.platformStack.name, outputs]]);
  let opened: Awaited<ReturnType<typeof openPlatform>> | undefined;
  await runTest({
    stack: "sites",
    handler: new PreviewHandler({ stacks }),
    program: async () => {
      opened = await openPlatform(configOf({ ...link, ...raw }), link.platformStack);
    },
  });
  assert.ok(opened !== undefined);
  return opened;
}

describe("the cloud `stack`", () => {
  it("takes its edge and what is there from the other stack's contract", async () => {
    const { decided, abilities } = await open({ contract: contract as PropertyMap });
    assert.equal(decided?.edge.controller, "traefik");
    assert.deepEqual(abilities.managed, { mysql: contract.services.mysql });
    assert.deepEqual(abilities.builtIn, ["traefik", "cert-manager"]);
    assert.equal(abilities.kubernetesVersion, "1.35");
    assert.deepEqual(decided.platform.addons.traefik, {
      state: "existing",
      namespace: "traefik",
      values: {},
    });
  });

  it("gives what it makes namespaces of its own, since each has one owner", async () => {
    const { decided } = await open({ contract: contract as PropertyMap });
    assert.equal(decided?.services.namespace, "openedx-data-sites");
    assert.equal(decided.edge.gateway.namespace, `${contract.edge.gateway.namespace}-sites`);
    const chosen = await open({ contract: contract as PropertyMap }, { services: { namespace: "accounts" } });
    assert.equal(chosen.decided?.services.namespace, "accounts");
  });

  it("says what to do when the other stack has no platform", async () => {
    await assert.rejects(
      open(undefined),
      /platformStack\.name: the stack acme\/openedx\/platform has no output/,
    );
    await assert.rejects(open({ instances: {} }), /Deploy it first, with openedx:scope: platform/);
  });

  it("refuses the contract of another release, and names the fields", async () => {
    const other = { ...contract, version: 2 } as PropertyMap;
    await assert.rejects(open({ contract: other }), /another release of this program[^]*version/);
  });

  it("refuses Gateways whose certificates could not be made for hosts of other stacks", async () => {
    const http01 = { ...contract, issuer: "http01" } as PropertyMap;
    await assert.rejects(open({ contract: http01 }), /only its own Gateways answer/);
  });

  const faults: [what: string, raw: Record<string, unknown>, says: RegExp][] = [
    ["no name of a platform", {}, /openedx:platformStack\.name: is not set/],
    [
      "a scope that makes a platform",
      { ...link, scope: "platform" },
      /openedx:scope: platform is not for `cloud: stack`/,
    ],
    [
      "add-ons",
      { ...link, platform: { addons: { keda: "on" } } },
      /openedx:platform\.addons\.keda: a stack of `scope: instances` deploys no add-ons/,
    ],
    [
      "sites in a platform's stack",
      { cloud: "existing", scope: "platform", instances: { campus: {} } },
      /openedx:instances: a stack of `scope: platform` has none/,
    ],
    ["sites on a cloud of its own", { cloud: "aws", scope: "instances", aws: {} }, /aws|scope/],
  ];
  for (const [what, raw, says] of faults) {
    it(`is told what is wrong with ${what}`, () => {
      const parsed = configSchema.safeParse({ cloud: "stack", scope: "instances", ...raw });
      const message = parsed.success
        ? messageOf(() => selectCloud({ ...parsed.data, stack: "sites" }))
        : parsed.error.message;
      assert.match(message, says);
    });
  }
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return String(error);
  }
  return "";
}
