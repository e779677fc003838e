{{/* Contradictions that the schema cannot see, one a line; empty where there are none. */}}
{{- define "openedx-instance.faults" -}}
{{- $values := .Values -}}
{{- $root := . -}}
{{- range $key, $manifest := $values.manifests }}
{{- $want := printf "%s.%s" $manifest.kind $manifest.metadata.name }}
{{- if ne $key $want }}
- manifests: the key {{ $key | quote }} holds {{ $want }}; a key is `Kind.name` of its object.
{{- end }}
{{- if eq $manifest.kind "Namespace" }}
- manifests.{{ $key }}: a release cannot carry a Namespace, least of all its own; make it before the release.
{{- end }}
{{- end }}

{{- range $name, $scaler := $values.autoscaling }}
{{- $target := include "openedx-instance.scaledKey" (list $name $scaler) }}
{{- if and $values.manifests (not (hasKey $values.manifests $target)) }}
- autoscaling.{{ $name }}: there is no {{ $target }} in manifests to scale.
{{- end }}
{{- with $scaler.hpa }}
{{- if gt (int (default 1 .minReplicas)) (int .maxReplicas) }}
- autoscaling.{{ $name }}.hpa: minReplicas is above maxReplicas.
{{- end }}
{{- end }}
{{- with $scaler.scaledObject }}
{{- if gt (int .minReplicaCount) (int .maxReplicaCount) }}
- autoscaling.{{ $name }}.scaledObject: minReplicaCount is above maxReplicaCount.
{{- end }}
{{- if and (has $name (list "lms" "cms")) (lt (int .minReplicaCount) 1) }}
- autoscaling.{{ $name }}.scaledObject: minReplicaCount must be 1 or more; a web server without pods answers nobody.
{{- end }}
{{- $parameters := list }}
{{- range (default dict .triggerAuthentication).secretTargetRef }}
{{- $parameters = append $parameters .parameter }}
{{- end }}
{{- range $index, $trigger := .triggers }}
{{- if and (eq $trigger.type "redis") (hasKey (default dict $trigger.metadata) "enableTLS") (has "tls" $parameters) }}
- autoscaling.{{ $name }}.scaledObject.triggers[{{ $index }}]: give TLS either by enableTLS here or by tls in triggerAuthentication; KEDA refuses both.
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- range $way := list "ingress" "httpRoute" }}
{{- $edge := get $values $way }}
{{- if $edge.enabled }}
{{- if not $edge.hosts }}
- {{ $way }}.hosts: is empty while {{ $way }}.enabled is true.
{{- end }}
{{- if and $values.manifests (not (hasKey $values.manifests (printf "Service.%s" $edge.service.name))) }}
- {{ $way }}.service.name: there is no Service.{{ $edge.service.name }} in manifests to send the traffic to.
{{- end }}
{{- if and $values.networkPolicy.enabled (not $values.networkPolicy.edge.podSelector) }}
- networkPolicy.edge.podSelector: is empty, so that {{ $way }} would reach no pod; give the labels of the pods behind {{ $edge.service.name }}.
{{- end }}
{{- end }}
{{- end }}
{{- if and $values.httpRoute.enabled (not $values.httpRoute.parentRefs) }}
{{- if not $values.httpRoute.hosts }}
- httpRoute.parentRefs: is empty while httpRoute.enabled is true; name a Gateway.
{{- end }}
{{- range $host := $values.httpRoute.hosts }}
{{- if not (hasKey $values.httpRoute.parentRefsByHost $host) }}
- httpRoute.parentRefs: is empty, and httpRoute.parentRefsByHost does not have {{ $host }}; name a Gateway.
{{- end }}
{{- end }}
{{- end }}
{{- if and (include "openedx-instance.ingressTls" .) (or (not (kindIs "map" $values.ingress.tls)) (contains "{host}" (default "{host}" $values.ingress.tls.secretName))) }}
{{- $owners := dict }}
{{- $named := kindIs "map" $values.ingress.tls | ternary $values.ingress.tls dict | dig "secretNames" dict }}
{{- range $host := $values.ingress.hosts }}
{{- $secret := include "openedx-instance.tlsSecretName" (list $root $host) }}
{{- with and (not (hasKey $named $host)) (get $owners $secret) }}
- ingress.hosts: {{ . }} and {{ $host }} would share the TLS Secret {{ $secret }}; name it by ingress.tls.secretName.
{{- end }}
{{- $_ := set $owners $secret $host }}
{{- end }}
{{- end }}

{{- if and $values.serviceAccount.annotations (not $values.serviceAccount.create) }}
- serviceAccount.annotations: have no effect while serviceAccount.create is false.
{{- end }}
{{- if and $values.podMonitor.enabled (not $values.podMonitor.endpoints) }}
- podMonitor.endpoints: is empty while podMonitor.enabled is true.
{{- end }}
{{- if and $values.heartbeatTest.enabled (not $values.heartbeatTest.image) }}
- heartbeatTest.image: is empty while heartbeatTest.enabled is true; name an image with curl, pinned.
{{- end }}
{{- end -}}
