import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AddOnName } from "../../src/config/platform.js";
import { dashboard } from "../../src/platform/monitoring/dashboard.js";
import { edgeRules } from "../../src/platform/monitoring/edgeMetrics.js";
import { platformAlerts } from "../../src/platform/monitoring/platformAlerts.js";
import type { Alert, Rule, RuleGroup } from "../../src/platform/monitoring/rules.js";
import { siteAlerts } from "../../src/platform/monitoring/siteAlerts.js";
import type { Site } from "../../src/platform/edge/types.js";
import { programFolder } from "../../src/workspace/paths.js";
import { plain } from "../instance/stack.js";
import { aboutStack, at, deployPlatform, dependenciesOf, type Given, ofType, valuesOf } from "./stack.js";

const campus: Site = {
  name: "campus",
  namespace: "learn",
  hosts: ["campus.example.com", "studio.campus.example.com"],
};
const academy: Site = { name: "academy", namespace: "academy", hosts: ["academy.example.com"] };
const given = (controller = "traefik", mode = "ingress"): Given => ({
  sites: [campus, academy],
  config: {
    edge: { controller, mode, tls: { email: "ops@example.com" } },
    platform: { addons: { "kube-prometheus-stack": "on" } },
  },
});

/** Metrics of what the stack deploys: an expression on anything else would never be true. */
const knownMetrics = new Set([
  // kube-state-metrics
  "kube_deployment_status_replicas_available",
  "kube_deployment_spec_replicas",
  "kube_statefulset_replicas",
  "kube_statefulset_status_replicas_ready",
  "kube_pod_container_status_restarts_total",
  "kube_job_failed",
  "kube_cronjob_status_last_schedule_time",
  "kube_cronjob_status_last_successful_time",
  "kube_horizontalpodautoscaler_spec_max_replicas",
  "kube_horizontalpodautoscaler_spec_min_replicas",
  "kube_horizontalpodautoscaler_status_current_replicas",
  "kube_namespace_labels",
  // the kubelet and its cAdvisor
  "kubelet_volume_stats_available_bytes",
  "kubelet_volume_stats_capacity_bytes",
  "container_cpu_usage_seconds_total",
  "container_memory_working_set_bytes",
  "certmanager_certificate_expiration_timestamp_seconds",
  "velero_backup_last_successful_timestamp",
  "keda_scaler_metrics_value",
  "traefik_router_requests_total",
  "traefik_router_request_duration_seconds_bucket",
  "nginx_ingress_controller_upstream_server_response_latency_ms_count",
  "nginx_ingress_controller_upstream_server_response_latency_ms_bucket",
  "openedx:edge_requests:rate5m",
  "openedx:edge_latency_seconds:p95_5m",
]);

