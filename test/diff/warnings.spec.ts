import assert from "node:assert/strict";
import type { PlanFile, Warning } from "../../src/diff/types.js";
import type { PlannedResource } from "../../src/engine/plan.js";
import type { JsonObject, KubernetesObject } from "../../src/kubernetes/objects.js";
import { campus, compare, instance, object, plan, release, resource } from "./support/plans.js";

function warnings(before: PlanFile, after: PlanFile, about: Warning["about"]): string[] {
  const { warnings: found } = compare(before, after);
  assert.deepEqual(
    found.filter((warning) => warning.about !== about),
    [],
    "there is no warning of another kind",
  );
  return found.map(({ text }) => text);
}

function ofResource(
  type: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
  about: Warning["about"],
  protect: [boolean, boolean] = [false, false],
): string[] {
  const [was, is] = [before, after].map((inputs, side) =>
    plan(inputs === undefined ? [] : [resource(type, "x", inputs, { protect: protect[side] ?? false })]),
  ) as [PlanFile, PlanFile];
  return warnings(was, is, about);
}

describe("warnings of data in danger", () => {
  const server = "aws:rds/instance:Instance";

  it("name a data resource that is deleted", () =>
    assert.deepEqual(ofResource(server, {}, undefined, "data"), [
      "Instance x would be deleted, and what it holds with it.",
    ]));

  it("name one that is replaced, with the property that does it, and that protection stops it", () =>
    assert.deepEqual(
      ofResource(
        server,
        { storageEncrypted: true, instanceClass: "a" },
        { storageEncrypted: false, instanceClass: "b" },
        "data",
        [true, true],
      ),
      [
        "Instance x would be replaced (storageEncrypted), and what it holds with it. It is protected: the update stops there until the protection is lifted.",
      ],
    ));

  it("cover every cloud, claims, namespaces, and whatever is protected", () => {
    for (const type of [
      "azure-native:dbformysql:Server",
      "azure-native:storage/v20240101:StorageAccount",
      "gcp:sql/databaseInstance:DatabaseInstance",
      "mongodbatlas:index/advancedCluster:AdvancedCluster",
      "kubernetes:core/v1:PersistentVolumeClaim",
      "kubernetes:core/v1:Namespace",
    ]) {
      assert.equal(ofResource(type, {}, undefined, "data").length, 1, type);
    }
    assert.equal(ofResource("aws:ec2/vpc:Vpc", {}, undefined, "data", [true, true]).length, 1);
  });

  it("cover a cloud's types of which nobody knows what they hold", () => {
    assert.equal(ofResource("aws:made/up:Up", {}, undefined, "data").length, 1);
    assert.deepEqual(ofResource("aws:iam/role:Role", {}, undefined, "data"), []);
  });

  it("are none for updates, and for what holds none", () => {
    assert.deepEqual(ofResource(server, { instanceClass: "a" }, { instanceClass: "b" }, "data"), []);
    assert.deepEqual(ofResource("aws:s3/bucketPolicy:BucketPolicy", {}, undefined, "data"), []);
    assert.deepEqual(ofResource("kubernetes:core/v1:ConfigMap", {}, undefined, "data"), []);
  });

  it("are one for a site that goes", () => {
    const parent = instance("campus");
    const parts = [
      resource("kubernetes:core/v1:Namespace", "campus-namespace", {}, { parent, protect: true }),
      release("campus-data", {}, { parent, protect: true }),
    ];
    assert.deepEqual(warnings(plan([parent, ...parts]), plan([]), "data"), [
      "campus: Namespace campus-namespace and Release campus-data would be deleted, and the site's data with them. They are protected: the update stops there until the protection is lifted.",
    ]);
  });
});

describe("warnings of protection", () => {
  const bucket = "aws:s3/bucket:Bucket";

  it("name what is no longer protected", () => {
    assert.deepEqual(ofResource(bucket, {}, {}, "protection", [true, false]), [
      "Bucket x is no longer protected from deletion.",
    ]);
    assert.deepEqual(ofResource(bucket, {}, {}, "protection", [false, true]), []);
  });
});

