import assert from "node:assert/strict";
import { deployPlatform, releasesOf } from "./stack.js";

describe("a stack with an override for each of twelve add-ons", () => {
  const mirror = "oci://mirror.example.com/charts";
  const states = {
    traefik: { state: "on", version: "41.2.0", values: { deployment: { replicas: 5 } } },
    nginx: { state: "on", namespace: "web" },
    "cert-manager": {
      state: "on",
      repository: "https://charts.jetstack.io",
      values: { webhook: { replicaCount: 5 } },
    },
    keda: { state: "on", values: { operator: null, resources: { operator: { requests: { cpu: "1" } } } } },
    "metrics-server": { state: "on", values: { args: ["--kubelet-insecure-tls"] } },
    "vertical-pod-autoscaler": { state: "on", version: "0.10.0" },
    "external-dns": {
      state: "on",
      values: { provider: { name: "cloudflare" }, sources: ["ingress", "service"], policy: "sync" },
    },
    "cluster-autoscaler": { state: "on", values: { autoDiscovery: { clusterName: "campus" } } },
    "gateway-api": { state: "on", repository: "oci://registry.example.com/crds" },
    "prometheus-operator-crds": "existing",
    headlamp: { state: "on", version: "0.44.0", namespace: "ui" },
    vector: "off",
  };
  let releases: Map<string, Record<string, unknown>>;
  before(async () => {
    releases = releasesOf(
      await deployPlatform({ config: { platform: { addons: states }, charts: { mirror } } }),
    );
  });
  const valuesOf = (name: string): Record<string, Record<string, unknown>> =>
    releases.get(name)?.values as Record<string, Record<string, unknown>>;

  it("deploys those that are on", () => {
    assert.equal(Object.keys(states).length, 12);
    assert.deepEqual(
      [...releases.keys()].sort(),
      Object.keys(states)
        .filter((name) => !["prometheus-operator-crds", "vector"].includes(name))
        .sort(),
    );
  });

  it("takes exactly the versions, charts and namespaces", () => {
    const sources = Object.fromEntries(
      [...releases].map(([name, { chart, version, repositoryOpts, namespace }]) => {
        assert.equal(repositoryOpts, undefined);
        return [name, [chart, version, namespace]];
      }),
    );
    assert.deepEqual(sources, {
      traefik: ["./.charts/traefik-41.2.0.tgz", "41.2.0", "traefik"],
      nginx: ["./.charts/nginx-ingress-2.6.4.tgz", "2.6.4", "web"],
      "cert-manager": ["./.charts/cert-manager-v1.21.1.tgz", "v1.21.1", "cert-manager"],
      keda: ["./.charts/keda-2.20.2.tgz", "2.20.2", "keda"],
      "metrics-server": ["./.charts/metrics-server-3.13.1.tgz", "3.13.1", "kube-system"],
      "vertical-pod-autoscaler": [
        "./.charts/vertical-pod-autoscaler-0.10.0.tgz",
        "0.10.0",
        "vertical-pod-autoscaler",
      ],
      "external-dns": ["./.charts/external-dns-1.22.0.tgz", "1.22.0", "external-dns"],
      "cluster-autoscaler": ["./.charts/cluster-autoscaler-9.59.0.tgz", "9.59.0", "kube-system"],
      "gateway-api": ["./.charts/gateway-api-crds-1.2.3.tgz", "1.2.3", "gateway-api"],
      headlamp: ["./.charts/headlamp-0.44.0.tgz", "0.44.0", "ui"],
    });
  });

  it("takes exactly the values: maps merged, lists and all else replaced, null kept", () => {
    assert.deepEqual(valuesOf("traefik").deployment, { replicas: 5 });
    assert.deepEqual(valuesOf("traefik").podDisruptionBudget, { enabled: true, minAvailable: 1 });
    assert.equal(valuesOf("cert-manager").webhook?.replicaCount, 5);
    assert.deepEqual(valuesOf("cert-manager").webhook?.podDisruptionBudget, {
      enabled: true,
      minAvailable: 1,
    });
    assert.equal(valuesOf("keda").operator, null);
    assert.deepEqual(valuesOf("keda").resources?.operator, {
      requests: { cpu: "1", memory: "100Mi" },
      limits: { memory: "1000Mi" },
    });
    assert.deepEqual(valuesOf("metrics-server").args, ["--kubelet-insecure-tls"]);
    assert.deepEqual(valuesOf("external-dns").sources, ["ingress", "service"]);
    assert.equal(valuesOf("external-dns").policy, "sync");
    assert.equal(valuesOf("external-dns").annotationPrefix, "external-dns.kubernetes.io/");
    assert.deepEqual(valuesOf("cluster-autoscaler").autoDiscovery, { clusterName: "campus" });
  });

  it("believes that what exists is there", () => {
    assert.equal((valuesOf("keda").prometheus?.operator as { enabled: boolean }).enabled, true);
  });
});
