import assert from "node:assert/strict";
import { facts } from "../../providers/clouds.js";
import { replacedNodes } from "../../src/diff/nodes.js";
import { replacingPaths } from "../../src/diff/replacement.js";
import { resourceChanges } from "../../src/diff/resources.js";
import { Side } from "../../src/diff/side.js";
import type { PlannedResource } from "../../src/engine/plan.js";
import type { PlanFile, ResourceChange } from "../../src/diff/types.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { compare, instance, object, plan, release, resource } from "./support/plans.js";

function changes(before: PlannedResource[], after: PlannedResource[]): ResourceChange[] {
  return resourceChanges(new Side(plan(before)), new Side(plan(after)), facts);
}

const vpc = (cidrBlock: string, protect = false): PlannedResource =>
  resource("aws:ec2/vpc:Vpc", "network", { cidrBlock, tags: { a: "b" } }, { protect });

describe("the changes of resources", () => {
  it("are what is created, changed, replaced and deleted", () => {
    const bucket = resource("aws:s3/bucket:Bucket", "media", { forceDestroy: false });
    const found = changes(
      [vpc("10.0.0.0/16"), bucket, resource("random:index/randomPassword:RandomPassword", "old")],
      [
        vpc("10.1.0.0/16"),
        { ...bucket, inputs: { forceDestroy: true } },
        resource("random:index/randomPassword:RandomPassword", "new"),
      ],
    );
    assert.deepEqual(
      found.map(({ kind, name, because }) => [kind, name, because]),
      [
        ["replace", "network", ["cidrBlock"]],
        ["update", "media", undefined],
        ["create", "new", undefined],
        ["delete", "old", undefined],
      ],
    );
    assert.deepEqual(found[0]?.changes, [{ path: "cidrBlock", before: "10.0.0.0/16", after: "10.1.0.0/16" }]);
  });

  it("are none of what an alias says was called otherwise", () => {
    const password = (name: string): PlannedResource =>
      resource("random:index/randomPassword:RandomPassword", name);
    const dns = (name: string, chart: string): PlannedResource => release(name, { chart }, { protect: true });
    const labelled = (labels: string): KubernetesObject => object("ConfigMap", "zones", { labels });
    const renamed = (now: PlannedResource, earlier: PlannedResource): PlannedResource => ({
      ...now,
      aliases: ["urn:pulumi:prod::openedx::x:y:Z::elsewhere", earlier.urn],
    });
    const before = plan([password("old"), { ...dns("dns", "a"), dependencies: [password("old").urn] }], {
      dns: [labelled("a")],
    });
    const after = (chart: string, labels: string): PlanFile =>
      plan(
        [
          renamed(password("data-old"), password("old")),
          {
            ...renamed(dns("platform-dns", chart), dns("dns", "a")),
            dependencies: [password("data-old").urn],
          },
        ],
        { "platform-dns": [labelled(labels)] },
      );
    assert.deepEqual(compare(before, after("a", "a")), compare(before, before));
    const { resources, objects } = compare(before, after("b", "b"));
    assert.deepEqual(
      resources.map(({ kind, name, protect }) => [kind, name, protect]),
      [["update", "platform-dns", true]],
    );
    assert.deepEqual(
      objects.map(({ kind, object: name }) => [kind, name]),
      [["update", "ConfigMap/zones"]],
    );
  });

  it("are none where nothing changed, and no component", () => {
    assert.deepEqual(changes([vpc("10.0.0.0/16")], [vpc("10.0.0.0/16")]), []);
    assert.deepEqual(changes([instance("campus", { a: 1 })], [instance("campus", { a: 2 })]), []);
  });

  it("are an update where the protection alone changed", () =>
    assert.deepEqual(
      changes([vpc("10.0.0.0/16", true)], [vpc("10.0.0.0/16")]).map(({ kind, protect }) => [kind, protect]),
      [["update", true]],
    ));

  it("say which instance they are of, by the parents", () => {
    const parent = instance("campus");
    const namespace = resource("kubernetes:core/v1:Namespace", "campus-namespace", {}, { parent });
    assert.equal(changes([], [parent, namespace])[0]?.instance, "campus");
    assert.equal(changes([parent, namespace], [])[0]?.instance, "campus");
  });

  it("leave out names that only follow another object's content", () => {
    const pod = (name: string): PlannedResource[] => [
      resource("kubernetes:core/v1:Secret", "settings", { metadata: { name }, immutable: true }),
      resource("kubernetes:apps/v1:Deployment", "web", { spec: { secretName: name, replicas: 1 } }),
    ];
    const [deployment] = changes(pod("settings-0123456789"), pod("settings-9876543210"));
    assert.deepEqual([deployment?.kind, deployment?.changes], ["update", []]);
  });
});

