import assert from "node:assert/strict";
import { machinesLike, vcpusOf } from "../../../providers/aws/machines.js";
import { awsCase } from "../../contract/aws.js";
import { type CloudRun, inputsOf, instances, plain, type Plain, runCloud } from "../../contract/clouds.js";

const aws = awsCase.config.aws as Plain;
const network = {
  id: "vpc-1",
  cidr: "10.7.0.0/16",
  nodeSubnets: ["subnet-1", "subnet-2"],
  dataSubnets: ["subnet-3", "subnet-4"],
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
    template: { spec: Plain & { requirements: { key: string; values: string[] }[]; taints: Plain[] } };
  };
}

function karpenterObjects({ answers }: CloudRun): NodePool[] {
  return (plain(answers.addOnObjects) as { karpenter: NodePool[] }).karpenter;
}

function pools(all: CloudRun): Record<string, NodePool["spec"]> {
  return Object.fromEntries(
    karpenterObjects(all)
      .filter(({ kind }) => kind === "NodePool")
      .map(({ name, spec }) => [name, spec]),
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
      const all = await run({ kubernetes: { ...(aws.kubernetes as Plain), generation } });
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
    assert.deepEqual(ignored(await run({}, { platform: { addons } })), [count, count, count]);
  });

  it("leaves nodes to cluster-autoscaler where that is on, with all that it needs, and nothing of Karpenter's", async () => {
    const addons = { "cluster-autoscaler": { state: "on" }, karpenter: { state: "off" } };
    const all = await run({}, { platform: { addons } });
    const { karpenter, ...values } = plain(all.answers.addOnValues) as Record<string, Plain>;
    assert.equal(karpenter, undefined);
    assert.deepEqual(values["cluster-autoscaler"], {
      cloudProvider: "aws",
      awsRegion: "eu-west-1",
      autoDiscovery: { clusterName: "contract" },
    });
    assert.deepEqual([inputs(all, "Queue"), inputs(all, "InstanceProfile")], [{}, {}]);
    const { taints, labels, scalingConfig } = inputs(all, "NodeGroup")["contract-stateful"] ?? {};
    assert.equal((taints as Plain[])[0]?.effect, "NO_SCHEDULE");
    assert.deepEqual(labels, { "openedx.org/pool": "stateful" });
    assert.equal((scalingConfig as Plain).minSize, 0);
  });

  it("keeps sites from the nodes of add-ons, and add-ons on them", async () => {
    const all = await usual();
    const [taint] = inputs(all, "NodeGroup")["contract-system"]?.taints as Plain[];
    assert.deepEqual(taint, { key: "openedx.org/pool", value: "system", effect: "NO_SCHEDULE" });
    const tolerated = [{ key: "openedx.org/pool", operator: "Equal", value: "system", effect: "NoSchedule" }];
    const values = plain(all.answers.addOnValues) as Record<string, Plain>;
    assert.deepEqual(values.karpenter?.tolerations, tolerated);
    assert.deepEqual(values.karpenter.nodeSelector, { "openedx.org/pool": "system" });
    const configured = (name: string): Plain =>
      JSON.parse(String(inputs(all, "Addon")[`contract-${name}`]?.configurationValues)) as Plain;
    assert.deepEqual(configured("coredns").tolerations, tolerated);
    assert.deepEqual(configured("metrics-server").tolerations, tolerated);
    for (const driver of ["aws-ebs-csi-driver", "aws-efs-csi-driver"]) {
      assert.deepEqual((configured(driver).controller as Plain).tolerations, tolerated);
    }
  });

  it("runs one release of the image on all nodes, and as many pods as each has memory for", async () => {
    const all = await run({ nodeRelease: "1.36.2-20260101", nodes: { spot: true } });
    for (const group of Object.values(inputs(all, "NodeGroup"))) {
      assert.equal(group.releaseVersion, "1.36.2-20260101");
    }
    const classes = karpenterObjects(all).filter(({ kind }) => kind === "EC2NodeClass");
    assert.deepEqual(
      classes.map(({ name, spec }) => [name, spec.amiSelectorTerms, spec.kubelet]),
      ["general", "stateful"].map((name) => [name, [{ alias: "al2023@v20260101" }], { maxPods: 110 }]),
    );
    const told = inputs(all, "LaunchTemplate")["contract-system"]?.userData;
    assert.match(
      Buffer.from(String(told), "base64").toString(),
      /application\/node\.eks\.aws[^]*"maxPods":55/,
    );
  });

  it("moves data for its window's sake alone, and sites' pods within a day", async () => {
    const { general, stateful } = pools(await usual());
    assert.equal(stateful?.template.spec.expireAfter, "Never");
    assert.equal(stateful.template.spec.terminationGracePeriod, undefined);
    assert.deepEqual((stateful.disruption as Plain).budgets, [
      { nodes: "1" },
      { nodes: "0", reasons: ["Drifted", "Underutilized"], schedule: "30 2 * * 0", duration: "167h0m" },
    ]);
    assert.equal(general?.template.spec.terminationGracePeriod, "24h");
  });

  it("has machines to fall back on, of the same size", async () => {
    const { general } = pools(await usual());
    const types = general?.template.spec.requirements.find(({ key }) =>
      key.endsWith("instance-type"),
    )?.values;
    assert.deepEqual(types, ["m7i.xlarge", "m7a.xlarge", "m6i.xlarge", "m6a.xlarge"]);
    assert.deepEqual(machinesLike("x2idn.16xlarge"), ["x2idn.16xlarge"]);
  });

  it("lets reviewers read and administrators rule, whatever their names have in common", async () => {
    const named = (path: string): string => `arn:aws:iam::123456789012:${path}`;
    const all = await run({ admins: [named("user/x"), named("role/x")], viewers: [named("role/a/x")] });
    const rights = Object.values(inputs(all, "AccessPolicyAssociation")).map(
      ({ principalArn, policyArn }) => [
        String(principalArn).split("12:").pop(),
        String(policyArn).split("/").pop(),
      ],
    );
    assert.deepEqual(Object.fromEntries(rights), {
      "role/deployer": "AmazonEKSClusterAdminPolicy",
      "user/x": "AmazonEKSClusterAdminPolicy",
      "role/x": "AmazonEKSClusterAdminPolicy",
      "role/a/x": "AmazonEKSViewPolicy",
    });
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
      .filter(({ type }) => /:(ReplicationGroup|Instance|FileSystem)$/.test(type))
      .map(({ name, protect }) => [name, protect]);
    assert.deepEqual(Object.fromEntries(kept), {
      "contract-broker": true,
      "contract-cache": false,
      "contract-files": true,
      "contract-mysql": true,
    });
  });

  it("asks MySQL for what Open edX needs", async () => {
    const group = inputs(await usual(), "ParameterGroup")["contract-mysql"];
    const values = Object.fromEntries(
      (group?.parameters as { name: string; value: string }[]).map(({ name, value }) => [name, value]),
    );
    assert.equal(values.character_set_server, "utf8mb4");
    assert.equal(values.require_secure_transport, "1");
    assert.equal(values.log_output, "FILE", "CloudWatch gets the slow queries");
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
    assert.deepEqual(Object.keys(inputs(all, "Key")).sort(), ["contract-cluster", "contract-data"]);
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
    const { ca, ...server } = plain(all.answers.mysql) as Plain;
    assert.deepEqual(server, { host: "contract-mysql.rds.example", adminPassword: "known" });
    assert.match(String(ca), /^-----BEGIN CERTIFICATE/);
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
