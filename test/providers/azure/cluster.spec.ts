import assert from "node:assert/strict";
import { azureSizes } from "../../../providers/azure/sizes.js";
import type { Registration } from "../../../src/engine/types.js";
import { type CloudRun, type Plain, plain } from "../../contract/clouds.js";
import { azureRun, resource, resourcesOf } from "./stack.js";

describe("the cluster on Azure", () => {
  let run: CloudRun;

  before(async () => {
    run = await azureRun();
  });

  it("is private but for the named networks and its own way out", () => {
    const { apiServerAccessProfile } = resource(run, "containerservice:ManagedCluster", "cluster");
    assert.deepEqual(apiServerAccessProfile, {
      enablePrivateCluster: false,
      authorizedIPRanges: ["203.0.113.0/24", "198.51.100.7/32"],
    });
  });

  it("has no address in the internet without apiAccess", async () => {
    const closed = await azureRun({ kubernetes: {} });
    assert.deepEqual(resource(closed, "containerservice:ManagedCluster", "cluster").apiServerAccessProfile, {
      enablePrivateCluster: true,
      enablePrivateClusterPublicFQDN: false,
    });
  });

  it("is set up as AKS needs it for workload identities, own keys and Cilium", () => {
    const cluster = resource(run, "containerservice:ManagedCluster", "cluster");
    const { networkProfile, aadProfile, securityProfile, identityProfile } = cluster as Record<string, Plain>;
    assert.deepEqual(cluster.sku, { name: "Base", tier: "Standard" });
    assert.equal(cluster.kubernetesVersion, "1.36");
    assert.deepEqual(cluster.oidcIssuerProfile, { enabled: true });
    assert.deepEqual(securityProfile?.workloadIdentity, { enabled: true });
    assert.deepEqual(securityProfile?.azureKeyVaultKms, {
      enabled: true,
      keyId: "https://vault.example/openedx-secrets-key/1",
      keyVaultNetworkAccess: "Public",
    });
    assert.equal(cluster.diskEncryptionSetID, "openedx-disks");
    assert.deepEqual(aadProfile, {
      managed: true,
      enableAzureRBAC: true,
      tenantID: "20000000-0000-0000-0000-000000000000",
    });
    assert.equal((identityProfile?.kubeletidentity as Plain).resourceId, "openedx-kubelet");
    assert.deepEqual(networkProfile, {
      networkPlugin: "azure",
      networkPluginMode: "overlay",
      networkDataplane: "cilium",
      networkPolicy: "cilium",
      loadBalancerSku: "standard",
      outboundType: "userAssignedNATGateway",
      podCidr: "10.244.0.0/16",
      serviceCidr: "10.96.0.0/16",
      dnsServiceIP: "10.96.0.10",
    });
  });

  it("waits for its rights, and the way to it for those of its administrators", () => {
    const dependencies = (type: string, name: string): string[] =>
      run.registrations
        .find((each) => each.type === type && each.name === name)
        ?.dependencies.map((urn) => urn.split("::").pop() ?? "") ?? [];
    const cluster = dependencies("azure-native:containerservice:ManagedCluster", "openedx-cluster");
    for (const right of [
      "openedx-control-plane-network-contributor-nodes",
      "openedx-control-plane-managed-identity-operator-kubelet",
      "openedx-control-plane-key-vault-crypto-user-secrets-key",
    ]) {
      assert.ok(cluster.includes(right), right);
    }
    const provider = dependencies("pulumi:providers:kubernetes", "openedx-cluster");
    assert.equal(provider.filter((name) => name.includes("-administrator-")).length, 2);
  });

  it("has pools in three zones that grow as the preset says", () => {
    const { agentPoolProfiles } = resource(run, "containerservice:ManagedCluster", "cluster");
    const { system, general, stateful } = resourcesOf(run, "containerservice:AgentPool");
    const sizes = azureSizes.small.nodes;
    for (const [pool, size] of [
      [system, sizes.system],
      [general, sizes.general],
      [stateful, sizes.stateful],
    ] as const) {
      assert.deepEqual(
        [pool?.vmSize, pool?.minCount, pool?.maxCount, pool?.enableAutoScaling, pool?.availabilityZones],
        [size.machineType, size.min, size.max, true, ["1", "2", "3"]],
      );
    }
    assert.deepEqual([general?.orchestratorVersion, stateful?.orchestratorVersion], ["1.36", "1.36"]);
    assert.equal(system?.mode, "System");
    assert.deepEqual(system.nodeTaints, ["CriticalAddonsOnly=true:NoSchedule"]);
    assert.deepEqual(Object.keys(resourcesOf(run, "containerservice:AgentPool")), [
      "system",
      "general",
      "stateful",
    ]);
    assert.equal((agentPoolProfiles as Plain[]).length, 1);
  });

  it("begins with a node that no size, zone or disk of the config changes", async () => {
    const first = (from: CloudRun): unknown =>
      resource(from, "containerservice:ManagedCluster", "cluster").agentPoolProfiles;
    const other = await azureRun({
      preset: "large",
      zones: 2,
      nodes: { system: { machineType: "Standard_E4s_v5", diskGiB: 200, max: 9 } },
    });
    assert.deepEqual(first(other), first(run));
  });

  it("changes one pool at a time, then its maintenance windows", () => {
    const { registrations } = run;
    const isPart = ({ type }: Registration): boolean => /:(AgentPool|MaintenanceConfiguration)$/.test(type);
    const parts = registrations.filter(isPart);
    for (const [index, { dependencies }] of parts.entries()) {
      assert.ok(index === 0 || dependencies.includes(parts[index - 1]?.urn ?? ""));
    }
  });

  it("gives a pool of another shape another name, which is a pool's name, and one of another size the same", async () => {
    const names = async (general: Plain): Promise<unknown[]> => {
      const pools = resourcesOf(await azureRun({ nodes: { general } }), "containerservice:AgentPool");
      return Object.values(pools).map(({ agentPoolName }) => agentPoolName);
    };
    const [system, before, stateful] = await names({});
    const shapes: Plain[] = [{ machineType: "Standard_E4s_v5" }, { diskGiB: 200 }];
    for (const shape of shapes) {
      const [otherSystem, other, otherStateful] = await names(shape);
      assert.deepEqual([otherSystem, otherStateful], [system, stateful]);
      assert.notEqual(other, before);
      assert.match(String(other), /^[a-z][a-z0-9]{0,11}$/);
    }
    assert.deepEqual(await names({ max: 9 }), [system, before, stateful]);
  });

  it("is made by an administrator alone, whose groups nobody asks for", async () => {
    const somebody = "40000000-0000-0000-0000-000000000000";
    await assert.rejects(azureRun({ administrators: [{ id: somebody, type: "User" }] }), {
      message: /azure\.administrators: you are 00000000-.* who is not among them/,
    });
    await assert.doesNotReject(azureRun({ administrators: [{ id: somebody, type: "Group" }] }));
  });

  it("puts its DNS among its Services, however few they are", async () => {
    const { networkProfile } = resource(
      await azureRun({ network: { serviceCidr: "10.96.0.16/28" } }),
      "containerservice:ManagedCluster",
      "cluster",
    );
    assert.equal((networkProfile as Plain).dnsServiceIP, "10.96.0.26");
  });

  it("takes spare machines for what can be stopped, only if it is told to", async () => {
    const { spot } = resourcesOf(await azureRun({ nodes: { spot: true } }), "containerservice:AgentPool");
    assert.equal(spot?.scaleSetPriority, "Spot");
    assert.equal(spot?.minCount, 0);
    assert.deepEqual(spot?.nodeTaints, ["kubernetes.azure.com/scalesetpriority=spot:NoSchedule"]);
  });

  it("takes each number from the config before the preset", async () => {
    const own = await azureRun({
      nodes: { general: { machineType: "Standard_E4s_v5", max: 7, diskGiB: 200 } },
      mysql: { sku: "Standard_D4ads_v5", storageGiB: 256, backupDays: 7, highAvailability: true },
      redis: { brokerSku: "Balanced_B3", highAvailability: true },
    });
    const { general } = resourcesOf(own, "containerservice:AgentPool");
    assert.deepEqual(
      [general?.vmSize, general?.minCount, general?.maxCount, general?.osDiskSizeGB],
      ["Standard_E4s_v5", 1, 7, 200],
    );
    const server = resource(own, "dbformysql:Server", "mysql");
    assert.deepEqual(server.sku, { name: "Standard_D4ads_v5", tier: "GeneralPurpose" });
    assert.deepEqual(server.highAvailability, { mode: "ZoneRedundant" });
    assert.equal((server.backup as Plain).backupRetentionDays, 7);
    const { broker, cache } = resourcesOf(own, "redisenterprise:RedisEnterprise");
    assert.deepEqual([broker?.sku, cache?.sku], [{ name: "Balanced_B3" }, { name: "Balanced_B1" }]);
  });

  it("is reached by a kubeconfig that signs in anew, without a token of anyone's", () => {
    const kubeconfig = JSON.parse(String(plain(run.answers.kubeconfig))) as {
      clusters: unknown;
      users: { user: { exec: { command: string; args: string[] } } }[];
    };
    assert.match(JSON.stringify(kubeconfig.clusters), /https:\/\/api\.example/);
    assert.deepEqual(Object.keys(kubeconfig.users[0]?.user ?? {}), ["exec"]);
    const { command, args } = kubeconfig.users[0]?.user.exec ?? {};
    assert.deepEqual(
      [command, args?.slice(0, 3), args?.slice(-2)],
      [
        "kubelogin",
        ["get-token", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630"],
        ["--login", "azurecli"],
      ],
    );
  });

  it("is the same to Kubernetes' provider as long as nobody rebuilds it", () => {
    const provider = run.registrations.find(({ type }) => type === "pulumi:providers:kubernetes");
    assert.equal(
      plain(provider?.inputs.clusterIdentifier),
      "azure/10000000-0000-0000-0000-000000000000/westeurope/openedx-cluster/1",
    );
  });
});
