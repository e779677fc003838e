import { setTimeout } from "node:timers/promises";
import type { Cluster, LiveObject } from "../../cluster/cluster.js";
import { containersOf, listPods } from "../../cluster/pods.js";
import { explainJob } from "../../cluster/trouble.js";
import { waitName } from "../../instance/tasks/tasks.js";
import { mapOf } from "../../workspace/yaml.js";
import type { Deployment } from "./deployment.js";

interface LiveJob extends LiveObject {
  status?: { conditions?: { type: string; status: string }[] };
}

/** How long a deployment stays for tasks that talk to the live site, in milliseconds. */
export interface Patience {
  /** While the site does not answer from outside. */
  site: number;
  /** In all. */
  tasks: number;
  /** Between two looks. */
  pause: number;
}

const patience: Patience = { site: 120_000, tasks: 1_800_000, pause: 5_000 };

/**
 * How the tasks ended that talk to the live site. The deployment does not wait for them, since what they need from outside,
 * a name that resolves, may come later; the next one runs anew those that are not done.
 * @returns a warning for each site whose tasks are not done.
 */
export async function liveTaskWarnings(
  { resources }: Deployment,
  cluster: Cluster,
  signal: AbortSignal,
  limits = patience,
): Promise<string[]> {
  const jobs = resources.filter(({ type, delete: isGone }) => type === "kubernetes:batch/v1:Job" && !isGone);
  const live = jobs.flatMap(({ inputs }) => {
    const { name, namespace, labels } = mapOf(mapOf(inputs).metadata);
    const isLive = mapOf(labels)["app.kubernetes.io/component"] === "live";
    return isLive && typeof name === "string" && typeof namespace === "string" ? [{ name, namespace }] : [];
  });
  const found = await Promise.all(
    live.map(({ name, namespace }) => warningOf(cluster, namespace, name, signal, limits)),
  );
  return found.flat();
}

async function warningOf(
  cluster: Cluster,
  namespace: string,
  name: string,
  signal: AbortSignal,
  { site, tasks, pause }: Patience,
): Promise<string[]> {
  const again = "The next `openedx up` or `pulumi up` runs them anew.";
  const what = `${namespace}: the tasks that talk to the live site`;
  const begun = Date.now();
  while (!signal.aborted) {
    const job = await cluster.get<LiveJob>(`/apis/batch/v1/namespaces/${namespace}/jobs/${name}`);
    const is = (type: string): boolean =>
      job?.status?.conditions?.some((each) => each.type === type && each.status === "True") ?? false;
    if (job === undefined) {
      return [
        `${what} are not on the cluster any more. \`openedx refresh\` and \`openedx up\` run them anew.`,
      ];
    }
    if (is("Complete")) {
      return [];
    }
    if (is("Failed")) {
      return [
        [`${what} failed; the site is up. ${again}`, ...(await explainJob(cluster, namespace, name))].join(
          "\n",
        ),
      ];
    }
    const waited = Date.now() - begun;
    if (waited >= site && (await waitsForSite(cluster, namespace, name))) {
      return [
        `${what} wait until its address answers from outside: its name must resolve, and its certificate be there. ` +
          `They wait for an hour on the cluster. ${again}`,
      ];
    }
    if (waited >= tasks) {
      return [`${what} are not done yet (Job ${namespace}/${name}). ${again}`];
    }
    await setTimeout(pause);
  }
  return [];
}

async function waitsForSite(cluster: Cluster, namespace: string, name: string): Promise<boolean> {
  const pods = await listPods(cluster, namespace, `batch.kubernetes.io/job-name=${name}`);
  return pods
    .flatMap(containersOf)
    .some((container) => container.name === waitName && container.state?.running !== undefined);
}
