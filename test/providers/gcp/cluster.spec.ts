import assert from "node:assert/strict";
import { gcpRegions, gcpZones } from "../../../providers/gcp/regions.js";
import { gcpSizes } from "../../../providers/gcp/sizes.js";
import { presets } from "../../../src/config/clouds.js";
import type { Registration } from "../../../src/engine/types.js";
import { type CloudRun, type Plain, plain, runCloud } from "../../contract/clouds.js";
import { gcpCase } from "../../contract/gcp.js";
import { dependenciesOf, existing, gcpRaw, gcpRun, resource, resourcesOf } from "./stack.js";

interface Kubeconfig {
  clusters: { cluster: Record<string, string> }[];
  users: { user: { exec: { command: string; provideClusterInfo: boolean } } }[];
}

/** A cluster of which Google tells no name of its API. */
const nameless = {
  ...gcpCase,
  config: gcpRaw(),
  outputs: (registration: Registration) => ({
    ...gcpCase.outputs(registration),
    controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: true } },
  }),
};

/** A cluster of somebody else's, as most are. */
const closed = {
  ...gcpCase,
  config: gcpRaw({ existing: { cluster: existing.cluster, network: existing.network } }),
  outputs: (registration: Registration) => ({
    ...gcpCase.outputs(registration),
    controlPlaneEndpointsConfig: {
      dnsEndpointConfig: { allowExternalTraffic: false, endpoint: "gke-1.europe-west1.gke.goog" },
    },
  }),
};

function kubeconfigOf(run: CloudRun): Kubeconfig {
  return JSON.parse(String(plain(run.answers.kubeconfig))) as Kubeconfig;
}