/** What stands before a brace is a metric. */
function metricsIn(expr: string): string[] {
  return [...expr.matchAll(/([a-zA-Z_:][a-zA-Z0-9_:]*)\{/g)].map(([, metric = ""]) => metric);
}

interface Panel {
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { expr: string; datasource: { type: string; uid: string } }[];
}

function shown(controller: string, beside: AddOnName[] = []): Panel[] {
  const about = aboutStack(given(controller));
  return dashboard({ ...about, has: (name) => beside.includes(name) }).panels as unknown as Panel[];
}

function alertsFor(site: Site, controller = "traefik"): Alert[] {
  return siteAlerts(site, aboutStack(given(controller)));
}

const shared = platformAlerts({ ...aboutStack(given()), has: () => true });
const allAlerts = [...alertsFor(campus), ...shared];

describe("the alerts", () => {
  it("are a set for each site, found by its label, and one for what they share", async () => {
    const rules = ofType(await deployPlatform(given()), ":PrometheusRule").map(
      ({ inputs }) =>
        plain(inputs) as {
          metadata: { name: string; namespace: string; labels: Record<string, string> };
          spec: { groups: RuleGroup[] };
        },
    );
    const partOf = { "app.kubernetes.io/part-of": "openedx" };
    assert.deepEqual(rules.map(({ metadata }) => [metadata.name, metadata.labels]).sort(), [
      ["openedx-academy", { ...partOf, "app.kubernetes.io/instance": "academy" }],
      ["openedx-campus", { ...partOf, "app.kubernetes.io/instance": "campus" }],
      ["openedx-platform", partOf],
    ]);
    for (const { spec } of rules.filter(({ metadata }) => metadata.name !== "openedx-platform")) {
      const alerts = spec.groups
        .flatMap(({ rules: all }) => all)
        .filter((rule): rule is Alert => "alert" in rule);
      assert.equal(alerts.length, 9);
    }
  });

  it("come with the release, whose definitions they need", async () => {
    const result = await deployPlatform(given());
    const dependencies = dependenciesOf(result, ":PrometheusRule", "openedx-campus-alerts");
    assert.ok(dependencies.includes("kube-prometheus-stack"));
  });

  it("cover what goes wrong with a site", () => {
    assert.deepEqual(
      alertsFor(campus)
        .map((alert) => alert.alert)
        .sort(),
      [
        "OpenEdxCertificateExpiring",
        "OpenEdxErrorRateHigh",
        "OpenEdxPodRestarting",
        "OpenEdxPodsNotReady",
        "OpenEdxScalerAtMaximum",
        "OpenEdxSiteDown",
        "OpenEdxTasksFailed",
        "OpenEdxVolumeNearlyFull",
        "OpenEdxWorkerDown",
      ],
    );
  });

  for (const alert of allAlerts) {
    it(`say of ${alert.alert} how bad it is, what it means and where help stands`, () => {
      assert.ok(["critical", "warning"].includes(alert.labels.severity));
      assert.match(alert.for, /^\d+[mh]$/);
      assert.ok(alert.annotations.summary.length > 10);
      assert.match(alert.annotations.description, /\.$/);
      assert.match(alert.annotations.runbook, /^docs\/monitoring\.md#[a-z]+$/);
    });
  }

  it("point to headings that are there, and no heading explains an alert that is not", () => {
    const page = readFileSync(join(programFolder, "docs/monitoring.md"), "utf8");
    const headings = [...page.matchAll(/^### (OpenEdx\w+)$/gm)].map(([, name = ""]) => name);
    assert.deepEqual([...headings].sort(), allAlerts.map((alert) => alert.alert).sort());
    for (const { annotations } of allAlerts) {
      const anchor = annotations.runbook.split("#")[1];
      assert.ok(
        headings.some((heading) => heading.toLowerCase() === anchor),
        annotations.runbook,
      );
    }
  });

  it("look at their own site only", () => {
    for (const alert of alertsFor(campus)) {
      assert.equal(alert.labels.openedx_instance, "campus");
      assert.match(alert.expr, /namespace="learn"|openedx_instance="campus"/, alert.alert);
      assert.doesNotMatch(alert.expr, /academy/, alert.alert);
    }
  });

  it("hear of Jobs that make accounts where the shared services are, those of the site alone", () => {
    const failed = alertsFor(campus).find((alert) => alert.alert === "OpenEdxTasksFailed")?.expr ?? "";
    assert.match(failed, /namespace="openedx-data", job_name=~"campus-\(admin\|admin-after\)-\[\^-\]\+"/);
    const [, pattern = ""] = /job_name=~"([^"]+)"/.exec(failed) ?? [];
    const jobs = new RegExp(`^${pattern}$`);
    assert.ok(jobs.test("campus-admin-0a1b2c3d"));
    assert.ok(!jobs.test("campus-two-admin-0a1b2c3d"));
  });

  it("leave certificates of sites to the sites", () => {
    const expr = shared.find((alert) => alert.alert === "OpenEdxEdgeCertificateExpiring")?.expr ?? "";
    assert.match(expr, /exported_namespace!~"\|learn\|academy"/);
  });

  it("speak of backups only where Velero makes them", () => {
    const without = platformAlerts({ ...aboutStack(given()), has: () => false });
    assert.deepEqual(
      shared.filter(({ alert }) => !without.some((other) => other.alert === alert)).map(({ alert }) => alert),
      ["OpenEdxBackupTooOld"],
    );
  });

  it("do not judge an edge that nothing measures", () => {
    const about = {
      ...aboutStack(given()),
      edge: { ...aboutStack(given()).edge, controller: "gke" as const },
    };
    assert.ok(!siteAlerts(campus, about).some(({ alert }) => alert === "OpenEdxErrorRateHigh"));
    assert.deepEqual(edgeRules(campus, about.edge), []);
  });
});

describe("the expressions", () => {
  const rules = (controller: string, mode: string): Rule[] => {
    const { edge } = aboutStack(given(controller, mode));
    return [...edgeRules(campus, edge), ...alertsFor(campus, controller), ...shared];
  };
  const expressions = [
    ...rules("traefik", "ingress"),
    ...rules("traefik", "gateway"),
    ...rules("nginx", "ingress"),
    ...shown("traefik", ["keda"]).flatMap(({ targets }) => targets),
  ].map(({ expr }) => expr);

  it("read metrics that something deployed here exports", () => {
    const read = new Set(expressions.flatMap(metricsIn));
    assert.ok(read.size > 15);
    assert.deepEqual(
      [...read].filter((metric) => !knownMetrics.has(metric)),
      [],
    );
  });

  it("close what they open", () => {
    for (const expr of expressions) {
      const code = expr.replaceAll(/"(\\.|[^"\\])*"/g, '""');
      for (const [open, close] of ["{}", "()", "[]"].map((pair) => pair.split("") as [string, string])) {
        assert.equal(code.split(open).length, code.split(close).length, expr);
      }
    }
  });

  it("find metrics that the controllers' charts are asked for", () => {
    assert.equal(at(valuesOf("traefik"), "metrics.prometheus.addRoutersLabels"), true);
    assert.equal(at(valuesOf("nginx"), "controller.enableLatencyMetrics"), true);
    const [allowed] = at(
      valuesOf("kube-prometheus-stack"),
      "kube-state-metrics.metricLabelsAllowlist",
    ) as string[];
    assert.equal(allowed, "namespaces=[app.kubernetes.io/instance,app.kubernetes.io/part-of]");
  });
});

describe("the metrics of the edge", () => {
  const routersOf = (site: Site, mode: "ingress" | "gateway"): RegExp[] =>
    edgeRules(site, { controller: "traefik", mode })
      .filter(({ record }) => record === "openedx:edge_requests:rate5m")
      .map(({ expr }) => new RegExp(`^${/router=~"([^"]+)"/.exec(expr)?.[1] ?? ""}$`));

  it("are of one host each, by Traefik's names for Ingresses", () => {
    const [lms, studio] = routersOf(campus, "ingress");
    const router = "learn-campus-campus-example-com-campus-example-com@kubernetes";
    assert.ok(lms?.test(router));
    assert.ok(lms?.test(`websecure-${router}`));
    assert.ok(!studio?.test(router));
    assert.ok(studio?.test("learn-campus-studio-campus-example-com-studio-campus-example-com@kubernetes"));
  });

  it("are of one host each, by Traefik's names for HTTPRoutes", () => {
    const [lms, studio] = routersOf(campus, "gateway");
    const router =
      "httproute-learn-campus-campus-example-com-gw-openedx-edge-openedx-ep-websecure-0-1a2b@kubernetesgateway";
    assert.ok(lms?.test(router));
    assert.ok(!studio?.test(router));
  });

  it("know hosts whose route has a shortened name", () => {
    const long: Site = { ...campus, hosts: [`${"a".repeat(60)}.example.com`] };
    const [rule] = edgeRules(long, { controller: "nginx", mode: "ingress" });
    const [, name = ""] = /resource_name="([^"]+)"/.exec(rule?.expr ?? "") ?? [];
    assert.equal(name.length, 63);
    assert.match(name, /^campus-a+-[0-9a-f]{8}$/);
  });

  it("are one series whichever controller counts", () => {
    for (const controller of ["traefik", "nginx"] as const) {
      const rules = edgeRules(campus, { controller, mode: "ingress" });
      assert.deepEqual(
        rules.map(({ record, labels }) => [record, labels]),
        campus.hosts.flatMap((host) =>
          ["openedx:edge_requests:rate5m", "openedx:edge_latency_seconds:p95_5m"].map((record) => [
            record,
            { openedx_instance: "campus", namespace: "learn", host },
          ]),
        ),
      );
    }
  });
});

