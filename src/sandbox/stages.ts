import { type KubernetesObject } from "../kubernetes/objects.js";
import { provisioner, storageClassName } from "./fixtures.js";

/**
 * What kwok does in place of kubelets, a volume provisioner and a cloud's load balancers. One Stage is one rule: an
 * object that matches its expressions (jq) gets its patches. Where two match, the one with a weight wins over those
 * without; tests use that to make pods fail.
 */
export function stages(): KubernetesObject[] {
  return [nodeReady, podRunning, podSucceeded, podGone, loadBalancerAddress, volumeProvisioned, volumeGone];
}

interface Match {
  key: string;
  operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  values?: string[];
}

function stage(name: string, kind: string, matchExpressions: Match[], next: object): KubernetesObject {
  return {
    apiVersion: "kwok.x-k8s.io/v1alpha1",
    kind: "Stage",
    metadata: { name },
    spec: { resourceRef: { apiGroup: "v1", kind }, selector: { matchExpressions }, ...next },
  };
}

const notBeingDeleted: Match = { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" };

function statusPatch(template: string): object {
  return { steps: [{ patch: { subresource: "status", root: "status", template } }] };
}

const nodeReady = stage(
  "node-ready",
  "Node",
  [
    {
      key: '.status.conditions.[] | select(.type == "Ready") | .status',
      operator: "NotIn",
      values: ["True"],
    },
  ],
  statusPatch(`
{{ $now := Now }}
phase: Running
conditions:
{{ range NodeConditions }}
- type: {{ .type | Quote }}
  status: {{ .status | Quote }}
  reason: {{ .reason | Quote }}
  message: {{ .message | Quote }}
  lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
addresses:
- type: InternalIP
  address: 127.0.0.1
daemonEndpoints:
  kubeletEndpoint:
    Port: {{ NodePort }}
nodeInfo:
  architecture: amd64
  bootID: simulated
  containerRuntimeVersion: kwok
  kernelVersion: kwok
  kubeProxyVersion: kwok
  kubeletVersion: kwok
  machineID: simulated
  operatingSystem: linux
  osImage: kwok
  systemUUID: simulated
`),
);

const podRunning = stage(
  "pod-running",
  "Pod",
  [notBeingDeleted, { key: ".status.phase", operator: "In", values: ["Pending"] }],
  statusPatch(`
{{ $now := Now }}
phase: Running
startTime: {{ $now | Quote }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
hostIPs:
- ip: {{ NodeIPWith .spec.nodeName | Quote }}
{{ $ip := PodIPWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "") }}
podIP: {{ $ip | Quote }}
podIPs:
- ip: {{ $ip | Quote }}
conditions:
{{ range list "PodReadyToStartContainers" "Initialized" "ContainersReady" "Ready" }}
- type: {{ . }}
  status: "True"
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
{{ range .spec.readinessGates }}
- type: {{ .conditionType | Quote }}
  status: "True"
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
{{ with .spec.initContainers }}
initContainerStatuses:
{{ range . }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: {{ .image | Quote }}
  ready: true
  restartCount: 0
  {{ if eq (or .restartPolicy "") "Always" }}
  started: true
  state:
    running:
      startedAt: {{ $now | Quote }}
  {{ else }}
  started: false
  state:
    terminated:
      exitCode: 0
      reason: Completed
      startedAt: {{ $now | Quote }}
      finishedAt: {{ $now | Quote }}
  {{ end }}
{{ end }}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: {{ .image | Quote }}
  ready: true
  started: true
  restartCount: 0
  state:
    running:
      startedAt: {{ $now | Quote }}
{{ end }}
`),
);

/** Pods that are meant to end, those of Jobs among them, do so as soon as they run. */
const podSucceeded = stage(
  "pod-succeeded",
  "Pod",
  [
    notBeingDeleted,
    { key: ".status.phase", operator: "In", values: ["Running"] },
    { key: ".spec.restartPolicy", operator: "In", values: ["Never", "OnFailure"] },
  ],
  statusPatch(`
{{ $now := Now }}
phase: Succeeded
conditions:
{{ range list "ContainersReady" "Ready" }}
- type: {{ . }}
  status: "False"
  reason: PodCompleted
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
containerStatuses:
{{ range .spec.containers }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: {{ .image | Quote }}
  ready: false
  started: false
  restartCount: 0
  state:
    terminated:
      exitCode: 0
      reason: Completed
      startedAt: {{ $now | Quote }}
      finishedAt: {{ $now | Quote }}
{{ end }}
`),
);

const podGone = stage("pod-gone", "Pod", [{ key: ".metadata.deletionTimestamp", operator: "Exists" }], {
  steps: [{ delete: true }],
});

/** Addresses of the range that RFC 5737 keeps for documentation, so that nobody mistakes them for real ones. */
const loadBalancerAddress = stage(
  "load-balancer-address",
  "Service",
  [
    notBeingDeleted,
    { key: ".spec.type", operator: "In", values: ["LoadBalancer"] },
    { key: ".status.loadBalancer.ingress.[].ip", operator: "DoesNotExist" },
  ],
  statusPatch(`
loadBalancer:
  ingress:
  - ip: 203.0.113.10
    ipMode: VIP
`),
);

/** Each claim gets a volume of its own size and access modes, as from a real provisioner. */
const volumeProvisioned = stage(
  "volume-provisioned",
  "PersistentVolumeClaim",
  [
    notBeingDeleted,
    { key: ".spec.storageClassName", operator: "In", values: [storageClassName] },
    { key: ".spec.volumeName", operator: "DoesNotExist" },
    { key: ".status.phase", operator: "In", values: ["Pending"] },
  ],
  {
    steps: [
      {
        apply: {
          template: `
apiVersion: v1
kind: PersistentVolume
metadata:
  name: pvc-{{ .metadata.uid }}
  annotations:
    pv.kubernetes.io/provisioned-by: ${provisioner}
spec:
  accessModes: {{ .spec.accessModes | toJson }}
  capacity:
    storage: {{ .spec.resources.requests.storage | Quote }}
  claimRef:
    apiVersion: v1
    kind: PersistentVolumeClaim
    name: {{ .metadata.name | Quote }}
    namespace: {{ .metadata.namespace | Quote }}
    uid: {{ .metadata.uid | Quote }}
  hostPath:
    path: /nowhere/{{ .metadata.uid }}
  persistentVolumeReclaimPolicy: Delete
  storageClassName: ${storageClassName}
  volumeMode: {{ or .spec.volumeMode "Filesystem" }}
`,
        },
      },
    ],
  },
);

const volumeGone = stage(
  "volume-gone",
  "PersistentVolume",
  [
    notBeingDeleted,
    {
      key: '.metadata.annotations["pv.kubernetes.io/provisioned-by"]',
      operator: "In",
      values: [provisioner],
    },
    { key: ".status.phase", operator: "In", values: ["Released", "Failed"] },
  ],
  { steps: [{ delete: true }] },
);
