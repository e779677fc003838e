import type { Cluster, LiveObject } from "./cluster.js";
import { containersOf, explainPod, listPods, type Pod } from "./pods.js";

/** Lines of a container's log that are shown. */
const logLines = 30;
/** Pods that are told of: of many that fail for one reason, few tell it. */
const mostPods = 5;

interface ClusterEvent {
  type?: string;
  reason?: string;
  message?: string;
  involvedObject?: { kind?: string; name?: string };
  lastTimestamp?: string;
}

interface Job extends LiveObject {
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] };
}

/**
 * Why a Job failed: its task by name, with the exit code and the end of its log. Empty where its pods are gone.
 */
export async function explainJob(cluster: Cluster, namespace: string, name: string): Promise<string[]> {
  const job = await cluster.get<Job>(`/apis/batch/v1/namespaces/${namespace}/jobs/${name}`);
  const pods = await listPods(cluster, namespace, `batch.kubernetes.io/job-name=${name}`);
  for (const pod of pods.reverse()) {
    const failed = failedContainer(pod);
    if (failed !== undefined) {
      const log = await endOfLog(cluster, namespace, pod.metadata.name, failed.name);
      return [
        `task ${failed.name} failed with exit code ${failed.exitCode} (Job ${namespace}/${name}). ` +
          (log === undefined ? failed.message : `The end of its log:\n${indented(log)}`),
      ];
    }
  }
  const condition = job?.status?.conditions?.find(
    ({ type, status }) => type === "Failed" && status === "True",
  );
  const conditions =
    condition === undefined ? [] : [`Job ${namespace}/${name}: ${condition.message ?? condition.reason}`];
  return [...conditions, ...explainPods(pods), ...(await warnings(cluster, namespace, [name]))];
}

/** Why pods of a namespace are not ready: their conditions, crashes with the end of the log, and the events. */
export async function explainNamespace(cluster: Cluster, namespace: string): Promise<string[]> {
  const pods = (await listPods(cluster, namespace)).filter((pod) => explainPod(pod) !== undefined);
  const logs = await Promise.all(
    pods.slice(0, mostPods).map(async (pod) => {
      const failed = failedContainer(pod);
      const log = failed && (await endOfLog(cluster, namespace, pod.metadata.name, failed.name, true));
      return log === undefined
        ? []
        : [`The end of the log of ${pod.metadata.name}, ${failed?.name}:\n${indented(log)}`];
    }),
  );
  return [...explainPods(pods), ...logs.flat(), ...(await warnings(cluster, namespace))];
}

function explainPods(pods: readonly Pod[]): string[] {
  const lines = pods.flatMap((pod) => explainPod(pod) ?? []);
  const more = lines.length - mostPods;
  return [...lines.slice(0, mostPods), ...(more > 0 ? [`and ${more} more pods`] : [])];
}

function failedContainer(pod: Pod): { name: string; exitCode: number; message: string } | undefined {
  for (const { name, state, lastState } of containersOf(pod)) {
    const ended = state?.terminated ?? lastState?.terminated;
    if (ended !== undefined && ended.exitCode !== 0) {
      return { name, exitCode: ended.exitCode, message: ended.message?.trim() ?? "It left no log." };
    }
  }
  return undefined;
}

/** What controllers and the scheduler complain of (FailedCreate, FailedScheduling, image pulls), the latest first. */
async function warnings(cluster: Cluster, namespace: string, about?: readonly string[]): Promise<string[]> {
  const list = await cluster.get<{ items: ClusterEvent[] }>(`/api/v1/namespaces/${namespace}/events`, {
    fieldSelector: "type=Warning",
  });
  const lines = (list?.items ?? [])
    .filter(
      ({ involvedObject }) =>
        about === undefined || about.some((name) => involvedObject?.name?.startsWith(name)),
    )
    .sort((a, b) => ((a.lastTimestamp ?? "") < (b.lastTimestamp ?? "") ? 1 : -1))
    .map(
      ({ reason, message, involvedObject }) =>
        `${involvedObject?.kind} ${involvedObject?.name}: ${reason}: ${message}`,
    );
  return [...new Set(lines)].slice(0, mostPods);
}

async function endOfLog(
  cluster: Cluster,
  namespace: string,
  pod: string,
  container: string,
  previous = false,
): Promise<string | undefined> {
  const runs: Record<string, string>[] = previous ? [{ previous: "true" }, {}] : [{}];
  for (const query of runs) {
    const answer = await cluster
      .call("GET", `/api/v1/namespaces/${namespace}/pods/${pod}/log`, {
        query: { container, tailLines: String(logLines), ...query },
      })
      .catch(() => undefined);
    if (answer?.status === 200 && typeof answer.body === "string" && answer.body.trim() !== "") {
      return answer.body.trimEnd();
    }
  }
  return undefined;
}

function indented(text: string): string {
  return text.replace(/^/gm, "  | ");
}