describe("the cluster on Google Cloud", () => {
  let run: CloudRun;
  let cluster: Plain;

  before(async () => {
    run = await gcpRun();
    cluster = resource(run, "container/cluster:Cluster", "cluster");
  });

  it("is a regional one of the Standard kind, in three zones, with Dataplane V2 and workload identities", () => {
    assert.deepEqual(
      [cluster.location, cluster.nodeLocations, cluster.enableAutopilot],
      ["europe-west1", ["europe-west1-b", "europe-west1-c", "europe-west1-d"], undefined],
    );
    assert.deepEqual(
      [cluster.networkingMode, cluster.datapathProvider, cluster.enableShieldedNodes],
      ["VPC_NATIVE", "ADVANCED_DATAPATH", true],
    );
    assert.deepEqual(cluster.workloadIdentityConfig, { workloadPool: "openedx-contract.svc.id.goog" });
    assert.deepEqual(cluster.releaseChannel, { channel: "REGULAR" });
    assert.equal(cluster.minMasterVersion, "1.36");
    assert.deepEqual(cluster.gatewayApiConfig, { channel: "CHANNEL_STANDARD" });
  });

  it("has zones in every region, as many as the config says", async () => {
    for (const region of gcpRegions) {
      assert.equal(new Set(gcpZones(region, 3)).size, 3);
    }
    const two = resource(
      await gcpRun({ region: "us-central1", zones: 2 }),
      "container/cluster:Cluster",
      "cluster",
    );
    assert.deepEqual(two.nodeLocations, ["us-central1-a", "us-central1-b"]);
  });

  it("encrypts Secrets and disks with the stack's keys, or with Google's where the config says so", async () => {
    assert.deepEqual(cluster.databaseEncryption, { state: "ENCRYPTED", keyName: "openedx-secrets-key" });
    const plainKeys = await gcpRun({ encryption: { ownKeys: false } });
    assert.deepEqual(resource(plainKeys, "container/cluster:Cluster", "cluster").databaseEncryption, {
      state: "DECRYPTED",
    });
    assert.deepEqual(resourcesOf(plainKeys, "kms/cryptoKey:CryptoKey"), {});
    const { general } = resourcesOf(plainKeys, "container/nodePool:NodePool");
    assert.equal((general?.nodeConfig as Plain).bootDiskKmsKey, undefined);
  });

  it("waits for its network's way out, its nodes' rights and its keys'", () => {
    const waits = dependenciesOf(run, "gcp:container/cluster:Cluster", "cluster");
    for (const name of ["nat", "nodes-default", "secrets-encrypter", "disks-encrypter", "container-api"]) {
      assert.ok(waits.includes(name), name);
    }
    const provider = dependenciesOf(run, "pulumi:providers:kubernetes", "cluster");
    assert.ok(provider.includes("system") && provider.includes("general"));
  });

  it("is reached by name, by those whom IAM lets in", () => {
    assert.deepEqual(cluster.controlPlaneEndpointsConfig, {
      dnsEndpointConfig: { allowExternalTraffic: true },
      ipEndpointsConfig: { enabled: false },
    });
    const { clusters, users } = kubeconfigOf(run);
    assert.deepEqual(clusters[0]?.cluster, { server: "https://gke-1.europe-west1.gke.goog" });
    assert.deepEqual(Object.keys(users[0]?.user ?? {}), ["exec"]);
    const { command, provideClusterInfo } = users[0]?.user.exec ?? {};
    assert.deepEqual([command, provideClusterInfo], ["gke-gcloud-auth-plugin", true]);
  });

  it("is reached by address from the named networks, else from its own, where the config says so", async () => {
    const open = await gcpRun({ apiEndpoint: "ip", kubernetes: { apiAccess: ["203.0.113.0/24"] } });
    const byAddress = resource(open, "container/cluster:Cluster", "cluster");
    assert.deepEqual(byAddress.privateClusterConfig, {
      enablePrivateNodes: true,
      enablePrivateEndpoint: false,
    });
    assert.deepEqual(byAddress.masterAuthorizedNetworksConfig, {
      cidrBlocks: [{ cidrBlock: "203.0.113.0/24" }],
      gcpPublicCidrsAccessEnabled: false,
    });
    assert.deepEqual(kubeconfigOf(open).clusters[0]?.cluster, {
      server: "https://203.0.113.9",
      "certificate-authority-data": "Q0E=",
    });
    const closed = resource(await gcpRun({ apiEndpoint: "ip" }), "container/cluster:Cluster", "cluster");
    assert.deepEqual(closed.privateClusterConfig, { enablePrivateNodes: true, enablePrivateEndpoint: true });
  });

  it("is the same to Kubernetes' provider as long as nobody rebuilds it", () => {
    const provider = run.registrations.find(({ type }) => type === "pulumi:providers:kubernetes");
    assert.equal(
      plain(provider?.inputs.clusterIdentifier),
      "gcp/openedx-contract/europe-west1/openedx-cluster/1",
    );
  });

  for (const preset of presets) {
    it(`has pools that grow as the preset ${preset} says, in all zones together`, async () => {
      const pools = resourcesOf(await gcpRun({ preset }), "container/nodePool:NodePool");
      assert.deepEqual(Object.keys(pools).sort(), ["general", "stateful", "system"]);
      for (const [name, { machineType, min, max }] of Object.entries(gcpSizes[preset].nodes)) {
        const { autoscaling, nodeConfig, nodeCount, namePrefix } = pools[name] as Record<string, Plain>;
        assert.equal(nodeConfig?.machineType, machineType);
        assert.deepEqual(autoscaling, {
          totalMinNodeCount: min,
          totalMaxNodeCount: max,
          locationPolicy: "BALANCED",
        });
        assert.equal(nodeCount, undefined, "the autoscaler owns the count");
        // Pulumi makes up a name, and Google's provider takes no prefix beside it.
        assert.equal(namePrefix, undefined);
      }
    });
  }

  it("keeps sites off the system's nodes, and all but data off those for data", () => {
    const pools = resourcesOf(run, "container/nodePool:NodePool");
    const taints = (name: string): unknown => (pools[name]?.nodeConfig as Plain).taints;
    assert.deepEqual(taints("general"), []);
    assert.deepEqual(taints("system"), [
      { key: "components.gke.io/gke-managed-components", value: "true", effect: "NO_SCHEDULE" },
    ]);
    assert.deepEqual(taints("stateful"), [
      { key: "openedx.org/stateful", value: "true", effect: "NO_SCHEDULE" },
    ]);
  });

  it("takes spare machines for what can be stopped, only if it is told to", async () => {
    const { spot, general } = resourcesOf(
      await gcpRun({ nodes: { spot: true } }),
      "container/nodePool:NodePool",
    );
    const { nodeConfig, autoscaling } = spot as Record<string, Plain>;
    assert.equal(nodeConfig?.spot, true);
    assert.equal(autoscaling?.totalMinNodeCount, 0);
    assert.deepEqual(nodeConfig?.taints, [
      { key: "cloud.google.com/gke-spot", value: "true", effect: "NO_SCHEDULE" },
    ]);
    assert.equal((general?.nodeConfig as Plain).spot, false);
  });

  it("takes each number from the config before the preset", async () => {
    const own = await gcpRun({
      nodes: { general: { machineType: "n2-highmem-4", max: 7, diskGiB: 200 } },
      mysql: { tier: "db-custom-8-30720", diskGiB: 256, backups: 30, logDays: 3, highAvailability: true },
      redis: { brokerGiB: 3, highAvailability: true },
      network: { natAddresses: 2 },
    });
    const { general } = resourcesOf(own, "container/nodePool:NodePool");
    const { nodeConfig, autoscaling } = general as Record<string, Plain>;
    assert.deepEqual(
      [
        nodeConfig?.machineType,
        nodeConfig?.diskSizeGb,
        autoscaling?.totalMinNodeCount,
        autoscaling?.totalMaxNodeCount,
      ],
      ["n2-highmem-4", 200, 0, 7],
    );
    const { settings } = resource(own, "sql/databaseInstance:DatabaseInstance", "mysql") as Record<
      string,
      Plain
    >;
    assert.deepEqual(
      [settings?.tier, settings?.edition, settings?.diskSize, settings?.availabilityType],
      ["db-custom-8-30720", "ENTERPRISE", 256, "REGIONAL"],
    );
    const { broker, cache } = resourcesOf(own, "redis/instance:Instance");
    assert.deepEqual(
      [broker?.memorySizeGb, cache?.memorySizeGb, broker?.tier, cache?.tier],
      [3, 1, "STANDARD_HA", "STANDARD_HA"],
    );
    const { natIps } = resource(own, "compute/routerNat:RouterNat", "nat");
    assert.equal((natIps as string[]).length, 2);
  });

  it("keeps its logs in a bucket of its own, for as long as the config says, and nowhere else", async () => {
    const kept = await gcpRun({ logRetentionDays: 400, logs: { containers: false } });
    assert.equal(
      resource(kept, "logging/projectBucketConfig:ProjectBucketConfig", "logs").retentionDays,
      400,
    );
    const sink = resource(kept, "logging/projectSink:ProjectSink", "logs");
    const exclusion = resource(kept, "logging/projectExclusion:ProjectExclusion", "logs");
    assert.equal(sink.destination, "logging.googleapis.com/openedx-logs");
    assert.match(String(sink.filter), /resource\.labels\.cluster_name="openedx-cluster"/);
    assert.equal(exclusion.filter, sink.filter);
    const { loggingConfig } = resource(kept, "container/cluster:Cluster", "cluster");
    assert.ok(!((loggingConfig as Plain).enableComponents as string[]).includes("WORKLOADS"));
    const quiet = await gcpRun({ logs: { containers: false, controlPlane: false } });
    assert.deepEqual(resource(quiet, "container/cluster:Cluster", "cluster").loggingConfig, {
      enableComponents: ["SYSTEM_COMPONENTS"],
    });
  });
});

