import assert from "node:assert/strict";
import type { ProgramResult, Registration } from "../../src/engine/types.js";
import { retainedLabel } from "../../src/instance/config/configObject.js";
import { campusInput } from "./campus.js";
import { deployShared } from "./shared.js";
import { deploy, manifestsOf, plain, stemOf } from "./stack.js";

interface Metadata {
  name: string;
  namespace: string;
  labels: Record<string, string>;
  annotations?: Record<string, string>;
}

const metadataOf = ({ inputs }: Registration): Metadata => plain(inputs.metadata) as Metadata;

function configOf({ registrations }: ProgramResult): Registration[] {
  return registrations.filter(({ type }) => /:(Secret|ConfigMap)$/.test(type));
}

describe("config objects that stay", () => {
  let result: ProgramResult;
  let own: Registration[];

  before(async () => {
    result = await deploy(campusInput(), { adopting: "adopting" });
    own = configOf(result);
  });

  it("are those that pods of a release read, which Helm's history names", () => {
    const releases = JSON.stringify([manifestsOf(result, "campus"), manifestsOf(result, "campus-data")]);
    const read = own.filter((each) => releases.includes(`"${metadataOf(each).name}"`));
    assert.ok(read.length >= 6, `${read.length}`);
    assert.deepEqual(
      own.filter(({ retainOnDelete }) => retainOnDelete).map(({ name }) => name),
      read.map(({ name }) => name),
    );
  });

  it("are none that task Jobs alone read", () => {
    const gone = own.filter(({ retainOnDelete }) => !retainOnDelete).map(({ name }) => stemOf(name));
    assert.deepEqual(gone.sort(), [
      "campus-admin-after-tasks",
      "campus-admin-tasks",
      "campus-init-tasks",
      "campus-live-tasks",
    ]);
  });

  it("are none in the services' namespace", async () => {
    const shared = configOf(await deployShared());
    const there = shared.filter((each) => metadataOf(each).namespace === "openedx-data");
    assert.ok(there.length >= 2);
    assert.deepEqual(
      there.filter(({ retainOnDelete }) => retainOnDelete),
      [],
    );
    assert.ok(shared.some(({ retainOnDelete }) => retainOnDelete));
  });

  it("have a label to find them by, and the instance's", () => {
    for (const each of own) {
      const { labels } = metadataOf(each);
      assert.equal(labels["app.kubernetes.io/instance"], "campus", each.name);
      assert.equal(
        labels[retainedLabel.key],
        each.retainOnDelete ? retainedLabel.value : undefined,
        each.name,
      );
    }
  });

  it("are immutable, or adopting one would not be safe, and adopted by their own provider", () => {
    for (const each of own) {
      const { name, retainOnDelete, inputs, provider } = each;
      if (retainOnDelete) {
        assert.equal(inputs.immutable, true, name);
        // Or labels that an earlier version of the program wrote would be a conflict.
        assert.equal(metadataOf(each).annotations?.["pulumi.com/patchForce"], "true", name);
      }
      assert.equal(provider.includes("::adopting"), retainOnDelete, name);
    }
  });
});
