import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { runChecked } from "../../../src/workspace/run.js";

export interface FailingPods {
  kubectl: string;
  kubeconfig: string;
  namespace: string;
  /** Labels that a pod must have to fail. Default: every pod of the namespace does. */
  labels?: Record<string, string>;
  /** The container or init container that fails; those after it never start. */
  container: string;
  /** Default: 1. */
  exitCode?: number;
  /** The termination message, which the pod's status carries. */
  message?: string;
  /** What `kubectl logs` of that container gives. Default: nothing. */
  log?: string;
}

/**
 * From now on the matching pods of a sandbox fail instead of running; the returned function ends that. Pods that have
 * already failed stay as they are.
 */
export async function failPods(options: FailingPods): Promise<() => Promise<void>> {
  const { kubectl, kubeconfig, namespace, container, log = "" } = options;
  const name = `fail-${namespace}-${container}`;
  const logs = mkdtempSync(join(tmpdir(), "failing-pods-"));
  writeFileSync(join(logs, "log"), asContainerLog(log));
  const objects = [
    {
      apiVersion: "kwok.x-k8s.io/v1alpha1",
      kind: "ClusterLogs",
      metadata: { name },
      spec: {
        selector: { matchNamespaces: [namespace] },
        logs: [{ containers: [container], logsFile: join(logs, "log") }],
      },
    },
    {
      apiVersion: "kwok.x-k8s.io/v1alpha1",
      kind: "Stage",
      metadata: { name },
      spec: {
        resourceRef: { apiGroup: "v1", kind: "Pod" },
        weight: 100, // the sandbox's own rules have none
        selector: {
          matchLabels: options.labels,
          matchExpressions: [
            { key: ".metadata.deletionTimestamp", operator: "DoesNotExist" },
            { key: ".metadata.namespace", operator: "In", values: [namespace] },
            { key: ".status.phase", operator: "In", values: ["Pending"] },
          ],
        },
        steps: [{ patch: { subresource: "status", root: "status", template: failedStatus(options) } }],
      },
    },
  ];
  const kube = (args: string[], input?: string): Promise<unknown> =>
    runChecked(kubectl, [`--kubeconfig=${kubeconfig}`, ...args], { input });
  await kube(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  await setTimeout(500); // kwok learns of it by a watch
  return async () => {
    await kube(["delete", "--ignore-not-found", `stages.kwok.x-k8s.io/${name}`]);
    await kube(["delete", "--ignore-not-found", `clusterlogs.kwok.x-k8s.io/${name}`]);
    rmSync(logs, { recursive: true, force: true });
    await setTimeout(500);
  };
}

/** The lines as a container runtime stores them, which is the format that kwok reads. */
function asContainerLog(log: string): string {
  const lines = log.split("\n").filter((line, index, all) => line !== "" || index < all.length - 1);
  return lines.map((line) => `${new Date().toISOString()} stdout F ${line}\n`).join("");
}

/** The status that a kubelet would report: containers done before the failing one, it, and those that never began. */
function failedStatus({ container, exitCode = 1, message = "" }: FailingPods): string {
  const statuses = (field: string, list: string): string => `
{{ with .spec.${list} }}
${field}:
{{ range . }}
- name: {{ .name | Quote }}
  image: {{ .image | Quote }}
  imageID: {{ .image | Quote }}
  ready: {{ and (not $failed) (ne .name $failing) }}
  started: false
  restartCount: 0
  state:
  {{ if eq .name $failing }}
    {{ $failed = true }}
    terminated:
      exitCode: ${exitCode}
      reason: Error
      message: ${JSON.stringify(message)}
      startedAt: {{ $now | Quote }}
      finishedAt: {{ $now | Quote }}
  {{ else if $failed }}
    waiting:
      reason: PodInitializing
  {{ else }}
    terminated:
      exitCode: 0
      reason: Completed
      startedAt: {{ $now | Quote }}
      finishedAt: {{ $now | Quote }}
  {{ end }}
{{ end }}
{{ end }}`;
  return `
{{ $now := Now }}
{{ $failed := false }}
{{ $failing := ${JSON.stringify(container)} }}
phase: Failed
startTime: {{ $now | Quote }}
conditions:
{{ range list "ContainersReady" "Ready" }}
- type: {{ . }}
  status: "False"
  reason: PodFailed
  lastTransitionTime: {{ $now | Quote }}
{{ end }}
${statuses("initContainerStatuses", "initContainers")}
${statuses("containerStatuses", "containers")}
`;
}
