import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as kubernetes from "@pulumi/kubernetes";
import { RandomPassword } from "@pulumi/random";
import { type PropertyMap, Secret, Unknown } from "../../src/engine/types.js";
import { UserError } from "../../src/workspace/errors.js";
import { find, go, Group, preview, Recorder, Thing } from "./programs.js";

describe("runProgram", () => {
  it("gives URNs, parents and kinds as the engine does", async () => {
    const result = await go(() => {
      const outer = new Group("outer");
      const inner = new Group("inner", { parent: outer }, "test:index:Inner");
      new Thing("leaf", {}, { parent: inner });
    });
    assert.deepEqual(
      result.registrations.map(({ urn, custom }) => [urn, custom]),
      [
        ["urn:pulumi:dev::proj::pulumi:pulumi:Stack::proj-dev", false],
        ["urn:pulumi:dev::proj::test:index:Group::outer", false],
        ["urn:pulumi:dev::proj::test:index:Group$test:index:Inner::inner", false],
        ["urn:pulumi:dev::proj::test:index:Group$test:index:Inner$test:index:Thing::leaf", true],
      ],
    );
    assert.equal(result.registrations[0]?.parent, undefined);
    assert.equal(find(result, "outer").parent, "urn:pulumi:dev::proj::pulumi:pulumi:Stack::proj-dev");
    assert.equal(find(result, "leaf").parent, find(result, "inner").urn);
  });

  it("has ids and outputs in an update", async () => {
    const computed: PropertyMap = { computed: "made" };
    const result = await go(
      () => {
        const first = new Thing("first", { value: "in" });
        new Thing("second", { id2: first.id, value: first.value, computed2: first.computed });
        return { id: first.id, undeclared: pulumi.interpolate`<${first.computed}>` };
      },
      {
        handler: new Recorder(({ name }) => ({
          outputs: name === "first" ? computed : {},
        })),
      },
    );
    assert.deepEqual(find(result, "second").inputs, { id2: "first-id", value: "in", computed2: "made" });
    assert.deepEqual(result.outputs, { id: "first-id", undeclared: "<made>" });
  });

  it("has unknown ids and undeclared outputs in a preview, and inputs known", async () => {
    const result = await preview(() => {
      const first = new Thing("first", { value: "in" });
      new Thing("second", {
        id2: first.id,
        value: first.value,
        computed2: first.computed,
        text: pulumi.interpolate`a-${first.computed}-z`,
        deep: { list: ["plain", { leaf: first.computed }] },
      });
      return { computed: first.computed, value: first.value };
    });
    assert.deepEqual(find(result, "second").inputs, {
      id2: Unknown.value,
      value: "in",
      computed2: Unknown.value,
      text: Unknown.value,
      deep: { list: ["plain", { leaf: Unknown.value }] },
    });
    assert.deepEqual(result.outputs, { computed: Unknown.value, value: "in" });
  });

  it("tells the program whether it is a preview, and who it is", async () => {
    const seen: unknown[] = [];
    const program = (): void => {
      seen.push([
        pulumi.runtime.isDryRun(),
        pulumi.getProject(),
        pulumi.getStack(),
        pulumi.getOrganization(),
      ]);
    };
    await preview(program);
    await go(program);
    assert.deepEqual(seen, [
      [true, "proj", "dev", "organization"],
      [false, "proj", "dev", "organization"],
    ]);
  });

  it("keeps secrets where they are, and marks additional secret outputs", async () => {
    for (const run of [go, preview]) {
      const result = await run(() => {
        const first = new Thing(
          "first",
          {
            value: "v",
            deep: { list: [pulumi.secret("s"), "plain"], map: { key: pulumi.secret({ a: 1 }) } },
          },
          { additionalSecretOutputs: ["value"] },
        );
        new Thing("second", { copied: first.value });
        return { secret: pulumi.secret("out"), copied: first.value };
      });
      assert.deepEqual(find(result, "first").inputs.deep, {
        list: [new Secret("s"), "plain"],
        map: { key: new Secret({ a: 1 }) },
      });
      assert.deepEqual(find(result, "second").inputs.copied, new Secret("v"));
      assert.deepEqual(result.outputs, { secret: new Secret("out"), copied: new Secret("v") });
    }
  });

  it("echoes nested secrets as secret outputs", async () => {
    const result = await go(() => {
      const first = new Thing("first", { value: { list: [pulumi.secret("s")] } });
      new Thing("second", { copied: first.value });
    });
    assert.deepEqual(find(result, "second").inputs.copied, new Secret({ list: ["s"] }));
  });

  it("sorts dependencies and keeps them per property", async () => {
    const result = await go(() => {
      const b = new Thing("b", { value: "1" });
      const a = new Thing("a", { value: "2" });
      const group = new Group("group");
      const child = new Thing("child", {}, { parent: group });
      void child;
      new Thing(
        "last",
        { x: b.value, y: pulumi.all([b.value, a.value]).apply(String) },
        { dependsOn: [group] },
      );
    });
    const urn = (name: string): string => find(result, name).urn;
    assert.deepEqual(find(result, "last").dependencies, [urn("a"), urn("b"), urn("child")].sort());
    assert.deepEqual(find(result, "last").propertyDependencies, { x: [urn("b")], y: [urn("a"), urn("b")] });
  });

  it("inherits protect, provider, deletedWith and retainOnDelete from the parent", async () => {
    const result = await go(() => {
      const provider = new kubernetes.Provider("cluster", { clusterIdentifier: "c" });
      const owner = new Thing("owner");
      const group = new Group("group", { protect: true, provider, retainOnDelete: true, deletedWith: owner });
      const inner = new Group("inner", { parent: group });
      new kubernetes.core.v1.ConfigMap("map", {}, { parent: inner });
      new kubernetes.core.v1.ConfigMap("loose", {}, { parent: inner, protect: false });
      new kubernetes.core.v1.ConfigMap("alone", {});
    });
    const map = find(result, "map");
    const cluster = "urn:pulumi:dev::proj::pulumi:providers:kubernetes::cluster";
    assert.deepEqual(
      [map.protect, map.retainOnDelete, map.provider, map.deletedWith],
      [true, true, cluster, find(result, "owner").urn],
    );
    assert.equal(find(result, "loose").protect, false);
    assert.deepEqual([find(result, "alone").provider, find(result, "alone").protect], ["", false]);
  });

  it("resolves aliases, those of the parent included", async () => {
    const result = await go(() => {
      const group = new Group("new", { aliases: [{ name: "old" }, { type: "test:index:Former" }] });
      new Thing("new-leaf", {}, { parent: group, aliases: [{ name: "twig" }] });
      new Thing(
        "moved",
        {},
        { parent: group, aliases: [{ parent: pulumi.rootStackResource }, "urn:pulumi:x::y::z::w"] },
      );
    });
    const urn = "urn:pulumi:dev::proj::";
    assert.deepEqual(find(result, "new").aliases, [
      `${urn}test:index:Group::old`,
      `${urn}test:index:Former::new`,
    ]);
    assert.deepEqual(find(result, "new-leaf").aliases, [
      `${urn}test:index:Group$test:index:Thing::twig`,
      `${urn}test:index:Group$test:index:Thing::old-leaf`,
      `${urn}test:index:Former$test:index:Thing::new-leaf`,
      `${urn}test:index:Former$test:index:Thing::twig`,
    ]);
    assert.deepEqual(find(result, "moved").aliases.slice(0, 2), [
      `${urn}test:index:Thing::moved`,
      "urn:pulumi:x::y::z::w",
    ]);
  });

  it("refuses transforms, which it would leave out", () =>
    assert.rejects(
      go(() => void new Thing("leaf", {}, { transforms: [() => undefined] })),
      /does not support transforms/,
    ));

  it("takes resource options as they are", async () => {
    const result = await go(() => {
      new Thing(
        "leaf",
        {},
        {
          ignoreChanges: ["a"],
          replaceOnChanges: ["b"],
          deleteBeforeReplace: true,
          import: "there",
          customTimeouts: { create: "1h30m", delete: "90s" },
          hooks: { afterCreate: [new pulumi.ResourceHook("hook", () => undefined)] },
        },
      );
    });
    const { ignoreChanges, replaceOnChanges, deleteBeforeReplace, importId, customTimeouts } = find(
      result,
      "leaf",
    );
    assert.deepEqual(
      { ignoreChanges, replaceOnChanges, deleteBeforeReplace, importId, customTimeouts },
      {
        ignoreChanges: ["a"],
        replaceOnChanges: ["b"],
        deleteBeforeReplace: true,
        importId: "there",
        customTimeouts: { create: 5400, delete: 90 },
      },
    );
  });

  it("passes config and secret keys on", async () => {
    const result = await go(
      () => {
        const config = new pulumi.Config();
        return {
          plain: config.require("plain"),
          list: config.requireObject<number[]>("list"),
          key: config.requireSecret("key"),
        };
      },
      { config: { "proj:plain": "p", "proj:list": "[1]", "proj:key": "k" }, secretKeys: ["proj:key"] },
    );
    assert.deepEqual(result.outputs, { plain: "p", list: [1], key: new Secret("k") });
  });

  it("reads stack references, keeping their secrets", async () => {
    const result = await go(() => {
      const other = new pulumi.StackReference("organization/other/dev");
      return { host: other.getOutput("host"), pass: other.getOutput("pass") };
    });
    assert.deepEqual(result.outputs.pass, new Secret("p"));
  });

  it("answers invokes", async () => {
    const result = await go(async () => ({
      answer: (await pulumi.runtime.invoke("test:index:ask", { a: 1 })) as unknown,
    }));
    assert.deepEqual(result.outputs, { answer: { token: "test:index:ask" } });
    const broken = go(() => pulumi.runtime.invoke("test:index:broken", {}));
    await assert.rejects(broken, (error) => error instanceof UserError && error.message === "no such thing");
  });

  it("works on the providers' own classes", async () => {
    const result = await preview(() => {
      const provider = new kubernetes.Provider("cluster", { kubeconfig: pulumi.secret("k") });
      const password = new RandomPassword("password", { length: 20 });
      const namespace = new kubernetes.core.v1.Namespace(
        "ns",
        { metadata: { name: "campus" } },
        { provider },
      );
      new kubernetes.core.v1.Secret(
        "config",
        { metadata: { namespace: namespace.metadata.name }, stringData: { p: password.result } },
        { provider },
      );
    });
    assert.deepEqual(find(result, "config").inputs, {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { namespace: "campus" },
      stringData: Unknown.value,
    });
    assert.deepEqual(find(result, "cluster").inputs.kubeconfig, new Secret("k"));
  });
});