describe("warnings of releases", () => {
  const step = (before: string, after: string): string[] =>
    warnings(campus([], { tutor: before }), campus([], { tutor: after }), "release");

  it("tell an upgrade, a jump and a downgrade of Open edX apart", () => {
    assert.deepEqual(step("21.0.1", "22.0.3"), [
      "campus: Tutor 21.0.1 to 22.0.3 is a new release: its migrations can't be undone; make a backup first.",
    ]);
    assert.deepEqual(step("20.0.1", "22.0.3"), [
      "campus: Tutor 20.0.1 to 22.0.3 skips 1 release; upgrade one at a time, with a backup before each.",
    ]);
    assert.deepEqual(step("22.0.3", "21.0.1"), [
      "campus: Tutor 22.0.3 to 21.0.1 is a downgrade; Open edX's databases can't be taken back a release.",
    ]);
  });

  it("are none within a release", () => assert.deepEqual(step("22.0.0", "22.0.3"), []));

  it("name a chart that goes back", () => {
    const chart = (version: string): PlanFile =>
      plan([
        release("velero", {
          chart: "velero",
          version,
          repositoryOpts: { repo: "https://charts.example.com" },
        }),
      ]);
    assert.deepEqual(warnings(chart("2.0.0"), chart("1.9.0"), "release"), [
      "Chart of velero goes back from 2.0.0 to 1.9.0.",
    ]);
    assert.deepEqual(warnings(chart("1.9.0"), chart("2.0.0"), "release"), []);
  });
});

describe("warnings of exposure", () => {
  const objects = (before: KubernetesObject[], after: KubernetesObject[]): string[] =>
    warnings(campus(before), campus(after), "exposure");
  const service = (type: string): KubernetesObject => object("Service", "mysql", { type });

  it("name a Service that can be reached from outside now", () => {
    assert.deepEqual(objects([service("ClusterIP")], [service("LoadBalancer")]), [
      "campus: Service mysql is of type LoadBalancer, which can be reached from outside the cluster.",
    ]);
    assert.equal(objects([object("Pod", "a")], [service("NodePort")]).length, 1);
    assert.deepEqual(objects([service("LoadBalancer")], [service("LoadBalancer")]), []);
    assert.deepEqual(objects([service("LoadBalancer")], [service("ClusterIP")]), []);
  });

  it("name a NetworkPolicy that is gone, but not with its site", () => {
    const [policy, pod] = [object("NetworkPolicy", "default"), object("Pod", "a")];
    assert.deepEqual(objects([policy, pod], [pod]), [
      "campus: NetworkPolicy default is gone; what it kept out may reach its pods.",
    ]);
    assert.deepEqual(warnings(campus([policy, pod]), plan([]), "exposure"), []);
  });

  it("name a site whose HTTPS is switched off", () => {
    const ingress = (tls?: JsonObject[]): PlanFile =>
      campus([object("Ingress", "campus", tls === undefined ? {} : { tls })], {
        settings: { A: tls === undefined },
      });
    const found = warnings(ingress([{ hosts: ["a"] }]), ingress(), "exposure");
    assert.deepEqual(found, [
      "campus: HTTPS is switched off; passwords and sessions would cross the network in plain text.",
    ]);
    assert.deepEqual(warnings(ingress(), ingress([{ hosts: ["a"] }]), "exposure"), []);
  });

  const opened = (type: string, after: JsonObject, before?: JsonObject): string[] =>
    ofResource(type, before, after, "exposure");

  it("name who may come in from everywhere, but not where one may go", () => {
    const rule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    assert.deepEqual(opened(rule, { cidrIpv4: "0.0.0.0/0" }, { cidrIpv4: "10.0.0.0/16" }), [
      'SecurityGroupIngressRule x: cidrIpv4 is "0.0.0.0/0".',
    ]);
    assert.equal(
      opened("aws:eks/cluster:Cluster", { vpcConfig: { publicAccessCidrs: ["0.0.0.0/0"] } }).length,
      1,
    );
    assert.equal(opened("gcp:compute/firewall:Firewall", { sourceRanges: ["10.0.0.0/8", "::/0"] }).length, 1);
    assert.deepEqual(
      opened("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", { cidrIpv4: "0.0.0.0/0" }),
      [],
    );
    assert.deepEqual(opened("aws:ec2/route:Route", { destinationCidrBlock: "0.0.0.0/0" }), []);
    assert.deepEqual(opened(rule, { cidrIpv4: "10.0.0.0/16" }), []);
  });

  it("tell one that was open already no more", () =>
    assert.deepEqual(
      opened(
        "gcp:compute/firewall:Firewall",
        { sourceRanges: ["::/0", "10.0.0.0/8"] },
        { sourceRanges: ["::/0"] },
      ),
      [],
    ));

  it("name switches that let the public in, and guards that are let down", () => {
    assert.deepEqual(
      opened("aws:rds/instance:Instance", { publiclyAccessible: true }, { publiclyAccessible: false }),
      ["Instance x: publiclyAccessible is true."],
    );
    assert.equal(
      opened("azure-native:dbformysql:Server", { network: { publicNetworkAccess: "Enabled" } }).length,
      1,
    );
    assert.equal(
      opened(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        { blockPublicAcls: false },
        { blockPublicAcls: true },
      ).length,
      1,
    );
    assert.deepEqual(
      opened("aws:rds/instance:Instance", { publiclyAccessible: false }, { publiclyAccessible: true }),
      [],
    );
  });

  it("name a guard that is gone", () =>
    assert.deepEqual(
      ofResource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {}, undefined, "exposure"),
      ["BucketPublicAccessBlock x is gone; what it kept out may come in."],
    ));
});

