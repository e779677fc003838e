import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { HelmValues } from "../../cloud/types.js";
import { createMonitoring } from "../monitoring/monitoring.js";
import { requests, systemNodes } from "../pods.js";
import type { AddOn, AddOnContext } from "../types.js";
import { lokiUrl } from "./loki.js";

const grafanaSecret = "grafana-admin";
const passwordLength = 32;

/** Days, and gibibytes of each replica's volume; what is older, or more than nine tenths of it, goes. */
const metricsKept = { days: 15, volumeGiB: 50 };

/** Prometheus, Alertmanager and Grafana, with what they need to know of Kubernetes. */
export const kubePrometheusStack: AddOn = {
  name: "kube-prometheus-stack",
  namespace: "monitoring",
  requires: () => ["prometheus-operator-crds"],
  after: ["cert-manager"],
  podSecurity: "privileged", // the node exporter reads the host's file systems and network
  values: (context) => ({
    // Another chart's, upgraded before the operator is.
    crds: { enabled: false },
    cleanPrometheusOperatorObjectNames: true,
    // Managed control planes show none of these: their alerts would fire for ever.
    kubeEtcd: { enabled: false },
    kubeControllerManager: { enabled: false },
    kubeScheduler: { enabled: false },
    kubeProxy: { enabled: false },
    prometheusOperator: {
      ...systemNodes(context),
      resources: requests("50m", "128Mi", "256Mi"),
      // A rule with a fault is worth less than a cluster that takes no changes while the operator is away.
      admissionWebhooks: { failurePolicy: "Ignore", ...webhookCertificate(context) },
    },
    prometheus: prometheus(context),
    alertmanager: alertmanager(context),
    grafana: grafana(context),
    "kube-state-metrics": {
      ...systemNodes(context),
      resources: requests("20m", "128Mi", "512Mi"),
      // By these the dashboard finds the sites.
      metricLabelsAllowlist: ["namespaces=[app.kubernetes.io/instance,app.kubernetes.io/part-of]"],
    },
    "prometheus-node-exporter": {
      resources: requests("20m", "32Mi", "128Mi"),
    },
  }),
  before: (_context, { namespace, child }) => {
    const made = child(`${grafanaSecret}-password`, {
      dependsOn: [],
      ignoreChanges: ["length", "special"],
    });
    const password = new random.RandomPassword(
      made.name,
      { length: passwordLength, special: false },
      made.opts,
    );
    const { name, opts } = child(grafanaSecret);
    return [
      new k8s.core.v1.Secret(
        name,
        {
          metadata: { name: grafanaSecret, namespace },
          stringData: { "admin-user": "admin", "admin-password": password.result },
        },
        opts,
      ),
    ];
  },
  beside: createMonitoring,
  withoutPods: {
    values: {
      prometheusOperator: {
        admissionWebhooks: { enabled: false, certManager: { enabled: false } },
        tls: { enabled: false }, // its certificate comes from the webhooks' Job
      },
      grafana: { persistence: { enabled: false } },
    },
  },
};

function webhookCertificate({ has }: AddOnContext): HelmValues {
  return has("cert-manager") ? { patch: { enabled: false }, certManager: { enabled: true } } : {};
}

function prometheus(context: AddOnContext): HelmValues {
  const { cloud } = context;
  return {
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    prometheusSpec: {
      ...systemNodes(context),
      replicas: 2,
      podAntiAffinity: "hard",
      retention: `${metricsKept.days}d`,
      retentionSize: `${metricsKept.volumeGiB * 0.9}GiB`,
      resources: requests("500m", "2Gi", "4Gi"),
      storageSpec: {
        volumeClaimTemplate: { spec: claim(cloud.storageClasses.readWriteOnce, metricsKept.volumeGiB) },
      },
      // Monitors and rules of all releases, not of this one only.
      ...Object.fromEntries(
        ["serviceMonitor", "podMonitor", "probe", "rule", "scrapeConfig"].map((kind) => [
          `${kind}SelectorNilUsesHelmValues`,
          false,
        ]),
      ),
    },
  };
}

function alertmanager(context: AddOnContext): HelmValues {
  const { cloud } = context;
  return {
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    alertmanagerSpec: {
      ...systemNodes(context),
      replicas: 2,
      resources: requests("10m", "64Mi", "128Mi"),
      storage: { volumeClaimTemplate: { spec: claim(cloud.storageClasses.readWriteOnce, 2) } },
    },
  };
}

function grafana(context: AddOnContext): HelmValues {
  const { cloud, has } = context;
  const storageClassName = cloud.storageClasses.readWriteOnce;
  return {
    ...systemNodes(context),
    admin: { existingSecret: grafanaSecret, userKey: "admin-user", passwordKey: "admin-password" },
    sidecar: { dashboards: { enabled: true, label: "grafana_dashboard", searchNamespace: "ALL" } },
    persistence: { enabled: true, size: "10Gi", ...(storageClassName !== undefined && { storageClassName }) },
    deploymentStrategy: { type: "Recreate" }, // one pod at a time can mount its volume
    initChownData: { enabled: false }, // runs as root; fsGroup does it
    testFramework: { enabled: false },
    resources: requests("50m", "256Mi", "512Mi"),
    "grafana.ini": { analytics: { reporting_enabled: false, check_for_updates: false } },
    additionalDataSources: has("loki")
      ? [{ name: "Loki", uid: "loki", type: "loki", access: "proxy", url: lokiUrl(context.config) }]
      : [],
  };
}

function claim(storageClassName: pulumi.Input<string> | undefined, sizeGiB: number): HelmValues {
  return {
    accessModes: ["ReadWriteOnce"],
    ...(storageClassName !== undefined && { storageClassName }),
    resources: { requests: { storage: `${sizeGiB}Gi` } },
  };
}
