import assert from "node:assert/strict";
import type { PropertyMap, Registration } from "../../../src/engine/types.js";
import { Secret, Unknown } from "../../../src/engine/types.js";
import { redactor } from "../../../src/engine/local/redact.js";
import { emptyState } from "../../../src/engine/local/state.js";
import { sameGenerated, translate } from "../../../src/engine/local/translate.js";
import { UserError } from "../../../src/workspace/errors.js";

function registration(type: string, inputs: Registration["inputs"]): Registration {
  return {
    urn: `urn:pulumi:s::p::${type}::name`,
    type,
    name: "name",
    custom: true,
    dependencies: [],
    propertyDependencies: {},
    provider: "",
    protect: false,
    retainOnDelete: false,
    aliases: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    deleteBeforeReplace: false,
    additionalSecretOutputs: [],
    customTimeouts: {},
    inputs,
  };
}

describe("what the local runner makes of a registration", () => {
  for (const type of [
    "aws:s3/bucket:Bucket",
    "pulumi:providers:aws",
    "kubernetes:helm.sh/v4:Chart",
    "kubernetes:yaml/v2:ConfigGroup",
    "kubernetes:core/v1:NamespacePatch",
    "random:index/randomPet:RandomPet",
  ]) {
    it(`refuses ${type} by name and tells to use Pulumi`, () => {
      assert.throws(
        () => translate(registration(type, {})),
        (error) =>
          error instanceof UserError && error.message.includes(type) && error.message.includes("pulumi up"),
      );
    });
  }

  it("takes an object with its secrets, and its text as data", () => {
    const meaning = translate(
      registration("kubernetes:core/v1:Secret", {
        metadata: { name: "s", namespace: "n" },
        stringData: new Secret({ key: "värde" }),
        data: { other: "eA==" },
      }),
    );
    assert.equal(meaning.kind, "object");
    assert.deepEqual("object" in meaning && meaning.object, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s", namespace: "n" },
      data: { other: "eA==", key: Buffer.from("värde").toString("base64") },
    });
  });

  it("names what the program does not name, the same in every run", () => {
    const unnamed = registration("kubernetes:apps/v1:Deployment", { spec: {} });
    const names = [translate(unnamed), translate(unnamed)].map(
      (meaning) => "object" in meaning && meaning.object.metadata.name,
    );
    assert.match(String(names[0]), /^name-[0-9a-f]{8}$/);
    assert.equal(names[0], names[1]);
  });

  it("leaves what is unknown for later", () => {
    const inputs = { metadata: { name: Unknown.value } };
    assert.equal(translate(registration("kubernetes:core/v1:ConfigMap", inputs)).kind, "unknown");
  });

  it("takes a release with the provider's defaults, and its chart from where the inputs say", () => {
    const remoteOf = (inputs: PropertyMap): unknown => {
      const meaning = translate(registration("kubernetes:helm.sh/v3:Release", inputs));
      assert.ok("release" in meaning);
      assert.equal(meaning.release.timeout, 300);
      return meaning.release.remote;
    };
    const version = "1.0.0";
    assert.deepEqual(remoteOf({ chart: "oci://registry/team/traefik", version }), {
      chart: "traefik",
      version,
      repository: "oci://registry/team",
    });
    const repo = "https://charts.example.com";
    assert.deepEqual(remoteOf({ chart: "keda", version, repositoryOpts: { repo } }), {
      chart: "keda",
      version,
      repository: repo,
    });
    assert.equal(remoteOf({ chart: "./charts/openedx-instance" }), undefined);
  });

  it("refuses a repository's chart without a version, and an archive that is not there", () => {
    for (const [chart, says] of [
      ["oci://registry/team/traefik", /Release name: .*traefik has no version; give one/],
      ["./mirror/traefik-1.0.0.tgz", /Release name: there is no chart .*traefik-1\.0\.0\.tgz.*charts pull/],
    ] as const) {
      assert.throws(() => translate(registration("kubernetes:helm.sh/v3:Release", { chart })), says);
    }
  });

  it("does not put a repository's password among helm's arguments", () => {
    const repositoryOpts = { repo: "https://charts", username: "u", password: "hidden" };
    const inputs = { chart: "c", repositoryOpts };
    assert.throws(
      () => translate(registration("kubernetes:helm.sh/v3:Release", inputs)),
      (error) => error instanceof UserError && !error.message.includes("hidden"),
    );
  });
});

describe("a made-up value", () => {
  it("stays unless one of its inputs changes that is not ignored", () => {
    const before = { length: 20, special: false, keepers: { a: "1" } };
    assert.ok(sameGenerated(before, { ...before, lower: null }, []));
    assert.ok(!sameGenerated(before, { ...before, length: 21 }, []));
    assert.ok(!sameGenerated(before, { ...before, keepers: { a: "2" } }, []));
    assert.ok(sameGenerated(before, { ...before, length: 21 }, ["length"]));
    assert.ok(sameGenerated(before, { ...before, keepers: { a: "2" } }, ["keepers.a"]));
    assert.ok(sameGenerated(before, { ...before, length: 21 }, ["*"]));
  });
});

describe("what people are shown", () => {
  it("has no secret in it, in no encoding", () => {
    const state = emptyState();
    state.generated.urn = {
      type: "random:index/randomPassword:RandomPassword",
      inputs: {},
      outputs: { id: "none", result: "generatedsecret" },
    };
    const given = registration("kubernetes:core/v1:Secret", {
      data: { a: new Secret("givensecret"), b: "plain text" },
    });
    const redact = redactor(state, [given]);
    const encoded = Buffer.from("generatedsecret").toString("base64");
    assert.equal(
      redact(`generatedsecret ${encoded} givensecret plain text`),
      "[secret] [secret] [secret] plain text",
    );
  });
});
