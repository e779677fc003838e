import assert from "node:assert/strict";
import { facts } from "../../../providers/clouds.js";
import { OperationError, type StackReport } from "../../../src/automation/index.js";
import { CloudStack, type CloudName } from "./cloudStack.js";

type Config = Record<string, unknown>;

/** A change of a stack's config. */
export interface Transition {
  title: string;
  /** In the cloud's part of the config; stays for those after it. */
  part: Config;
  /** Names of the cloud's resources that are replaced, without the data, clusters and networks that never are. */
  replaced: string[];
  /** What the engine says of what it would have to replace or delete; then nothing is done. */
  refused?: RegExp;
}

/** What holds data, and what all hangs on. */
const lasting =
  /DatabaseInstance|rds\/instance|ReplicationGroup|redis\/instance|RedisEnterprise|:Server$|[cC]luster|ec2\/(vpc|subnet)|VirtualNetwork|Subnet|compute\/(network|subnetwork)|[bB]ucket:Bucket|StorageAccount|:Zone$|ManagedZone|kms\/key|CryptoKey/;

const clouds = /^(aws|azure-native|gcp):/;

/** Without what needs the charts of others; the sites, the databases and the rights are the sample's. */
const services = {
  edge: { controller: "existing", https: false },
  platform: {},
  services: { mysql: { mode: "managed" }, redis: { mode: "managed" }, objectStore: { mode: "managed" } },
};

/** The life of a cloud's sample stack, from the first preview to the last resource. */
export function describeTransitions(
  name: CloudName,
  first: Config,
  transitions: readonly Transition[],
): void {
  describe(`the sample stack of ${name}, with plugins that play the cloud's`, () => {
    let cloud: CloudStack;
    let part = first;
    let rest: Config;

    before(async () => {
      cloud = await CloudStack.start(name);
      rest = { ...services, instances: cloud.sites("campus", "academy") };
    });
    after(() => cloud.stop());

    it("is previewed with nothing known, and is made as it was previewed", async () => {
      const { report } = await cloud.preview(part, rest);
      assert.deepEqual(cloud.calls(), []);
      const made = await cloud.up({ ...part, grantSeconds: 1 }, rest);
      assert.deepEqual(urns(made.report, "create"), urns(report, "create"));
      assert.deepEqual(
        made.calls.map(({ op, urn }) => `${op} ${urn}`).sort(),
        urns(report, "create")
          .filter((urn) => clouds.test(typeOf(urn)))
          .map((urn) => `create ${urn}`),
      );
    });

    it("gives the cloud time to heed a right before the first use of it", async () => {
      const dependencies = await cloud.dependencies();
      const made = new Map(cloud.calls().map(({ urn, at }) => [urn, at]));
      const uses = [...dependencies].flatMap(([urn, before]) =>
        before
          .filter((grant) => facts.of(typeOf(grant))?.grant && made.has(grant) && made.has(urn))
          .map((grant) => ({ urn, grant, waited: Number(made.get(urn)) - Number(made.get(grant)) })),
      );
      assert.ok(uses.length > 0, "some rights are used by what the cloud makes");
      assert.deepEqual(
        uses.filter(({ waited }) => waited < 1000),
        [],
      );
    });

    it("takes over what an earlier release made under other names", async () => {
      const { renamed, undo } = await cloud.takeBackNames(part, rest);
      assert.ok(
        renamed.some((urn) => /::openedx-data-namespace$|:openedx-prod-cluster$/.test(urn)),
        "some are",
      );
      const { report, calls } = await cloud.up(part, rest);
      assert.deepEqual(calls, []);
      assert.deepEqual(
        report.resources.map(({ op, urn }) => `${op} ${urn}`),
        [],
      );
      await undo();
    });

    for (const { title, part: change, replaced, refused } of transitions) {
      it(title, async () => {
        const wanted = { ...part, ...change };
        if (refused !== undefined) {
          await assertRefused(cloud, () => cloud.up(wanted, rest), refused);
          return;
        }
        part = wanted;
        const { report, calls } = await cloud.up(part, rest);
        const names = replacedOf(report);
        assert.deepEqual(names, [...replaced].sort());
        assert.ok(calls.length > 0);
        assert.deepEqual(
          calls.filter(({ op, urn }) => op === "delete" && lasting.test(typeOf(urn))),
          [],
        );
      });
    }

    it("refuses to be destroyed, and nothing is touched", () =>
      assertRefused(cloud, () => cloud.destroy(part, rest), /cannot be deleted\s+because it is protected/));

    it("refuses to lose a site, and nothing is touched", () =>
      assertRefused(
        cloud,
        () => cloud.up(part, { ...rest, instances: cloud.sites("campus") }),
        /cannot be deleted\s+because it is protected/,
      ));

    it("becomes disposable without a replacement, then loses a site, and what is its alone", async () => {
      const { report } = await cloud.up(part, { ...rest, disposable: true });
      assert.deepEqual(replacedOf(report), []);
      const { calls } = await cloud.up(part, { ...rest, disposable: true, instances: cloud.sites("campus") });
      const deleted = calls.filter(({ op }) => op === "delete").map(({ urn }) => urn);
      assert.ok(
        deleted.some((urn) => lasting.test(typeOf(urn))),
        "its files go",
      );
      assert.deepEqual(
        deleted.filter((urn) => !urn.includes("academy")),
        [],
      );
    });

    it("is destroyed, and nothing of it is left but the key of volumes that stay", async () => {
      const goneAlong = await cloud.goingWithOthers();
      await cloud.destroy(part, { ...rest, disposable: true, instances: cloud.sites("campus") });
      const left = new Map<string, string>();
      for (const { op, id, urn } of cloud.calls()) {
        if (op === "delete") {
          left.delete(id);
        } else {
          left.set(id, urn);
        }
      }
      const own = [...left.values()].filter((urn) => !goneAlong.has(urn));
      const ofVolumes =
        /:kms\/(key:Key|cryptoKey:CryptoKey|cryptoKeyIAMMember:\w+)::.*-disks(-key|-encrypter)?$/;
      assert.deepEqual(
        own.filter((urn) => !ofVolumes.test(urn)),
        [],
      );
    });
  });
}

async function assertRefused(
  cloud: CloudStack,
  work: () => Promise<unknown>,
  message: RegExp,
): Promise<void> {
  const before = cloud.calls().length;
  await assert.rejects(work(), (error) => {
    assert.ok(error instanceof OperationError, String(error));
    assert.match(error.message, message);
    return true;
  });
  assert.equal(cloud.calls().length, before);
}

/** Names of the cloud's resources that the engine replaced. */
function replacedOf({ resources }: StackReport): string[] {
  return resources
    .filter(({ op, type }) => op === "replace" && clouds.test(type))
    .map((resource) => resource.name)
    .sort();
}

function urns({ resources }: StackReport, wanted: string): string[] {
  return resources.flatMap(({ op, urn }) => (op === wanted ? [urn] : [])).sort();
}

function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
