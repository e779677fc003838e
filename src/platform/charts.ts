import type { AddOnName } from "../config/platform.js";

/** A community chart, as this project was tested with it. */
export interface Chart {
  /** `https://` address of a Helm repository, or `oci://` address of the registry's folder that holds the chart. */
  repository: string;
  chart: string;
  /** Exact. */
  version: string;
  /** Which chart owns its custom resource definitions, when that is not itself: those in it are skipped. */
  definitionsFrom?: string;
  /** Seconds until a release that is not ready is taken back. Default: 600. */
  timeoutSeconds?: number;
}

const percona = "https://percona.github.io/percona-helm-charts";

/** Charts of the catalogue of add-ons. */
const addOnCharts = {
  // Gateway API 1.6.1. Of the maintained charts the one whose release fits the 1 MiB of a Secret.
  "gateway-api": {
    repository: "https://charts.christianhuth.de",
    chart: "gateway-api-crds",
    version: "1.2.3",
  },
  "prometheus-operator-crds": {
    repository: "oci://ghcr.io/prometheus-community/charts",
    chart: "prometheus-operator-crds",
    version: "31.0.1",
  },
  "aws-load-balancer-controller": {
    repository: "https://aws.github.io/eks-charts",
    chart: "aws-load-balancer-controller",
    version: "3.5.0",
  },
  "alb-controller": {
    repository: "oci://mcr.microsoft.com/application-lb/charts",
    chart: "alb-controller",
    version: "1.12.1",
  },
  karpenter: {
    repository: "oci://public.ecr.aws/karpenter",
    chart: "karpenter",
    version: "1.14.1",
    definitionsFrom: "karpenter-crd",
  },
  "cluster-autoscaler": {
    repository: "https://kubernetes.github.io/autoscaler",
    chart: "cluster-autoscaler",
    version: "9.59.0",
  },
  "metrics-server": {
    repository: "https://kubernetes-sigs.github.io/metrics-server",
    chart: "metrics-server",
    version: "3.13.1",
  },
  "cert-manager": {
    repository: "oci://quay.io/jetstack/charts",
    chart: "cert-manager",
    version: "v1.21.1",
  },
  "external-secrets": {
    repository: "oci://ghcr.io/external-secrets/charts",
    chart: "external-secrets",
    version: "2.9.0",
  },
  traefik: { repository: "oci://ghcr.io/traefik/helm", chart: "traefik", version: "41.3.0" },
  nginx: { repository: "oci://ghcr.io/nginx/charts", chart: "nginx-ingress", version: "2.6.4" },
  "external-dns": {
    repository: "https://kubernetes-sigs.github.io/external-dns",
    chart: "external-dns",
    version: "1.22.0",
  },
  "kube-prometheus-stack": {
    repository: "oci://ghcr.io/prometheus-community/charts",
    chart: "kube-prometheus-stack",
    version: "88.5.3",
    definitionsFrom: "prometheus-operator-crds",
    timeoutSeconds: 900,
  },
  keda: { repository: "https://kedacore.github.io/charts", chart: "keda", version: "2.20.2" },
  "vertical-pod-autoscaler": {
    repository: "https://kubernetes.github.io/autoscaler",
    chart: "vertical-pod-autoscaler",
    version: "0.11.0",
  },
  vector: { repository: "https://helm.vector.dev", chart: "vector", version: "0.57.0" },
  alloy: { repository: "https://grafana.github.io/helm-charts", chart: "alloy", version: "1.11.1" },
  loki: { repository: "oci://ghcr.io/grafana-community/helm-charts", chart: "loki", version: "18.11.0" },
  velero: {
    repository: "https://vmware-tanzu.github.io/helm-charts",
    chart: "velero",
    version: "12.1.0",
  },
  headlamp: {
    repository: "https://kubernetes-sigs.github.io/headlamp",
    chart: "headlamp",
    version: "0.45.0",
  },
  harmony: {
    repository: "https://openedx.github.io/openedx-k8s-harmony",
    chart: "harmony-chart",
    version: "0.11.0",
    timeoutSeconds: 900,
  },
} satisfies Record<AddOnName, Chart>;

/** Charts that come with an add-on or with the shared data services. */
const otherCharts = {
  "karpenter-crd": {
    repository: "oci://public.ecr.aws/karpenter",
    chart: "karpenter-crd",
    version: "1.14.1",
  },
  "ps-operator": { repository: percona, chart: "ps-operator", version: "1.1.0" },
  "ps-db": { repository: percona, chart: "ps-db", version: "1.1.0" },
  "psmdb-operator": { repository: percona, chart: "psmdb-operator", version: "1.22.0" },
  "psmdb-db": { repository: percona, chart: "psmdb-db", version: "1.22.2" },
  valkey: { repository: "https://valkey.io/valkey-helm", chart: "valkey", version: "0.11.0" },
  meilisearch: {
    repository: "https://meilisearch.github.io/meilisearch-kubernetes",
    chart: "meilisearch",
    version: "0.34.0",
  },
  opensearch: {
    repository: "https://opensearch-project.github.io/helm-charts",
    chart: "opensearch",
    version: "3.6.0",
    timeoutSeconds: 900,
  },
  seaweedfs: {
    repository: "https://seaweedfs.github.io/seaweedfs/helm",
    chart: "seaweedfs",
    version: "4.44.0",
  },
} satisfies Record<string, Chart>;

export type ChartName = keyof typeof addOnCharts | keyof typeof otherCharts;

/** The one table of charts: where each comes from, and the version that its values here are written for. */
export const charts: Readonly<Record<ChartName, Chart>> = { ...addOnCharts, ...otherCharts };
