import assert from "node:assert/strict";
import { type CloudRun, type Plain, plain } from "../../contract/clouds.js";
import { azureRun, resource, resourcesOf } from "./stack.js";

const ids = "/subscriptions/10000000-0000-0000-0000-000000000000/resourceGroups/theirs/providers";
const theirNetwork = {
  id: `${ids}/Microsoft.Network/virtualNetworks/net`,
  cidr: "10.1.0.0/16",
  nodeSubnets: [`${ids}/Microsoft.Network/virtualNetworks/net/subnets/nodes`],
  dataSubnets: ["mysql", "endpoints"].map(
    (name) => `${ids}/Microsoft.Network/virtualNetworks/net/subnets/${name}`,
  ),
};

describe("the network on Azure", () => {
  let run: CloudRun;

  before(async () => {
    run = await azureRun();
  });

  it("has a subnet each for nodes, endpoints and MySQL, which nothing else is in", () => {
    const subnets = resourcesOf(run, "network:Subnet");
    assert.deepEqual(
      Object.entries(subnets).map(([name, { addressPrefix }]) => [name, addressPrefix]),
      [
        ["nodes", "10.60.0.0/20"],
        ["endpoints", "10.60.17.0/26"],
        ["mysql", "10.60.17.64/28"],
      ],
    );
    assert.deepEqual(subnets.nodes?.natGateway, { id: "openedx-nat" });
    const [delegation] = subnets.mysql?.delegations as Plain[];
    assert.equal(delegation?.serviceName, "Microsoft.DBforMySQL/flexibleServers");
  });

  it("lets data services be reached by nodes alone", () => {
    for (const [group, port] of [
      ["mysql", "3306"],
      ["endpoints", "10000"],
    ] as const) {
      const rules = resource(run, "network:NetworkSecurityGroup", group).securityRules as Plain[];
      const portsOf = ({ destinationPortRange, destinationPortRanges = [] }: Plain): unknown[] => [
        destinationPortRange,
        ...(destinationPortRanges as string[]),
      ];
      const open = rules.filter(
        (rule) => rule.access === "Allow" && portsOf(rule).some((each) => each === port || each === "*"),
      );
      const own = resource(run, "network:Subnet", group).addressPrefix;
      assert.deepEqual(
        open.map(({ sourceAddressPrefix }) => sourceAddressPrefix).filter((from) => from !== own),
        ["10.60.0.0/20"],
      );
      const last = rules.at(-1);
      assert.ok(last);
      assert.deepEqual([last.access, last.sourceAddressPrefix], ["Deny", "VirtualNetwork"]);
      assert.deepEqual(portsOf(last), ["*"]);
    }
  });

  it("gives Application Gateway a subnet and a controller where the edge asks for it, and only then", async () => {
    assert.equal(run.answers.addOnValues, undefined);
    const gateway = await azureRun({}, { edge: { controller: "appgw" } });
    assert.equal(resource(gateway, "network:Subnet", "gateway").addressPrefix, "10.60.16.0/24");
    assert.deepEqual(plain(gateway.answers.addOnValues), {
      "alb-controller": {
        albController: {
          namespace: "azure-alb-system",
          podIdentity: { clientID: "client-openedx-alb-controller" },
        },
      },
    });
    assert.deepEqual(plain(gateway.answers.addOnObjects), {
      "alb-controller": [
        {
          apiVersion: "alb.networking.azure.io/v1",
          kind: "ApplicationLoadBalancer",
          name: "openedx",
          namespace: "azure-alb-system",
          spec: { associations: ["openedx-gateway"] },
        },
      ],
    });
  });

  it("tells DNS tools where the zone is, and to act as their own identities", () => {
    const dns = plain(run.answers.dns) as {
      solver: { azureDNS: Plain };
      externalDnsFiles: Record<string, string>;
    };
    assert.deepEqual(dns.solver.azureDNS, {
      subscriptionID: "10000000-0000-0000-0000-000000000000",
      resourceGroupName: "openedx-data",
      hostedZoneName: "example.com",
      environment: "AzurePublicCloud",
      managedIdentity: { clientID: "client-openedx-cert-manager" },
    });
    assert.deepEqual(JSON.parse(dns.externalDnsFiles["azure.json"] ?? ""), {
      tenantId: "20000000-0000-0000-0000-000000000000",
      subscriptionId: "10000000-0000-0000-0000-000000000000",
      resourceGroup: "openedx-data",
      useWorkloadIdentityExtension: true,
    });
  });

  it("is not made beside one that exists, nor is a cluster, a zone or a database", async () => {
    const theirs = await azureRun(
      {
        existing: {
          network: theirNetwork,
          cluster: `${ids}/Microsoft.ContainerService/managedClusters/mine`,
          dnsZone: `${ids}/Microsoft.Network/dnsZones/example.com`,
          database: { id: `${ids}/Microsoft.DBforMySQL/flexibleServers/mine`, adminUser: "root" },
        },
      },
      { credentials: { mysql: { adminPassword: "given" } } },
    );
    const made = new Set(theirs.registrations.map(({ type }) => type.replace("azure-native:", "")));
    for (const type of [
      "network:VirtualNetwork",
      "network:Subnet",
      "containerservice:AgentPool",
      "dns:Zone",
      "dbformysql:Server",
    ]) {
      assert.ok(!made.has(type), type);
    }
    assert.equal(plain((theirs.answers.mysql as { host: string }).host), "mine.mysql.database.azure.com");
    const { solver } = plain(theirs.answers.dns) as { solver: { azureDNS: Plain } };
    assert.equal(solver.azureDNS.resourceGroupName, "theirs");
    const endpoint = resource(theirs, "network:PrivateEndpoint", "broker");
    assert.equal((endpoint.subnet as Plain).id, theirNetwork.dataSubnets[1]);
    assert.deepEqual(plain(theirs.answers.loadBalancer), {
      annotations: {},
      externalTrafficPolicy: "Local",
      proxyProtocol: false,
      trustedCidrs: [],
    });
  });
});