describe("what replaces a resource", () => {
  const paths = (type: string, path: string, immutable = false): string[] =>
    replacingPaths(type, [{ path, after: 1 }], facts, immutable);

  it("is what its API fixes at creation, with all below it", () => {
    assert.deepEqual(paths("kubernetes:batch/v1:Job", "spec.template.spec.containers[0].image"), [
      "spec.template.spec.containers[0].image",
    ]);
    assert.deepEqual(paths("aws:rds/instance:Instance", "storageEncrypted"), ["storageEncrypted"]);
    assert.deepEqual(paths("azure-native:containerservice:AgentPool", "vmSize"), ["vmSize"]);
    assert.deepEqual(paths("gcp:sql/databaseInstance:DatabaseInstance", "region"), ["region"]);
    assert.deepEqual(paths("kubernetes:core/v1:Namespace", "metadata.name"), ["metadata.name"]);
  });

  it("is nothing else, and no key that only begins like it", () => {
    assert.deepEqual(paths("aws:rds/instance:Instance", "instanceClass"), []);
    assert.deepEqual(paths("kubernetes:apps/v1:Deployment", "spec.template"), []);
    assert.deepEqual(paths("kubernetes:core/v1:Namespace", "metadata.nameSuffix"), []);
  });

  it("is the content of what is immutable", () => {
    assert.deepEqual(paths("kubernetes:core/v1:ConfigMap", "data.Caddyfile", true), ["data.Caddyfile"]);
    assert.deepEqual(paths("kubernetes:core/v1:ConfigMap", "data.Caddyfile"), []);
  });
});

describe("node pools whose nodes are replaced", () => {
  const pool = (type: string, path: string, kind: ResourceChange["kind"] = "update"): string[] =>
    replacedNodes(
      [{ kind, urn: "", type, name: "general", protect: false, changes: [{ path, after: 1 }] }],
      facts,
    );

  it("are those of another shape, of every cloud and of Karpenter", () => {
    assert.deepEqual(pool("aws:eks/nodeGroup:NodeGroup", "instanceTypes", "replace"), ["general"]);
    assert.deepEqual(pool("aws:eks/nodeGroup:NodeGroup", "version"), ["general"]);
    assert.deepEqual(pool("azure-native:containerservice:AgentPool", "vmSize", "replace"), ["general"]);
    assert.deepEqual(pool("gcp:container/nodePool:NodePool", "nodeConfig.machineType"), ["general"]);
    assert.deepEqual(pool("kubernetes:karpenter.sh/v1:NodePool", "spec.template.spec.requirements"), [
      "general",
    ]);
  });

  it("are not those of another number", () => {
    assert.deepEqual(pool("aws:eks/nodeGroup:NodeGroup", "scalingConfig.maxSize"), []);
    assert.deepEqual(pool("kubernetes:karpenter.sh/v1:NodePool", "spec.limits.cpu"), []);
    assert.deepEqual(pool("aws:s3/bucket:Bucket", "version", "replace"), []);
  });
});
