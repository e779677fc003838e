import assert from "node:assert/strict";
import { type CloudRun, type Plain, plain } from "../../contract/clouds.js";
import { planEdge } from "../../../src/platform/edge/plan.js";
import { existing, gcpConfig, gcpRun, resource, resourcesOf } from "./stack.js";

describe("the network on Google Cloud", () => {
  let run: CloudRun;

  before(async () => {
    run = await gcpRun();
  });

  it("has a subnet for nodes, with ranges for pods and Services, and one for data services", () => {
    const { nodes, endpoints } = resourcesOf(run, "compute/subnetwork:Subnetwork");
    assert.deepEqual([nodes?.ipCidrRange, endpoints?.ipCidrRange], ["10.70.0.0/20", "10.70.16.0/26"]);
    assert.deepEqual(nodes?.secondaryIpRanges, [
      { rangeName: "pods", ipCidrRange: "10.80.0.0/14" },
      { rangeName: "services", ipCidrRange: "10.84.0.0/20" },
    ]);
    assert.deepEqual(resource(run, "container/cluster:Cluster", "cluster").ipAllocationPolicy, {
      clusterSecondaryRangeName: "pods",
      servicesSecondaryRangeName: "services",
    });
  });

  it("lets nodes out by addresses that stay, and nobody in", () => {
    const nat = resource(run, "compute/routerNat:RouterNat", "nat");
    assert.deepEqual(nat.natIps, ["https://compute.example/openedx-egress-1"]);
    assert.equal(nat.natIpAllocateOption, "MANUAL_ONLY");
    assert.deepEqual(nat.subnetworks, [{ name: "openedx-nodes", sourceIpRangesToNats: ["ALL_IP_RANGES"] }]);
    const firewalls = Object.values(resourcesOf(run, "compute/firewall:Firewall"));
    const nodes = resource(run, "container/nodePool:NodePool", "system").nodeConfig as Plain;
    assert.deepEqual(
      firewalls.map(({ sourceRanges, targetTags }) => [sourceRanges, targetTags]),
      [[["10.70.0.0/20"], nodes.tags]],
    );
  });

  it("gives Redis blocks that no subnet has", () => {
    const { broker, cache } = resourcesOf(run, "redis/instance:Instance");
    assert.deepEqual([broker?.reservedIpRange, cache?.reservedIpRange], ["10.70.16.64/29", "10.70.16.72/29"]);
    assert.deepEqual([broker?.connectMode, broker?.authorizedNetwork], ["DIRECT_PEERING", "openedx-network"]);
  });

  it("gives MySQL an address and its own name, by Private Service Connect", () => {
    const rule = resource(run, "compute/forwardingRule:ForwardingRule", "mysql");
    assert.deepEqual(
      [rule.target, rule.loadBalancingScheme, rule.network],
      ["https://attachments.example/openedx-mysql", "", "openedx-network"],
    );
    const address = resource(run, "compute/address:Address", "mysql");
    assert.deepEqual([address.addressType, address.subnetwork], ["INTERNAL", "openedx-endpoints"]);
    const zone = resource(run, "dns/managedZone:ManagedZone", "mysql");
    assert.deepEqual(
      [zone.dnsName, zone.visibility, zone.privateVisibilityConfig],
      ["openedx-mysql.sql.goog.", "private", { networks: [{ networkUrl: "openedx-network" }] }],
    );
    const record = resource(run, "dns/recordSet:RecordSet", "mysql");
    assert.deepEqual(
      [record.name, record.type, record.rrdatas],
      ["openedx-mysql.sql.goog.", "A", ["198.51.100.7"]],
    );
  });

  it("gives the edge an address of its own, unless GKE's controller makes one for each site", async () => {
    assert.deepEqual(plain(run.answers.loadBalancer), {
      annotations: {
        "cloud.google.com/l4-rbs": "enabled",
        "networking.gke.io/load-balancer-ip-addresses": "openedx-ingress",
      },
      externalTrafficPolicy: "Local",
      proxyProtocol: false,
      trustedCidrs: [],
    });
    const gke = await gcpRun({}, { edge: { controller: "gke" } });
    assert.equal(gke.answers.loadBalancer, undefined);
    assert.equal(resourcesOf(gke, "compute/address:Address").ingress, undefined);
    assert.deepEqual(resourcesOf(gke, "compute/globalAddress:GlobalAddress"), {});
  });

  it("gives GKE's Gateways, which all sites share, an address that outlives them", async () => {
    const edge = { controller: "gke", mode: "gateway", tls: { email: "ops@example.com" } };
    const gke = await gcpRun({}, { edge });
    const { name } = resource(gke, "compute/globalAddress:GlobalAddress", "gateway");
    const { sharedObjects } = planEdge(gcpConfig({}, { edge }), gke.abilities);
    const hosts = Array.from({ length: 15 }, (_, index) => `h${index}.example.com`);
    const gateway = sharedObjects([{ name: "campus", namespace: "campus", hosts }]).find(
      ({ kind }) => kind === "Gateway",
    );
    assert.deepEqual((gateway?.spec as Plain).addresses, [{ type: "NamedAddress", value: name }]);
  });

  it("tells DNS tools where the zone is, and asks for no key of theirs", () => {
    const { zones, solver, externalDns, nameServers } = plain(run.answers.dns) as Record<string, Plain>;
    assert.deepEqual(zones, ["example.com"]);
    assert.deepEqual(nameServers, ["ns1.example"]);
    assert.deepEqual(solver, {
      cloudDNS: { project: "openedx-contract", hostedZoneName: "openedx-example-com" },
    });
    assert.deepEqual(externalDns, {
      provider: { name: "google" },
      extraArgs: { "google-project": "openedx-contract", "google-zone-visibility": "public" },
    });
    const { dnssecConfig, dnsName } = resource(run, "dns/managedZone:ManagedZone", "zone");
    assert.equal(dnsName, "example.com.");
    assert.deepEqual(dnssecConfig, { state: "on", nonExistence: "nsec3" });
  });

  it("is not made beside one that exists, nor is a cluster, a zone or a database", async () => {
    const theirs = await gcpRun({ existing }, { credentials: { mysql: { adminPassword: "given" } } });
    const made = new Set(theirs.registrations.map(({ type }) => type.replace("gcp:", "")));
    for (const type of [
      "compute/network:Network",
      "compute/subnetwork:Subnetwork",
      "container/nodePool:NodePool",
      "sql/user:User",
    ]) {
      assert.ok(!made.has(type), type);
    }
    // What is read has no inputs.
    const own = (type: string): string[] =>
      theirs.registrations
        .filter((each) => each.type === `gcp:${type}` && Object.keys(each.inputs).length > 0)
        .map(({ name }) => name);
    assert.deepEqual(own("container/cluster:Cluster"), []);
    assert.deepEqual(own("sql/databaseInstance:DatabaseInstance"), []);
    assert.deepEqual(own("dns/managedZone:ManagedZone"), ["openedx-mysql"]);
    const { solver } = plain(theirs.answers.dns) as { solver: { cloudDNS: Plain } };
    assert.equal(solver.cloudDNS.hostedZoneName, "example");
    const records = resource(
      theirs,
      "dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember",
      "cert-manager-records",
    );
    assert.equal(records.managedZone, "example");
    const endpoint = resource(theirs, "compute/forwardingRule:ForwardingRule", "mysql");
    assert.equal(endpoint.network, existing.network.id);
    assert.equal(
      resource(theirs, "compute/address:Address", "mysql").subnetwork,
      existing.network.dataSubnets[0],
    );
    assert.equal(plain((theirs.answers.mysql as Record<string, string>).adminPassword), "given");
  });

  it("lets GKE add its ranges to the subnet of a network that exists", async () => {
    const theirs = await gcpRun({ existing: { network: existing.network } });
    const cluster = resource(theirs, "container/cluster:Cluster", "cluster");
    assert.deepEqual(cluster.ipAllocationPolicy, {
      clusterIpv4CidrBlock: "10.80.0.0/14",
      servicesIpv4CidrBlock: "10.84.0.0/20",
    });
    assert.equal(cluster.subnetwork, existing.network.nodeSubnets[0]);
    const webhooks = resource(theirs, "compute/firewall:Firewall", "webhooks");
    assert.deepEqual([webhooks.network, webhooks.sourceRanges], [existing.network.id, ["10.1.0.0/16"]]);
    assert.equal(resource(theirs, "redis/instance:Instance", "broker").reservedIpRange, undefined);
  });

  it("reaches a database that exists by its private address, where the config says so", async () => {
    const theirs = await gcpRun(
      { existing: { database: existing.database }, mysql: { connection: "peering" } },
      { credentials: { mysql: { adminPassword: "given" } } },
    );
    assert.equal((plain(theirs.answers.mysql) as Plain).host, "10.9.8.7");
    assert.deepEqual(resourcesOf(theirs, "compute/forwardingRule:ForwardingRule"), {});
  });
});
