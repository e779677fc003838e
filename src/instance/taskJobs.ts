import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { type KubernetesObject, mapStrings } from "../kubernetes/objects.js";
import { digest } from "../workspace/digest.js";
import { type ConfigNames, hashLength, withConfigNames } from "./configResources.js";
import { idIn } from "./configObject.js";
import { podTemplateOf } from "./pods.js";
import type { Phase } from "./tasks.js";

export interface TaskJobResourceArgs {
  instance: string;
  namespace: pulumi.Input<string>;
  phase: Phase;
  /** As `buildTaskJob` makes it, bound. */
  job: KubernetesObject;
  names: ConfigNames;
  timeoutSeconds: number;
}

/** More seconds than Kubernetes gives the Job, so that it is Kubernetes that ends it and says why. */
const slackSeconds = 120;

/** A Job named by the hash of what it runs: it is made, and runs, exactly when something that it depends on changed. */
export function createTaskJob(
  args: TaskJobResourceArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.batch.v1.Job {
  const { job, names, namespace } = args;
  const { resource, name } = namesOf(args);
  return new k8s.batch.v1.Job(
    resource,
    {
      metadata: { ...job.metadata, name, namespace },
      spec: withConfigNames(job.spec, names) as pulumi.Input<k8s.types.input.batch.v1.JobSpec>,
    },
    {
      ...opts,
      customTimeouts: { create: `${args.timeoutSeconds + slackSeconds}s` },
    },
  );
}

/**
 * The names of the resource and of its Job. As with config objects, each content is a resource of its own, without an
 * alias: what a failed deployment left of another one is not in the way when a change is turned back.
 */
function namesOf({ instance, phase, job, names }: TaskJobResourceArgs): {
  resource: string;
  name: pulumi.Output<string>;
} {
  const spec = podTemplateOf(job)?.spec;
  const ids = new Set<string>();
  mapStrings<unknown>(spec, (text) => {
    const id = idIn(text);
    if (id !== undefined) {
      ids.add(id);
    }
    return text;
  });
  const text = JSON.stringify(spec);
  const read = [...ids].flatMap((id) => names.get(id) ?? []);
  const named = (hashes: string[]): string =>
    `${instance}-${phase}-${digest(text, ...hashes).slice(0, hashLength)}`;
  return {
    resource: named(read.map(({ version }) => version)),
    // The names of config objects are hashes of their content: scripts, settings and secrets all count.
    name: pulumi.all(read.map(({ name }) => name)).apply(named),
  };
}
