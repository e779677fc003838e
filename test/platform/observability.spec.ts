import assert from "node:assert/strict";
import type { AddOnName } from "../../src/config/platform.js";
import { mergeValues } from "../../src/platform/values.js";
import { catalogue } from "../../src/platform/catalogue.js";
import { charts } from "../../src/platform/charts.js";
import { plain } from "../instance/stack.js";
import { publishedKeys } from "./observabilityKeys.js";
import { at, deployPlatform, type Given, ofType, planned, releasesOf, valuesOf } from "./stack.js";

const onCloud: Given["cloud"] = {
  storageClasses: { readWriteOnce: "fast" },
  scheduling: {
    system: {
      nodeSelector: { pool: "system" },
      tolerations: [{ key: "system", operator: "Exists", effect: "NoSchedule" }],
    },
  },
  backup: { kind: "s3", bucket: "backups", region: "eu-west-1" },
};
const harmonyConfig = {
  edge: { controller: "traefik", tls: { email: "ops@example.com" } },
  platform: { addons: { harmony: { state: "on", values: { clusterDomain: "k8s.example.com" } } } },
};
const everything: Given = {
  cloud: onCloud,
  config: harmonyConfig,
  beside: ["prometheus-operator-crds", "loki", "cert-manager"],
};

/** Paths of all values, down to what the chart takes as a whole. */
function keysOf(values: unknown, known: ReadonlySet<string>, path = ""): string[] {
  if (known.has(path) || typeof values !== "object" || values === null || Array.isArray(values)) {
    return [path];
  }
  return Object.entries(values).flatMap(([key, value]) =>
    keysOf(value, known, path === "" ? key : `${path}.${key}`),
  );
}

describe("the values of what observes the sites", () => {
  for (const [name, keys = []] of Object.entries(publishedKeys) as [AddOnName, string[]][]) {
    it(`set keys that the chart of ${name} has`, () => {
      const { withoutPods } = catalogue[name];
      const values = valuesOf(name, everything);
      const all =
        withoutPods !== undefined && "values" in withoutPods
          ? mergeValues(values, withoutPods.values)
          : values;
      const unknown = keysOf(all, new Set(keys)).filter((key) => !keys.includes(key));
      assert.deepEqual(unknown, []);
      const used = new Set(keysOf(all, new Set(keys)));
      assert.deepEqual(
        keys.filter((key) => !used.has(key)),
        [],
        "keys of the table that nothing sets",
      );
    });
  }

  it("bring monitors only where the cluster knows them", () => {
    const monitors: Partial<Record<AddOnName, string[]>> = {
      vector: ["podMonitor.enabled"],
      alloy: ["serviceMonitor.enabled"],
      loki: ["monitoring.serviceMonitor.enabled"],
      "external-secrets": ["serviceMonitor.enabled"],
      velero: ["metrics.serviceMonitor.enabled", "metrics.nodeAgentPodMonitor.enabled"],
    };
    for (const [name, paths] of Object.entries(monitors) as [AddOnName, string[]][]) {
      for (const path of paths) {
        assert.equal(at(valuesOf(name, { cloud: onCloud }), path), false, `${name} ${path}`);
        assert.equal(at(valuesOf(name, everything), path), true, `${name} ${path}`);
      }
      assert.ok(
        catalogue[name].after.includes("prometheus-operator-crds"),
        `${name} waits for the definitions`,
      );
    }
  });

  it("put pods on the cloud's nodes for the system, and agents on all nodes", () => {
    const system: [AddOnName, string][] = [
      ["kube-prometheus-stack", "prometheus.prometheusSpec"],
      ["kube-prometheus-stack", "alertmanager.alertmanagerSpec"],
      ["kube-prometheus-stack", "grafana"],
      ["kube-prometheus-stack", "prometheusOperator"],
      ["kube-prometheus-stack", "kube-state-metrics"],
      ["loki", "singleBinary"],
      ["external-secrets", "webhook"],
    ];
    for (const [name, path] of system) {
      assert.deepEqual(
        at(valuesOf(name, everything), `${path}.nodeSelector`),
        { pool: "system" },
        `${name} ${path}`,
      );
    }
    for (const [name, path] of [
      ["vector", "tolerations"],
      ["alloy", "controller.tolerations"],
      ["velero", "nodeAgent.tolerations"],
    ] as const) {
      assert.deepEqual(at(valuesOf(name, everything), path), [{ operator: "Exists" }], name);
    }
  });

  it("ask for volumes of the cloud's class, and of the cluster's where it names none", () => {
    const paths: [AddOnName, string, string][] = [
      [
        "kube-prometheus-stack",
        "prometheus.prometheusSpec.storageSpec.volumeClaimTemplate.spec",
        "storageClassName",
      ],
      [
        "kube-prometheus-stack",
        "alertmanager.alertmanagerSpec.storage.volumeClaimTemplate.spec",
        "storageClassName",
      ],
      ["kube-prometheus-stack", "grafana.persistence", "storageClassName"],
      ["loki", "singleBinary.persistence", "storageClass"],
    ];
    for (const [name, path, key] of paths) {
      assert.equal(at(valuesOf(name, everything), `${path}.${key}`), "fast", `${name} ${path}`);
      assert.equal(key in (at(valuesOf(name), path) as object), false, `${name} ${path}`);
    }
  });
});

