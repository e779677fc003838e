import type { AddOnName } from "../config/platform.js";
import { albController } from "./addons/albController.js";
import { alloy } from "./addons/alloy.js";
import { awsLoadBalancerController } from "./addons/awsLoadBalancerController.js";
import { certManager } from "./addons/certManager.js";
import { clusterAutoscaler } from "./addons/clusterAutoscaler.js";
import { externalDns } from "./addons/externalDns.js";
import { externalSecrets } from "./addons/externalSecrets.js";
import { gatewayApi } from "./addons/gatewayApi.js";
import { harmony } from "./addons/harmony.js";
import { headlamp } from "./addons/headlamp.js";
import { karpenter } from "./addons/karpenter.js";
import { keda } from "./addons/keda.js";
import { kubePrometheusStack } from "./addons/kubePrometheusStack.js";
import { loki } from "./addons/loki.js";
import { metricsServer } from "./addons/metricsServer.js";
import { nginx } from "./addons/nginx.js";
import { prometheusOperatorCrds } from "./addons/prometheusOperatorCrds.js";
import { traefik } from "./addons/traefik.js";
import { vector } from "./addons/vector.js";
import { velero } from "./addons/velero.js";
import { verticalPodAutoscaler } from "./addons/verticalPodAutoscaler.js";
import type { AddOn } from "./types.js";

/** All add-ons. Of those that need not wait for each other, the one that comes first here is made first. */
export const catalogue: Readonly<Record<AddOnName, AddOn>> = {
  "gateway-api": gatewayApi,
  "prometheus-operator-crds": prometheusOperatorCrds,
  "aws-load-balancer-controller": awsLoadBalancerController,
  "alb-controller": albController,
  karpenter,
  "cluster-autoscaler": clusterAutoscaler,
  "cert-manager": certManager,
  "metrics-server": metricsServer,
  "external-secrets": externalSecrets,
  traefik,
  nginx,
  "external-dns": externalDns,
  "kube-prometheus-stack": kubePrometheusStack,
  keda,
  "vertical-pod-autoscaler": verticalPodAutoscaler,
  loki,
  vector,
  alloy,
  velero,
  headlamp,
  harmony,
};

/**
 * What a site cannot be deployed without: definitions and webhooks of objects that it has, nodes, the edge. All else
 * may fail and holds no site back.
 */
export const sitesNeed: readonly AddOnName[] = [
  "gateway-api",
  "prometheus-operator-crds",
  "aws-load-balancer-controller",
  "alb-controller",
  "karpenter",
  "cluster-autoscaler",
  "cert-manager",
  "external-secrets",
  "traefik",
  "nginx",
  "keda",
  "harmony",
];

/** Pairs that would do the same work twice, or fight. */
export const exclusive: readonly { pair: readonly [AddOnName, AddOnName]; why: string }[] = [
  { pair: ["karpenter", "cluster-autoscaler"], why: "both would add and remove the cluster's nodes" },
  { pair: ["vector", "alloy"], why: "both would collect every line of every log" },
];
