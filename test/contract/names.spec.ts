import assert from "node:assert/strict";
import { facts } from "../../providers/clouds.js";
import type { Registration } from "../../src/engine/types.js";
import { awsCase } from "./aws.js";
import { azureCase } from "./azure.js";
import { type CloudCase, runCloud, stack } from "./clouds.js";
import { existingCase } from "./existing.js";
import { gcpCase } from "./gcp.js";
import { misnamed } from "./names.js";

/** With MongoDB Atlas, and with another name in the cloud than in the program. */
function full(each: CloudCase, more: Record<string, unknown>): CloudCase {
  const own = each.config[each.cloud] as Record<string, unknown>;
  return {
    ...each,
    config: {
      ...each.config,
      [each.cloud]: { ...own, name: "prod" },
      atlas: { organization: "0123456789abcdef01234567", region: "EU_WEST_1" },
      credentials: { atlas: { publicKey: "public", privateKey: "private" } },
      ...more,
    },
    outputs: (registration) => ({
      ...each.outputs(registration),
      connectionStrings: { standardSrv: "mongodb+srv://atlas.example" },
    }),
  };
}

/** Component types below the cloud's own, with the name that each had before it was called after what it is part of. */
const awsEarlier = {
  "": "openedx-aws",
  AddOns: "prod-addons",
  Backups: "prod-backups",
  Cluster: "prod-cluster",
  Dns: "prod-dns",
  Keys: "prod-keys",
  Network: "prod-network",
  Nodes: "prod-nodes",
  Redis: "prod-redis",
  Registry: "prod-registry",
  Storage: "prod-storage",
};

/** Every earlier URN: type and name, below the component of the cloud. */
const earlier: Record<string, string[]> = {
  existing: [],
  aws: [
    ...Object.entries(awsEarlier).map(([kind, name]) =>
      kind === "" ? `openedx:aws:Cloud::${name}` : `openedx:aws:Cloud$openedx:aws:${kind}::${name}`,
    ),
    "openedx:aws:Cloud$openedx:aws:ObjectStore::prod-site-campus-media",
    "openedx:aws:Cloud$pulumi:providers:aws::openedx-aws",
    "openedx:aws:Cloud$pulumi:providers:kubernetes::openedx-cluster",
    "openedx:aws:Cloud$pulumi:providers:kubernetes::openedx-adopting",
    "openedx:aws:Cloud$pulumi:providers:random::openedx-aws-random",
  ],
  ...Object.fromEntries(
    ["azure", "gcp"].map((cloud) => {
      const atlas = `openedx:${cloud}:Cloud$openedx:atlas:MongoDb`;
      return [
        cloud,
        [
          `openedx:${cloud}:Cloud$openedx:${cloud}:ObjectStore::openedx-campus`,
          `${atlas}::prod-mongodb`,
          `${atlas}$pulumi:providers:mongodbatlas::prod-mongodb`,
          `${atlas}$mongodbatlas:index/projectIpAccessList:ProjectIpAccessList::prod-mongodb-1`,
          `${atlas}$mongodbatlas:index/advancedCluster:AdvancedCluster::prod-mongodb`,
        ],
      ];
    }),
  ),
};

const cases = [existingCase, full(awsCase, {}), full(azureCase, {}), full(gcpCase, {})];

for (const each of cases) {
  describe(`the resources of ${each.cloud}`, () => {
    let resources: Registration[];

    before(async () => {
      ({ registrations: resources } = await runCloud(each, { preview: false, publicMedia: true }));
    });

    it("carry the name of the component that they are part of", () =>
      assert.deepEqual(
        misnamed(resources).map(({ urn }) => urn),
        [],
      ));

    it("are still those that had another name", () => {
      const aliases = new Set(resources.flatMap((resource) => resource.aliases));
      const lost = (earlier[each.cloud] ?? []).filter(
        (urn) => !aliases.has(`urn:pulumi:${stack}::openedx::${urn}`),
      );
      assert.deepEqual(lost, []);
    });

    it("are each one resource only: no earlier name is another's", () => {
      const urns = new Set(resources.map(({ urn }) => urn));
      const others = resources.flatMap(({ urn, aliases }) =>
        aliases.filter((alias) => alias !== urn && urns.has(alias)),
      );
      assert.deepEqual(others, []);
      const claimed = resources.flatMap(({ aliases }) => aliases);
      assert.deepEqual(
        claimed.filter((alias, index) => claimed.indexOf(alias) !== index),
        [],
      );
    });

    it("are all of types that its facts know", () => {
      const types = new Set(resources.map(({ type }) => type).filter(facts.isCloud));
      assert.equal(types.size > 0, each.cloud !== "existing");
      assert.deepEqual(
        [...types].filter((type) => facts.of(type) === undefined),
        [],
      );
    });
  });
}