describe("kube-prometheus-stack", () => {
  it("selects monitors and rules of all releases", () => {
    const spec = at(valuesOf("kube-prometheus-stack"), "prometheus.prometheusSpec") as Record<
      string,
      unknown
    >;
    const nil = ["serviceMonitor", "podMonitor", "rule", "probe", "scrapeConfig"];
    assert.deepEqual(
      nil.map((kind) => spec[`${kind}SelectorNilUsesHelmValues`]),
      nil.map(() => false),
    );
    assert.equal(at(valuesOf("kube-prometheus-stack"), "grafana.sidecar.dashboards.searchNamespace"), "ALL");
  });

  it("keeps less than its volume holds, on two replicas with a budget", () => {
    const values = valuesOf("kube-prometheus-stack");
    assert.equal(at(values, "prometheus.prometheusSpec.replicas"), 2);
    assert.deepEqual(at(values, "prometheus.podDisruptionBudget"), { enabled: true, minAvailable: 1 });
    assert.equal(at(values, "alertmanager.alertmanagerSpec.replicas"), 2);
    assert.equal(at(values, "prometheus.prometheusSpec.retention"), "15d");
    assert.equal(at(values, "prometheus.prometheusSpec.retentionSize"), "45GiB");
    assert.equal(
      at(values, "prometheus.prometheusSpec.storageSpec.volumeClaimTemplate.spec.resources.requests.storage"),
      "50Gi",
    );
  });

  it("does not watch what managed control planes hide", () => {
    for (const part of ["kubeEtcd", "kubeControllerManager", "kubeScheduler", "kubeProxy"]) {
      assert.equal(at(valuesOf("kube-prometheus-stack"), `${part}.enabled`), false, part);
    }
  });

  it("leaves its definitions to the chart that upgrades them, and pulls no job image for it", () => {
    assert.deepEqual(at(valuesOf("kube-prometheus-stack"), "crds"), { enabled: false });
    assert.equal(charts["kube-prometheus-stack"].definitionsFrom, "prometheus-operator-crds");
    assert.ok(
      planned({ config: { platform: { addons: { "kube-prometheus-stack": "on" } } } }).on.some(
        ({ addOn }) => addOn.name === "prometheus-operator-crds",
      ),
    );
  });

  it("keeps the definitions when their chart goes, unless all is disposable", () => {
    for (const name of ["prometheus-operator-crds", "external-secrets"] as const) {
      assert.deepEqual(at(valuesOf(name), "crds.annotations"), { "helm.sh/resource-policy": "keep" }, name);
      assert.deepEqual(at(valuesOf(name, { config: { disposable: true } }), "crds.annotations"), {}, name);
    }
  });

  it("never lets its webhook stop the cluster, and takes cert-manager's certificate where there is one", () => {
    const path = "prometheusOperator.admissionWebhooks";
    assert.deepEqual(at(valuesOf("kube-prometheus-stack"), path), { failurePolicy: "Ignore" });
    assert.deepEqual(at(valuesOf("kube-prometheus-stack", { beside: ["cert-manager"] }), path), {
      failurePolicy: "Ignore",
      patch: { enabled: false },
      certManager: { enabled: true },
    });
  });

  it("has no webhook, and no certificate of one, where no container runs", async () => {
    const { releases } = await monitored({ podsRun: false });
    const values = releases.get("kube-prometheus-stack")?.values;
    assert.equal(at(values, "prometheusOperator.admissionWebhooks.enabled"), false);
    assert.equal(at(values, "prometheusOperator.tls.enabled"), false);
    assert.equal(at(values, "grafana.persistence.enabled"), false, "no volume is ever bound");
  });

  it("gives Grafana a generated password in a Secret, which is in no values", async () => {
    const { result, releases } = await monitored();
    const [secret] = ofType(result, ":core/v1:Secret").filter(({ name }) => name === "grafana-admin");
    assert.deepEqual(plain(secret?.inputs.stringData), {
      "admin-user": "admin",
      "admin-password": "made-up",
    });
    const values = releases.get("kube-prometheus-stack")?.values;
    assert.equal(at(values, "grafana.admin.existingSecret"), "grafana-admin");
    assert.doesNotMatch(JSON.stringify(values), /made-up|adminPassword/);
    assert.equal(ofType(result, "RandomPassword")[0]?.inputs.length, 32);
  });

  it("shows Loki's logs in Grafana where there is Loki", () => {
    const path = "grafana.additionalDataSources";
    assert.deepEqual(at(valuesOf("kube-prometheus-stack"), path), []);
    const [source] = at(valuesOf("kube-prometheus-stack", { beside: ["loki"] }), path) as { url: string }[];
    assert.equal(source?.url, "http://loki.logs.svc.cluster.local:3100");
  });

  function monitored(limits = {}): Promise<{
    result: Awaited<ReturnType<typeof deployPlatform>>;
    releases: ReturnType<typeof releasesOf>;
  }> {
    return deployPlatform(
      { config: { platform: { addons: { "kube-prometheus-stack": "on" } } } },
      limits,
    ).then((result) => ({ result, releases: releasesOf(result) }));
  }
});

