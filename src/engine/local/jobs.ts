import type { Cluster, LiveObject } from "./cluster.js";
import { pause } from "./objects.js";
import { containersOf, explainPod, listPods, type Pod } from "./readiness.js";
import { UserError } from "../../workspace/errors.js";

interface Job extends LiveObject {
  status?: { conditions?: { type: string; status: string; reason?: string; message?: string }[] };
}

/** How a Job stands. */
export type JobOutcome = "complete" | "failed" | "running";

export function jobOutcome(job: LiveObject): JobOutcome {
  const holds = (type: string): boolean =>
    (job as Job).status?.conditions?.some(
      (condition) => condition.type === type && condition.status === "True",
    ) ?? false;
  return holds("Complete") ? "complete" : holds("Failed") ? "failed" : "running";
}

export interface JobWait {
  /** Whose Job it is, as shown to people: the instance's name. */
  owner: string;
  /** Given up when nothing has moved for so long. Default: 600. */
  idleSeconds?: number;
  /** Given up after so long, whatever happens. Default: the Job's own `activeDeadlineSeconds` alone. */
  seconds?: number;
  signal: AbortSignal;
  /** What is going on now. */
  report(text: string): void;
}

const logLines = 30;
const reportAfterMilliseconds = 2_000;

/**
 * Waits for a Job to complete.
 * @throws UserError with the task that failed, its exit code and the end of its log.
 */
export async function awaitJob(cluster: Cluster, path: string, wait: JobWait): Promise<LiveObject> {
  const began = Date.now();
  const idleSeconds = wait.idleSeconds ?? 600;
  let movedAt = began;
  let jobSeen: string | undefined;
  let podsSeen = "";
  let lookedAt = began;
  for (;;) {
    const job = await cluster.demand<Job>("GET", path);
    const outcome = jobOutcome(job);
    if (outcome === "complete") {
      return job;
    }
    const { name, namespace = "" } = job.metadata;
    if (outcome === "failed") {
      throw await jobError(cluster, job, wait.owner);
    }
    if (job.metadata.resourceVersion !== jobSeen) {
      jobSeen = job.metadata.resourceVersion;
      movedAt = Date.now();
    }
    if (Date.now() - lookedAt > reportAfterMilliseconds) {
      lookedAt = Date.now();
      const pods = await podsOf(cluster, namespace, name);
      const versions = pods.map(({ metadata }) => metadata.resourceVersion).join();
      movedAt = versions === podsSeen ? movedAt : lookedAt;
      podsSeen = versions;
      wait.report(describeTask(name, pods));
    }
    const waited = (Date.now() - began) / 1000;
    const isLate = wait.seconds !== undefined && waited > wait.seconds;
    if (isLate || Date.now() - movedAt > idleSeconds * 1000) {
      const reasons = (await podsOf(cluster, namespace, name)).flatMap((pod) => explainPod(pod) ?? []);
      throw new UserError(
        `${wait.owner}: Job ${namespace}/${name} is not complete after ${Math.round(waited)} s` +
          `${reasons.length === 0 ? ": it has no pods" : `:\n${reasons.map((line) => `  ${line}`).join("\n")}`}`,
      );
    }
    await pause(began, wait.signal);
  }
}

function podsOf(cluster: Cluster, namespace: string, job: string): Promise<Pod[]> {
  return listPods(cluster, namespace, `batch.kubernetes.io/job-name=${job}`);
}

function describeTask(job: string, pods: Pod[]): string {
  const pod = pods.at(-1);
  const containers = pod === undefined ? [] : containersOf(pod);
  const current = containers.findIndex(({ state }) => state?.running !== undefined);
  return current < 0
    ? `Job ${job}`
    : `Job ${job}, task ${current + 1} of ${containers.length} (${containers[current]?.name})`;
}

/** Says which task of a Job failed and why, from what its pods tell. */
async function jobError(cluster: Cluster, job: Job, owner: string): Promise<UserError> {
  const { name, namespace = "" } = job.metadata;
  const condition = job.status?.conditions?.find(({ type }) => type === "Failed");
  const what = `${owner}: Job ${namespace}/${name} failed (${condition?.reason ?? "no reason given"})`;
  const pods = await podsOf(cluster, namespace, name).catch(() => []);
  for (const pod of pods.reverse()) {
    for (const { name: task, state, lastState } of containersOf(pod)) {
      const ended = state?.terminated ?? lastState?.terminated;
      if (ended !== undefined && ended.exitCode !== 0) {
        const said =
          (await endOfLog(cluster, namespace, pod.metadata.name, task)) ?? ended.message?.trim() ?? "";
        const log = said === "" ? "It left no log." : `The end of its log:\n${said.replace(/^/gm, "  | ")}`;
        return new UserError(
          `${owner}: task ${task} failed with exit code ${ended.exitCode} (Job ${namespace}/${name}). ${log}\n` +
            `What ran before is left as it was. Mend the cause and run again.`,
        );
      }
    }
  }
  const reasons = pods.flatMap((pod) => explainPod(pod) ?? []);
  const message = condition?.message ?? "";
  return new UserError([`${what}: ${message}`, ...reasons.map((line) => `  ${line}`)].join("\n"));
}

async function endOfLog(
  cluster: Cluster,
  namespace: string,
  pod: string,
  container: string,
): Promise<string | undefined> {
  try {
    const answer = await cluster.call("GET", `/api/v1/namespaces/${namespace}/pods/${pod}/log`, {
      query: { container, tailLines: String(logLines) },
    });
    return answer.status === 200 && typeof answer.body === "string" && answer.body.trim() !== ""
      ? answer.body.trimEnd()
      : undefined;
  } catch {
    return undefined;
  }
}