describe("warnings of hosts", () => {
  const hosts = (before: string[], after: string[]): string[] =>
    warnings(campus([], { hosts: before }), campus([], { hosts: after }), "hosts");

  it("name a site that moves, but none that only gets more hosts", () => {
    assert.match(
      hosts(["a.example.com"], ["b.example.com"]).join(),
      /^campus moves to other hosts: b\.example\.com/,
    );
    assert.deepEqual(hosts(["a.example.com"], ["a.example.com", "b.example.com"]), []);
  });
});

describe("charts that change", () => {
  const charts = (before: PlannedResource[], after: PlannedResource[], objects: KubernetesObject[] = []) =>
    compare(plan(before, { dns: objects }), plan(after, { dns: objects })).charts;

  it("are told with their versions and a link, whatever serves them", () => {
    const dns = (version: string): PlannedResource =>
      release("dns", {
        chart: "external-dns",
        version,
        repositoryOpts: { repo: "https://charts.example.com" },
      });
    assert.deepEqual(charts([dns("1.0.0")], [dns("1.1.0")], [object("Pod", "a")]), [
      {
        release: "dns",
        chart: "external-dns",
        repository: "https://charts.example.com",
        before: "1.0.0",
        after: "1.1.0",
        rendered: true,
        link: "https://github.com/kubernetes-sigs/external-dns/releases/tag/external-dns-helm-chart-1.1.0",
      },
    ]);
    const oci = (version: string): PlannedResource =>
      release("dns", { chart: "oci://r.example.com/c/my chart", version });
    const [fromRegistry] = charts([], [oci("1.0.0")]);
    assert.equal(fromRegistry?.repository, "oci://r.example.com/c");
    assert.equal(fromRegistry?.link, "https://artifacthub.io/packages/search?kind=0&ts_query_web=my%20chart");
    const mirrored = (version: string): PlannedResource =>
      release("dns", { chart: `./mirror/external-dns-${version}.tgz`, version });
    const [fromMirror] = charts([mirrored("1.0.0")], [mirrored("1.1.0")]);
    assert.deepEqual(
      [fromMirror?.chart, fromMirror?.before, fromMirror?.after, fromMirror?.rendered],
      ["external-dns", "1.0.0", "1.1.0", false],
    );
  });

  it("are not the stack's own, nor those that stay", () => {
    const own = (path: string): PlannedResource => release("dns", { chart: path });
    assert.deepEqual(charts([own("./a")], [own("./b")]), []);
    const same = release("dns", {
      chart: "c",
      version: "1.0.0",
      repositoryOpts: { repo: "https://r.example.com" },
    });
    assert.deepEqual(charts([same], [same]), []);
  });
});
