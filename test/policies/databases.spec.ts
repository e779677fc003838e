import assert from "node:assert/strict";
import type { JsonObject } from "../../src/kubernetes/objects.js";
import { publicDatabases } from "../../src/policies/rules/publicDatabases.js";
import { object, released, resource, said, stack } from "./stacks.js";

const internet = "0.0.0.0/0";
const azureRule = (rule: JsonObject): JsonObject => ({
  securityRules: [{ access: "Allow", direction: "Inbound", name: "r", ...rule }],
});

const open: [string, JsonObject][] = [
  ["aws:rds/instance:Instance", { publiclyAccessible: true }],
  [
    "aws:ec2/securityGroup:SecurityGroup",
    { ingress: [{ fromPort: 3306, toPort: 3306, cidrBlocks: [internet] }] },
  ],
  ["aws:ec2/securityGroup:SecurityGroup", { ingress: [{ protocol: "-1", ipv6CidrBlocks: ["::/0"] }] }],
  [
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    { fromPort: 0, toPort: 65535, cidrIpv4: internet },
  ],
  [
    "aws:ec2/securityGroupRule:SecurityGroupRule",
    { type: "ingress", fromPort: 6379, toPort: 6379, cidrBlocks: [internet] },
  ],
  ["azure-native:dbformysql:Server", { network: { publicNetworkAccess: "Enabled" } }],
  ["azure-native:dbformysql:FirewallRule", { startIpAddress: "0.0.0.0", endIpAddress: "255.255.255.255" }],
  ["azure-native:redisenterprise:RedisEnterprise", { publicNetworkAccess: "Enabled" }],
  [
    "azure-native:network:NetworkSecurityGroup",
    azureRule({ sourceAddressPrefix: "Internet", destinationPortRange: "3306" }),
  ],
  ["gcp:sql/databaseInstance:DatabaseInstance", { settings: { ipConfiguration: { ipv4Enabled: true } } }],
  [
    "gcp:compute/firewall:Firewall",
    { allows: [{ protocol: "tcp", ports: ["27017"] }], sourceRanges: [internet] },
  ],
  ["mongodbatlas:index/projectIpAccessList:ProjectIpAccessList", { cidrBlock: internet }],
];

const closed: [string, JsonObject][] = [
  ["aws:rds/instance:Instance", { publiclyAccessible: false }],
  [
    "aws:ec2/securityGroup:SecurityGroup",
    { ingress: [{ fromPort: 443, toPort: 443, cidrBlocks: [internet] }] },
  ],
  [
    "aws:ec2/securityGroup:SecurityGroup",
    { ingress: [{ fromPort: 3306, toPort: 3306, cidrBlocks: ["10.0.0.0/8"] }] },
  ],
  ["azure-native:dbformysql:Server", { network: { publicNetworkAccess: "Disabled" } }],
  ["azure-native:storage:StorageAccount", { publicNetworkAccess: "Enabled" }],
  [
    "azure-native:network:NetworkSecurityGroup",
    azureRule({ sourceAddressPrefix: "Internet", destinationPortRanges: ["80", "443"] }),
  ],
  [
    "azure-native:network:NetworkSecurityGroup",
    azureRule({ access: "Deny", sourceAddressPrefix: "*", destinationPortRange: "*" }),
  ],
  ["gcp:sql/databaseInstance:DatabaseInstance", { settings: { ipConfiguration: { ipv4Enabled: false } } }],
  ["gcp:compute/firewall:Firewall", { direction: "EGRESS", allows: [{ protocol: "all" }] }],
];

const service = (spec: JsonObject, annotations: Record<string, string> = {}): ReturnType<typeof released> => {
  const made = object("Service", "mysql", { spec: { ports: [{ port: 3306 }], ...spec } });
  return released({ ...made, metadata: { ...made.metadata, annotations } });
};