describe("the dashboard", () => {
  it("is a ConfigMap that Grafana's sidecar finds", async () => {
    const maps = ofType(await deployPlatform(given()), ":core/v1:ConfigMap");
    const map = maps.find(({ name }) => name === "openedx-dashboard");
    const { metadata, data } = plain(map?.inputs) as {
      metadata: { labels: Record<string, string> };
      data: Record<string, string>;
    };
    assert.equal(metadata.labels.grafana_dashboard, "1");
    assert.equal((JSON.parse(data["openedx.json"] ?? "") as { uid: string }).uid, "openedx");
  });

  it("lets one choose a site, by the labels of its namespace", () => {
    const about = aboutStack(given());
    const { list } = dashboard({ ...about, has: () => true }).templating as {
      list: { name: string; hide: number; query: string | { query: string } }[];
    };
    assert.deepEqual(
      list.map(({ name, hide }) => [name, hide]),
      [
        ["datasource", 0],
        ["instance", 0],
        ["namespace", 2],
      ],
    );
    assert.match(JSON.stringify(list[1]), /label_app_kubernetes_io_part_of=\\"openedx\\"/);
    assert.match(JSON.stringify(list[2]), /label_app_kubernetes_io_instance=\\"\$instance\\"/);
  });

  it("shows few panels, each of the chosen site, none over another", () => {
    const panels = shown("traefik", ["keda", "loki", "vector"]);
    assert.ok(panels.length <= 15);
    const places = new Set(panels.map(({ gridPos }) => `${gridPos.x},${gridPos.y}`));
    assert.equal(places.size, panels.length);
    for (const { title, targets, gridPos } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (const { expr } of targets) {
        assert.match(expr, /\$(instance|namespace)/, title);
      }
    }
  });

  it("has panels of the edge, queues and tracking where somebody measures them", () => {
    const titles = (controller: string, beside: AddOnName[]): string[] =>
      shown(controller, beside).map(({ title }) => title);
    assert.ok(titles("traefik", []).includes("Requests by host"));
    const bare = titles("existing", ["loki"]);
    for (const title of ["Requests by host", "Celery queues", "Tracking events"]) {
      assert.ok(!bare.includes(title), title);
    }
    assert.ok(titles("existing", ["keda"]).includes("Celery queues"));
    assert.ok(titles("existing", ["loki", "alloy"]).includes("Tracking events"));
  });
});
