import assert from "node:assert/strict";
import { vcpusOf } from "../../../providers/aws/nodePools.js";
import { awsCase } from "../../contract/aws.js";
import { type CloudRun, inputsOf, instances, plain, type Plain, runCloud } from "../../contract/clouds.js";

const aws = awsCase.config.aws as Plain;
const network = {
  id: "vpc-1",
  cidr: "10.7.0.0/16",
  nodeSubnets: ["sn-1", "sn-2"],
  dataSubnets: ["sd-1", "sd-2"],
};

function run(changes: Plain = {}, beside: Plain = {}): Promise<CloudRun> {
  return runCloud(awsCase, { preview: false, config: { aws: { ...aws, ...changes }, ...beside } });
}

let usualRun: Promise<CloudRun> | undefined;

/** The stack as the contract's suite has it. */
function usual(): Promise<CloudRun> {
  return (usualRun ??= run());
}

/** Inputs of all resources of a type, by name. */
function inputs({ registrations }: CloudRun, type: string): Record<string, Plain> {
  return Object.fromEntries(
    registrations.filter((each) => each.type.endsWith(`:${type}`)).map((each) => [each.name, inputsOf(each)]),
  );
}

interface NodePool {
  kind: string;
  name: string;
  spec: Plain & {
    limits: { cpu: string };
    template: { spec: { requirements: { key: string; values: string[] }[]; taints: Plain[] } };
  };
}

function pools({ answers }: CloudRun): Record<string, NodePool["spec"]> {
  const objects = (plain(answers.addOnObjects) as { karpenter: NodePool[] }).karpenter;
  return Object.fromEntries(
    objects.filter(({ kind }) => kind === "NodePool").map(({ name, spec }) => [name, spec]),
  );
}

