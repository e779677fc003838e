import type { JsonObject } from "../../kubernetes/objects.js";
import type { AddOnContext } from "../types.js";
import { edgeLatency, edgeRequests, isEdgeMeasured } from "./edgeMetrics.js";
import { layOut, type Panel } from "./panels.js";
import { instanceLabel } from "./rules.js";

const site = `${instanceLabel}="$instance"`;
const own = `namespace="$namespace"`;
const openEdx = `container=~"lms|cms|lms-worker|cms-worker"`;
const dataPods = `pod=~".*(mysql|mongo|redis|valkey|meilisearch|elasticsearch|opensearch).*", container!=""`;

/** The dashboard "Open edX", for one site at a time, as Grafana reads it. */
export function dashboard(context: Pick<AddOnContext, "edge" | "config" | "has">): JsonObject {
  const panels = [
    ...(isEdgeMeasured(context.edge) ? edgePanels() : []),
    ...podPanels(),
    ...queuePanels(context),
    ...dataPanels(context.config.services.namespace),
    ...upkeepPanels(),
    ...trackingPanels(context),
  ];
  return {
    uid: "openedx",
    title: "Open edX",
    tags: ["openedx"],
    schemaVersion: 41,
    editable: false,
    refresh: "1m",
    time: { from: "now-6h", to: "now" },
    templating: { list: variables() },
    panels: layOut(panels),
  };
}

function variables(): JsonObject[] {
  const datasource = { type: "prometheus", uid: "${datasource}" };
  const labels = (selector: string, label: string): string =>
    `label_values(kube_namespace_labels{${selector}}, ${label})`;
  const query = (name: string, expr: string, hide: 0 | 2): JsonObject => ({
    name,
    type: "query",
    hide,
    datasource,
    query: { query: expr, refId: name },
    refresh: 2, // when the time range changes: sites come and go
    sort: 1,
  });
  const instance = "label_app_kubernetes_io_instance";
  const partOf = `label_app_kubernetes_io_part_of="openedx"`;
  return [
    { name: "datasource", type: "datasource", query: "prometheus", hide: 0 },
    query("instance", labels(`${partOf}, ${instance}!=""`, instance), 0),
    query("namespace", labels(`${partOf}, ${instance}="$instance"`, "namespace"), 2),
  ];
}

function edgePanels(): Panel[] {
  return [
    {
      title: "Requests by host",
      description: "Answered at the edge, a second.",
      unit: "reqps",
      targets: [{ expr: `sum by (host) (${edgeRequests}{${site}})`, legend: "{{host}}" }],
    },
    {
      title: "Errors by host",
      description: "Share of answers with a status of 500 or more.",
      unit: "percentunit",
      targets: [
        {
          expr: `sum by (host) (${edgeRequests}{${site}, code=~"5.."}) / sum by (host) (${edgeRequests}{${site}})`,
          legend: "{{host}}",
        },
      ],
    },
    {
      title: "Latency by host",
      description: "95 of 100 requests are answered within this time.",
      unit: "s",
      targets: [{ expr: `${edgeLatency}{${site}}`, legend: "{{host}}" }],
    },
  ];
}

function podPanels(): Panel[] {
  return [
    {
      title: "CPU",
      description: "Cores that the LMS, Studio and their workers use.",
      unit: "short",
      targets: [
        {
          expr: `sum by (container) (rate(container_cpu_usage_seconds_total{${own}, ${openEdx}}[5m]))`,
          legend: "{{container}}",
        },
      ],
    },
    {
      title: "Memory",
      description: "Of the LMS, Studio and their workers, all pods together.",
      unit: "bytes",
      targets: [
        {
          expr: `sum by (container) (container_memory_working_set_bytes{${own}, ${openEdx}})`,
          legend: "{{container}}",
        },
      ],
    },
    {
      title: "Ready pods",
      description: "By Deployment.",
      unit: "short",
      targets: [{ expr: `kube_deployment_status_replicas_available{${own}}`, legend: "{{deployment}}" }],
    },
    {
      title: "Restarts",
      description: "Within the last hour; none is as it should be.",
      unit: "short",
      targets: [
        {
          expr: `sum by (container) (increase(kube_pod_container_status_restarts_total{${own}}[1h])) > 0`,
          legend: "{{container}}",
        },
      ],
    },
  ];
}

function queuePanels({ has }: Pick<AddOnContext, "has">): Panel[] {
  if (!has("keda")) {
    return [];
  }
  return [
    {
      title: "Celery queues",
      description: "Tasks that wait, as KEDA reads them from the broker.",
      unit: "short",
      targets: [
        {
          expr: `max by (scaledObject, metric) (keda_scaler_metrics_value{exported_namespace="$namespace"})`,
          legend: "{{scaledObject}} {{metric}}",
        },
      ],
    },
  ];
}

function dataPanels(shared: string): Panel[] {
  const data = `namespace=~"$namespace|${shared}", ${dataPods}`;
  return [
    {
      title: "CPU of data services",
      description:
        "Cores that MySQL, MongoDB, Redis and search use: the site's own, and those that sites share.",
      unit: "short",
      targets: [
        { expr: `sum by (pod) (rate(container_cpu_usage_seconds_total{${data}}[5m]))`, legend: "{{pod}}" },
      ],
    },
    {
      title: "Memory of data services",
      description: "Of MySQL, MongoDB, Redis and search.",
      unit: "bytes",
      targets: [{ expr: `sum by (pod) (container_memory_working_set_bytes{${data}})`, legend: "{{pod}}" }],
    },
    {
      title: "Volumes",
      description: "Share of each volume that is full.",
      unit: "percentunit",
      targets: [
        {
          expr:
            `max by (persistentvolumeclaim) (1 - kubelet_volume_stats_available_bytes{namespace=~"$namespace|${shared}"} / ` +
            `kubelet_volume_stats_capacity_bytes{namespace=~"$namespace|${shared}"})`,
          legend: "{{persistentvolumeclaim}}",
        },
      ],
    },
  ];
}

function upkeepPanels(): Panel[] {
  return [
    {
      title: "Failed Jobs",
      description: "Migrations and tasks that did not go well.",
      unit: "short",
      type: "stat",
      targets: [{ expr: `sum(kube_job_failed{${own}, condition="true"}) or vector(0)`, legend: "failed" }],
    },
    {
      title: "Certificates",
      description: "Time that is left to the next expiry; they are renewed with thirty days to go.",
      unit: "dtdurations",
      type: "stat",
      targets: [
        {
          expr:
            `min(certmanager_certificate_expiration_timestamp_seconds{exported_namespace="$namespace"} or ` +
            `certmanager_certificate_expiration_timestamp_seconds{${own}}) - time()`,
          legend: "left",
        },
      ],
    },
  ];
}

function trackingPanels({ has }: Pick<AddOnContext, "has">): Panel[] {
  if (!has("loki") || !(has("vector") || has("alloy"))) {
    return [];
  }
  return [
    {
      title: "Tracking events",
      description: "In five minutes, by the process that wrote them.",
      unit: "short",
      targets: [
        {
          expr: `sum by (app) (count_over_time({instance="$instance", log_type="tracking"}[5m]))`,
          legend: "{{app}}",
          source: { type: "loki", uid: "loki" },
        },
      ],
    },
  ];
}