describe("no-public-databases", () => {
  for (const [type, inputs] of open) {
    it(`refuses ${type.split(":").at(-1)} with ${JSON.stringify(inputs).slice(0, 60)}`, () => {
      const messages = said(publicDatabases, stack([resource(type, "x", inputs)]));
      assert.ok(messages.length > 0);
      messages.forEach((message) => assert.match(message, /^mandatory: \w+ x: .*from the internet/));
    });
  }

  for (const [type, inputs] of closed) {
    it(`takes ${type.split(":").at(-1)} with ${JSON.stringify(inputs).slice(0, 60)}`, () =>
      assert.deepEqual(said(publicDatabases, stack([resource(type, "x", inputs)])), []));
  }

  it("says of a switch and of sources that are not known yet that it could not check them", () => {
    const server = resource("aws:rds/instance:Instance", "db", { publiclyAccessible: "[unknown]" });
    const rule = resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "r", {
      fromPort: 3306,
      toPort: 3306,
      cidrIpv4: "[unknown]",
    });
    const messages = said(publicDatabases, stack([server, rule]));
    assert.equal(messages.length, 2);
    messages.forEach((message) => assert.match(message, /^advisory: .* could not be checked/));
  });

  it("refuses Services of databases that are open, by port, by name and by address", () => {
    assert.equal(said(publicDatabases, service({ type: "LoadBalancer" })).length, 1);
    assert.equal(said(publicDatabases, service({ type: "NodePort", ports: [{ port: 80 }] })).length, 1);
    assert.equal(said(publicDatabases, service({ externalIPs: ["203.0.113.9"] })).length, 1);
  });

  const brought: { what: string; name: string; ports: number[] }[] = [
    { what: "ClickHouse, by its name", name: "clickhouse", ports: [80] },
    { what: "ClickHouse, by its HTTP port", name: "events", ports: [8123] },
    { what: "ClickHouse, by its native port", name: "events", ports: [9000] },
    { what: "MinIO, by its name", name: "minio", ports: [80] },
    { what: "MinIO, by its port", name: "files", ports: [9000] },
    { what: "SeaweedFS, by its port", name: "files", ports: [8333] },
  ];
  for (const { what, name, ports } of brought) {
    it(`refuses an open Service of ${what}`, () => {
      const made = object("Service", name, {
        spec: { type: "LoadBalancer", ports: ports.map((port) => ({ port })) },
      });
      assert.equal(said(publicDatabases, released(made)).length, 1);
    });
  }

  it("refuses an open Service of whatever an instance's render brings for data, and takes those of its app", () => {
    const instance = resource("openedx:instance:OpenEdxInstance", "campus");
    const release = (name: string) =>
      resource("kubernetes:helm.sh/v3:Release", name, { values: {} }, { parent: instance.urn });
    const [app, data] = [release("campus"), release("campus-data")];
    const open = (name: string) =>
      object("Service", name, { spec: { type: "LoadBalancer", ports: [{ port: 9042 }] } });
    const manifests = { [app.urn]: [open("caddy")], [data.urn]: [open("cassandra")] };
    const messages = said(publicDatabases, stack([instance, app, data], { manifests }));
    assert.equal(messages.length, 1);
    assert.match(messages[0] ?? "", /^mandatory: Service\/cassandra is of type LoadBalancer/);
  });

  it("takes them inside the cluster and behind a private load balancer, and the edge wherever it is", () => {
    assert.deepEqual(said(publicDatabases, service({})), []);
    const scheme = { "service.beta.kubernetes.io/aws-load-balancer-scheme": "internal" };
    assert.deepEqual(said(publicDatabases, service({ type: "LoadBalancer" }, scheme)), []);
    const edge = object("Service", "traefik", { spec: { type: "LoadBalancer", ports: [{ port: 443 }] } });
    assert.deepEqual(said(publicDatabases, released(edge)), []);
  });

  it("reads what operators and charts of databases expose", () => {
    const database = object(
      "PerconaServerMongoDB",
      "m",
      { spec: { replsets: [{ expose: { enabled: true, type: "LoadBalancer" } }] } },
      "psmdb.percona.com/v1",
    );
    const release = resource("kubernetes:helm.sh/v3:Release", "search", {
      chart: "opensearch",
      values: { service: { type: "NodePort" } },
    });
    assert.equal(said(publicDatabases, released(database)).length, 1);
    assert.equal(said(publicDatabases, stack([release])).length, 1);
  });
});