describe("a cluster on AWS", () => {
  it("is reached by a kubeconfig that asks for a token each time", async () => {
    const { answers } = await usual();
    const kubeconfig = JSON.parse(plain(answers.kubeconfig) as string) as {
      users: { user: Plain }[];
      clusters: { cluster: Plain }[];
    };
    const { exec, ...rest } = kubeconfig.users[0]?.user ?? {};
    assert.deepEqual(rest, {});
    assert.deepEqual(exec, {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      command: "aws",
      args: ["eks", "get-token", "--cluster-name", "contract", "--region", "eu-west-1"],
      interactiveMode: "Never",
    });
    assert.equal(kubeconfig.clusters[0]?.cluster.server, "https://contract.example");
  });

  it("is known by a name that new credentials do not change, and a deliberate rebuild does", async () => {
    const identifier = async (generation: number): Promise<unknown> => {
      const all = await run({ kubernetes: { generation } });
      return inputs(all, "kubernetes")["contract-cluster"]?.clusterIdentifier;
    };
    assert.equal(await identifier(1), "aws/123456789012/eu-west-1/contract/1");
    assert.equal(await identifier(2), "aws/123456789012/eu-west-1/contract/2");
  });

  it("leaves the count of nodes to cluster-autoscaler where that is on, and to the config elsewhere", async () => {
    const ignored = ({ registrations }: CloudRun): string[][] =>
      registrations
        .filter(({ type }) => type.endsWith(":NodeGroup"))
        .map(({ ignoreChanges }) => ignoreChanges);
    const addons = { "cluster-autoscaler": { state: "on" }, karpenter: { state: "off" } };
    assert.deepEqual(ignored(await usual()), [[], []]);
    const count = ["scalingConfig.desiredSize"];
    assert.deepEqual(ignored(await run({}, { platform: { addons } })), [count, count]);
  });

  it("takes no other account than the config's", async () => {
    const { registrations } = await usual();
    const provider = registrations.find(({ type }) => type === "pulumi:providers:aws");
    assert.equal(provider && inputsOf(provider).allowedAccountIds, '["123456789012"]');
  });

  it("has its network before nodes, and DNS and disks after them", async () => {
    const { registrations } = await usual();
    const of = (name: string): string[] =>
      registrations
        .find((each) => /eks\/(addon|nodeGroup)/.test(each.type) && each.name === `contract-${name}`)
        ?.dependencies.map((urn) => urn.split("::").pop() ?? "") ?? [];
    assert.ok(of("system").includes("contract-vpc-cni"));
    assert.ok(of("system").includes("contract-nodes-AmazonEKSWorkerNodePolicy"));
    assert.ok(of("coredns").includes("contract-system"));
    assert.ok(of("aws-ebs-csi-driver").includes("contract-snapshot-controller"));
    assert.ok(!of("vpc-cni").includes("contract-system"));
  });

  it("keeps its administrators until all that is on it is gone", async () => {
    const { registrations } = await usual();
    const provider = registrations.find(
      ({ name, type }) => type === "pulumi:providers:kubernetes" && name === "contract-cluster",
    );
    assert.ok(provider?.dependencies.some((urn) => urn.includes("AccessPolicyAssociation")));
    assert.ok(provider?.dependencies.some((urn) => urn.endsWith("::contract-coredns")));
  });

  it("puts spare machines where sites are, and nowhere else", async () => {
    const capacity = (spec: NodePool["spec"] | undefined): string[] | undefined =>
      spec?.template.spec.requirements.find(({ key }) => key === "karpenter.sh/capacity-type")?.values;
    const spot = await usual();
    assert.deepEqual(capacity(pools(spot).general), ["spot", "on-demand"]);
    assert.deepEqual(capacity(pools(spot).stateful), ["on-demand"]);
    for (const group of Object.values(inputs(spot, "NodeGroup"))) {
      assert.equal(group.capacityType, "ON_DEMAND");
    }
    assert.deepEqual(capacity(pools(await run({ nodes: {} })).general), ["on-demand"]);
  });

  it("grows to the most nodes that the config allows, and stands on the least", async () => {
    const nodes = { general: { machineType: "m7i.xlarge", min: 2, max: 10 }, stateful: { max: 3 } };
    const all = await run({ nodes });
    assert.equal(pools(all).general?.limits.cpu, String((10 - 2) * 4));
    assert.equal(pools(all).stateful?.limits.cpu, String(3 * 4));
    assert.deepEqual(inputs(all, "NodeGroup")["contract-general"]?.scalingConfig, {
      minSize: 2,
      desiredSize: 2,
      maxSize: 10,
    });
    const still = await run({ nodes: { general: { min: 2, max: 2 } } });
    assert.deepEqual(Object.keys(pools(still)), ["stateful"]);
  });

  for (const [type, vcpus] of [
    ["m7i.large", 2],
    ["m7i.xlarge", 4],
    ["m7i.2xlarge", 8],
    ["c7i.48xlarge", 192],
    ["m7i.metal-24xl", 96],
  ] as const) {
    it(`knows that ${type} has ${vcpus} vCPUs`, () => assert.equal(vcpusOf(type), vcpus));
  }

  it("binds an instance's role to its service account", async () => {
    const { registrations } = await usual();
    const bound = registrations.filter(({ type }) => type.endsWith(":PodIdentityAssociation"));
    const campus = bound.find(({ name }) => name === "contract-site-campus");
    assert.deepEqual(plain(campus?.inputs.namespace), "campus");
    assert.deepEqual(plain(campus?.inputs.serviceAccount), "openedx");
  });

  it("protects what holds tasks and data, and lets caches go", async () => {
    const { registrations } = await usual();
    const kept = registrations
      .filter(({ type }) => /:(ReplicationGroup|Instance|Domain|FileSystem)$/.test(type))
      .map(({ name, protect }) => [name, protect]);
    assert.deepEqual(Object.fromEntries(kept), {
      "contract-broker": true,
      "contract-cache": false,
      "contract-files": true,
      "contract-mysql": true,
      "contract-search": true,
    });
  });

  it("asks MySQL for what Open edX needs", async () => {
    const group = inputs(await usual(), "ParameterGroup")["contract-mysql"];
    const values = Object.fromEntries(
      (group?.parameters as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
    );
    assert.equal(values.character_set_server, "utf8mb4");
    assert.equal(values.require_secure_transport, "1");
    assert.equal(group?.family, "mysql8.4");
  });

  it("drops nothing of a full broker, and the oldest of a full cache", async () => {
    const groups = inputs(await usual(), "ParameterGroup");
    const policy = (role: string): unknown => (groups[`contract-${role}`]?.parameters as Plain[])[0]?.value;
    assert.equal(policy("broker"), "noeviction");
    assert.equal(policy("cache"), "allkeys-lru");
  });
});

describe("what exists already on AWS", () => {
  it("as a network is used, and none made", async () => {
    const all = await run({ existing: { network } });
    assert.deepEqual(inputs(all, "Vpc"), {});
    assert.deepEqual(inputs(all, "Subnet"), {});
    assert.deepEqual((inputs(all, "Cluster").contract?.vpcConfig as Plain).subnetIds, network.nodeSubnets);
    assert.deepEqual(inputs(all, "SubnetGroup")["contract-mysql"]?.subnetIds, network.dataSubnets);
    assert.equal(inputs(all, "SecurityGroup")["contract-mysql"]?.vpcId, "vpc-1");
  });

  it("as a cluster is reached, and gets neither nodes nor add-ons", async () => {
    const all = await run({ existing: { network, cluster: "theirs" } });
    assert.deepEqual(inputs(all, "NodeGroup"), {});
    assert.deepEqual(inputs(all, "Addon"), {});
    assert.deepEqual(inputs(all, "AccessEntry"), {});
    assert.deepEqual(all.abilities.needs, []);
    assert.equal(inputs(all, "PodIdentityAssociation")["contract-site-campus"]?.clusterName, "theirs");
  });

  it("as a DNS zone gets its records, and none is made", async () => {
    const all = await run({ existing: { dnsZone: "Z9" } });
    assert.deepEqual(inputs(all, "Zone"), {});
    assert.match(
      inputs(all, "RolePolicy")["contract-external-dns"]?.policy as string,
      /arn:aws:route53:::hostedzone\/Z9"/,
    );
  });

  it("as a database serves the sites, and none is made", async () => {
    const all = await run(
      { existing: { database: { id: "theirs", adminUser: "root" } } },
      { credentials: { mysql: { adminPassword: "known" } } },
    );
    assert.deepEqual(inputs(all, "ParameterGroup")["contract-mysql"], undefined);
    assert.equal(all.abilities.managed.mysql?.adminUser, "root");
    assert.deepEqual(plain(all.answers.mysql), {
      host: "contract-mysql.rds.example",
      adminPassword: "known",
    });
  });
});

describe("MongoDB Atlas", () => {
  let all: CloudRun;

  before(async () => {
    all = await run(
      {},
      {
        atlas: { organization: "0123456789abcdef01234567" },
        credentials: { atlas: { publicKey: "p", privateKey: "q" } },
      },
    );
  });

  it("makes for each site a user with rights on the site's databases alone, and no administrator", () => {
    const users = Object.values(inputs(all, "DatabaseUser")) as { username: string; roles: Plain[] }[];
    assert.deepEqual(
      users.map(({ username, roles }) => [username, roles]),
      instances.map((site) => [
        `${site}_openedx`,
        [{ roleName: "readWrite", databaseName: `${site}_openedx` }],
      ]),
    );
  });

  it("lets in the network's own addresses alone, and is protected", () => {
    assert.deepEqual(
      Object.values(inputs(all, "ProjectIpAccessList")).map(({ ipAddress }) => ipAddress),
      ["198.51.100.1", "198.51.100.1", "198.51.100.1"],
    );
    const cluster = all.registrations.find(({ type }) => type.endsWith(":AdvancedCluster"));
    assert.equal(cluster?.protect, true);
    assert.equal((plain(all.answers.mongodb) as Plain).host, "contract-mongodb.mongodb.example");
    assert.match(
      JSON.stringify(inputs(all, "AdvancedCluster")),
      /"regionName":"EU_WEST_1".*"instanceSize":"M30"|"instanceSize":"M30".*"regionName":"EU_WEST_1"/,
    );
  });
});