describe("a project on Google Cloud", () => {
  it("is refused with the number of another one, before anybody gets rights", () =>
    assert.rejects(gcpRun({ projectNumber: "210987654321" }), {
      message:
        /openedx:gcp\.projectNumber: is 210987654321, and the number of openedx-contract is 123456789012/,
    }));
});

describe("a cluster on Google Cloud that exists", () => {
  it("is refused by its name where it lets nobody in by it", () =>
    assert.rejects(runCloud(closed, { preview: false }), {
      message: /openedx:gcp\.apiEndpoint: is dns, and the cluster mine lets nobody in .* --enable-dns-access/,
    }));

  it("is the same to Kubernetes' provider by where it is, be it one zone", async () => {
    const zonal = existing.cluster.replace("europe-west1", "europe-west1-b");
    const run = await gcpRun({ existing: { cluster: zonal, network: existing.network } });
    const provider = run.registrations.find(({ type }) => type === "pulumi:providers:kubernetes");
    assert.equal(plain(provider?.inputs.clusterIdentifier), "gcp/openedx-contract/europe-west1-b/mine/1");
  });
});

describe("a cluster on Google Cloud without a name", () => {
  it("is an error with a word when it is there", () =>
    assert.rejects(runCloud(nameless, { preview: false }), /is missing in what was told/));

  it("is unknown in a preview", async () => {
    const { answers } = await runCloud(nameless, { preview: true });
    assert.equal(plain(answers.kubeconfig), "<unknown>");
  });
});
