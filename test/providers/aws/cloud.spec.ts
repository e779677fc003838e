import assert from "node:assert/strict";
import { machinesLike, vcpusOf } from "../../../providers/aws/machines.js";
import { type CloudRun, inputsOf, plain, type Plain } from "../../contract/clouds.js";
import { aws, inputs, network, run, usual } from "./stack.js";

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
    assert.equal(stateful.template.spec.terminationGracePeriod, "30m");
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
    assert.deepEqual(Object.keys(inputs(all, "Key")).sort(), [
      "contract-backup",
      "contract-cluster",
      "contract-data",
    ]);
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
