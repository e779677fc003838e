import { charts, type ChartName } from "../../../src/platform/charts.js";
import type { StandIn } from "../../charts/support/standInCharts.js";

/** What every stand-in has: a Deployment as strict clusters take it, and a ConfigMap that shows its values. */
const workload = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: 1
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata:
      labels: {app: {{ .Release.Name }}}
    spec:
      {{- with .Values.standInNodes }}
      nodeSelector: {{ toJson . }}
      {{- end }}
      securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: main
          image: example.org/{{ .Chart.Name }}:{{ .Chart.Version }}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-values
data:
  chart: {{ .Chart.Name }}-{{ .Chart.Version }}
  values: {{ toJson .Values | quote }}
`;

/** Runs when all else of an upgrade is ready; the test makes it fail. */
const lateHook = `apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-check
  annotations:
    helm.sh/hook: post-upgrade
    helm.sh/hook-delete-policy: before-hook-creation
spec:
  backoffLimit: 0
  template:
    metadata:
      labels: {check: late}
    spec:
      restartPolicy: Never
      securityContext: {runAsNonRoot: true, runAsUser: 1000, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: check
          image: example.org/check:1
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
`;

/** A definition of objects of any content. */
export function definition(
  group: string,
  kind: string,
  scope: "Cluster" | "Namespaced",
  version = "v1",
  plural = `${kind.toLowerCase()}s`,
): string {
  return JSON.stringify({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: {
      name: `${plural}.${group}`,
      // Asked for in groups of Kubernetes' own.
      annotations: { "api-approved.kubernetes.io": "unapproved, of a test" },
    },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
          },
        },
      ],
    },
  });
}

/** Definitions that come with a chart: in its templates, as long as the values do not say otherwise, or in crds/. */
const definitions: Partial<Record<ChartName, Record<string, string>>> = {
  "cert-manager": {
    "templates/issuer.yaml": `{{ if .Values.crds.enabled }}\n${definition("cert-manager.io", "ClusterIssuer", "Cluster")}\n{{ end }}`,
    "templates/certificate.yaml": `{{ if .Values.crds.enabled }}\n${definition("cert-manager.io", "Certificate", "Namespaced")}\n{{ end }}`,
  },
  "karpenter-crd": {
    "crds/class.yaml": definition("karpenter.k8s.aws", "EC2NodeClass", "Cluster", "v1", "ec2nodeclasses"),
    "crds/pool.yaml": definition("karpenter.sh", "NodePool", "Cluster"),
  },
  "prometheus-operator-crds": {
    "crds/rule.yaml": definition("monitoring.coreos.com", "PrometheusRule", "Namespaced"),
    "crds/monitor.yaml": definition("monitoring.coreos.com", "ServiceMonitor", "Namespaced"),
  },
};

/** A small chart of the same name as the true one, by default in the version that the catalogue names. */
export function standIn(name: ChartName, version?: string, files: Record<string, string> = {}): StandIn {
  const { chart, version: tested } = charts[name];
  return {
    name: chart,
    version: version ?? tested,
    files: { "templates/workload.yaml": workload, ...definitions[name], ...files },
  };
}

/** One whose upgrade ends with a check. */
export function checkedStandIn(name: ChartName, version: string): StandIn {
  return standIn(name, version, { "templates/check.yaml": lateHook });
}
