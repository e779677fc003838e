{{/* Name of the chart, for labels. */}}
{{- define "openedx-instance.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* First part of the names of our own objects: the release's name, since a release is an instance. */}}
{{- define "openedx-instance.fullname" -}}
{{- $name := .Release.Name -}}
{{- if .Values.nameOverride -}}
{{- $name = printf "%s-%s" .Release.Name .Values.nameOverride -}}
{{- end -}}
{{- default $name .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Cuts a name to a length and keeps it unique by a hash. Takes a list: name, greatest length. */}}
{{- define "openedx-instance.fit" -}}
{{- $name := index . 0 -}}
{{- $most := index . 1 -}}
{{- if gt (len $name) $most -}}
{{- printf "%s-%s" ($name | trunc (sub $most 9 | int) | trimAll "-.") ($name | sha256sum | trunc 8) -}}
{{- else -}}
{{- $name -}}
{{- end -}}
{{- end -}}

{{/* Name of one of our own objects. Takes a list: root, suffix (a host, a workload). */}}
{{- define "openedx-instance.objectName" -}}
{{- $root := index . 0 -}}
{{- $suffix := index . 1 | replace "*" "wildcard" -}}
{{- include "openedx-instance.fit" (list (printf "%s-%s" (include "openedx-instance.fullname" $root) $suffix) 63) -}}
{{- end -}}

{{- define "openedx-instance.selectorLabels" -}}
app.kubernetes.io/name: {{ include "openedx-instance.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Labels of our own objects. Takes a list: root, component. */}}
{{- define "openedx-instance.labels" -}}
{{- $root := index . 0 -}}
{{ include "openedx-instance.selectorLabels" $root }}
app.kubernetes.io/version: {{ default $root.Chart.AppVersion $root.Values.openEdx.tutor | replace "+" "_" | quote }}
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/part-of: openedx
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Metadata of one of our own objects. Takes a dict: root, name, component, annotations and labels of its own. */}}
{{- define "openedx-instance.metadata" -}}
name: {{ .name }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "openedx-instance.labels" (list .root .component) | nindent 2 }}
  {{- with .labels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (default dict .annotations) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "openedx-instance.serviceAccountName" -}}
{{- default (include "openedx-instance.fullname" .) .Values.serviceAccount.name -}}
{{- end -}}

{{/* "true" where the Ingress objects have TLS. */}}
{{- define "openedx-instance.ingressTls" -}}
{{- $tls := .Values.ingress.tls -}}
{{- if kindIs "map" $tls -}}
{{- if or (not (hasKey $tls "enabled")) $tls.enabled -}}true{{- end -}}
{{- else if $tls -}}true{{- end -}}
{{- end -}}

{{/* Name of a host's TLS Secret. Takes a list: root, host. */}}
{{- define "openedx-instance.tlsSecretName" -}}
{{- $tls := (index . 0).Values.ingress.tls -}}
{{- $pattern := "{host}-tls" -}}
{{- if kindIs "map" $tls -}}
{{- $pattern = default (default $pattern $tls.secretName) (get (default dict $tls.secretNames) (index . 1)) -}}
{{- end -}}
{{- $host := index . 1 | replace "*" "wildcard" | replace "." "-" -}}
{{- include "openedx-instance.fit" (list ($pattern | replace "{host}" $host) 253) -}}
{{- end -}}

{{/* Who may reach the pods behind the edge: the `from` of a NetworkPolicy rule; empty for everybody. Takes networkPolicy.edge. */}}
{{- define "openedx-instance.edgeSources" -}}
{{- if or .fromNamespace .cidrs -}}
from:
  {{- with .fromNamespace }}
  - namespaceSelector:
      matchLabels:
        kubernetes.io/metadata.name: {{ . }}
  {{- end }}
  {{- range .cidrs }}
  - ipBlock:
      cidr: {{ . | quote }}
  {{- end }}
{{- end -}}
{{- end -}}

{{/* `Kind.name` of the workload that an entry of `autoscaling` scales. Takes a list: name, entry. */}}
{{- define "openedx-instance.scaledKey" -}}
{{- printf "%s.%s" (default "Deployment" (index . 1).kind) (index . 0) -}}
{{- end -}}

{{/*
The pods that a workload has at least, by its scaler or its own manifest; 2 where neither is known here.
Takes a list: root, name.
*/}}
{{- define "openedx-instance.leastPods" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
{{- $scaler := get $root.Values.autoscaling $name -}}
{{- $manifest := coalesce (get $root.Values.manifests (printf "Deployment.%s" $name)) (get $root.Values.manifests (printf "StatefulSet.%s" $name)) -}}
{{- if and $scaler $scaler.hpa -}}
{{- int (default 1 $scaler.hpa.minReplicas) -}}
{{- else if $scaler -}}
{{- int $scaler.scaledObject.minReplicaCount -}}
{{- else if not $manifest -}}
2
{{- else if hasKey (default dict $manifest.spec) "replicas" -}}
{{- int $manifest.spec.replicas -}}
{{- else -}}
1
{{- end -}}
{{- end -}}
