import { spreadOver } from "../../kubernetes/conventions.js";
import { requests, systemNodes } from "../pods.js";
import type { AddOn } from "../types.js";

/** What pods use, for HorizontalPodAutoscalers and `kubectl top`. AKS and GKE bring one. */
export const metricsServer: AddOn = {
  name: "metrics-server",
  namespace: "kube-system",
  after: ["cert-manager", "prometheus-operator-crds"],
  values: (context) => {
    const { has } = context;
    const isMonitored = has("prometheus-operator-crds");
    return {
      replicas: 2,
      podDisruptionBudget: { enabled: true, minAvailable: 1 },
      // The API server checks the certificate where there is somebody to make and renew one.
      ...(has("cert-manager") && {
        apiService: { insecureSkipTLSVerify: false },
        tls: { type: "cert-manager" },
      }),
      metrics: { enabled: isMonitored },
      serviceMonitor: { enabled: isMonitored },
      resources: requests("100m", "200Mi", "400Mi"),
      topologySpreadConstraints: spreadOver({ "app.kubernetes.io/name": "metrics-server" }),
      ...systemNodes(context),
    };
  },
  withoutPods: { leaveOut: "its aggregated API would never answer, which breaks the API server's discovery" },
};