describe("loki", () => {
  it("is one process on a volume, without the caches and canaries of a large one", () => {
    const values = valuesOf("loki");
    assert.equal(at(values, "deploymentMode"), "Monolithic");
    assert.equal(at(values, "singleBinary.replicas"), 1);
    for (const part of ["write", "read", "backend"]) {
      assert.equal(at(values, `${part}.replicas`), 0, `${part}: the chart refuses two modes at once`);
    }
    for (const part of ["chunksCache", "resultsCache", "lokiCanary", "test", "gateway"]) {
      assert.equal(at(values, `${part}.enabled`), false, part);
    }
  });

  it("says how it stores, and forgets after a month", () => {
    const [schema] = at(valuesOf("loki"), "loki.schemaConfig.configs") as Record<string, unknown>[];
    assert.equal(schema?.store, "tsdb");
    assert.equal(schema?.schema, "v13");
    assert.equal(at(valuesOf("loki"), "loki.commonConfig.replication_factor"), 1);
    assert.equal(at(valuesOf("loki"), "loki.limits_config.retention_period"), "744h");
    assert.equal(at(valuesOf("loki"), "loki.compactor.retention_enabled"), true);
  });

  it("is found wherever the config puts it", () => {
    const config = { platform: { addons: { loki: { state: "on", namespace: "observing" } } } };
    const values = valuesOf("vector", { config, beside: ["loki"] });
    assert.equal(
      at(values, "customConfig.sinks.tracking.endpoint"),
      "http://loki.observing.svc.cluster.local:3100",
    );
  });
});

describe("headlamp", () => {
  it("is nobody's administrator: its chart's default would make everyone one", () => {
    const values = valuesOf("headlamp");
    assert.equal(at(values, "clusterRoleBinding.create"), false);
    assert.equal(at(values, "clusterRoleBinding.clusterRoleName"), "view");
    assert.equal(at(values, "config.unsafeUseServiceAccountToken"), false);
    assert.doesNotMatch(JSON.stringify(values), /cluster-admin/);
  });
});
