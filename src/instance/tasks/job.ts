import { partOf, undisturbed } from "../../kubernetes/conventions.js";
import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import type { KubernetesObject } from "../../kubernetes/objects.js";
import type { InitTask } from "../../tutor/types.js";
import { UserError } from "../../workspace/errors.js";
import { imageName, images } from "../../workspace/versions.js";
import { podTemplateOf } from "../pods.js";
import { TaskPod } from "./taskPod.js";
import { reportScript, runScript, taskFolders } from "./taskRunner.js";
import { type Phase, waitName } from "./tasks.js";

export interface TaskJobArgs {
  /** Names the Job until it is bound, and its scripts' Secret. */
  phase: Phase;
  tasks: readonly InitTask[];
  /** Tutor's `<service>-job` objects, by name. */
  jobTemplates: ReadonlyMap<string, KubernetesObject>;
  /** For messages and labels. */
  instance: string;
  serviceAccount: string;
  /** The most seconds that the Job may take. */
  timeoutSeconds: number;
  /** What must answer before the first task of `live`. Default: nothing. */
  site?: Site;
}

/** How the site is reached from outside. */
interface Site {
  url: string;
  /** Its certificate is to be of an authority that clients know. */
  hasKnownAuthority: boolean;
}

/** Seconds that the Job of `live` waits for the site: a zone that is new must be delegated first, by hand. */
const siteSeconds = 3600;

/** A Job that is yet to be bound, and the Secret with its scripts. */
export interface TaskJob {
  job: KubernetesObject;
  scripts: KubernetesObject;
}

/**
 * One Job that runs the tasks in their order, each as an init container made from Tutor's `<service>-job`, so that
 * whatever plugins patched there holds.
 *
 * The image's entrypoint is kept, as Tutor does, unless the template's command is `[]`. The scripts are files: arguments
 * would show them to all who may read Jobs, and Kubernetes would rewrite `$$` and `$(NAME)` in them.
 * @throws UserError for a task whose service has no Job, or one of a shape that can't be part of a pod.
 */
export function buildTaskJob(args: TaskJobArgs): TaskJob {
  const { phase } = args;
  const scriptsName = `${phase}-tasks`;
  const pod = new TaskPod();
  const isLive = phase === "live";
  if (isLive && args.site !== undefined) {
    pod.addBefore(waitContainer(args.site));
  }
  const scripts: Record<string, string> = {
    run: runScript(taskFolders),
    report: reportScript(taskFolders),
  };
  args.tasks.forEach((task, index) => {
    const name = `${String(index + 1).padStart(2, "0")}-${task.service}`;
    scripts[`${name}.sh`] = `${task.script}\n`;
    pod.addTask(name, task, templateOf(task, args));
  });
  const labels = {
    "app.kubernetes.io/name": "openedx-tasks",
    "app.kubernetes.io/instance": args.instance,
    "app.kubernetes.io/component": phase,
    ...partOf,
  };
  const job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: phase,
      labels,
      // A Job that failed is run again by the next update; its name stays the same while its input does.
      annotations: {
        "pulumi.com/replaceUnready": "true",
        // The site is up without them: nothing that they need from outside makes a deployment fail.
        ...(isLive && {
          "pulumi.com/skipAwait": "true",
          // Not awaited either, a deletion must be done when it returns: the next Job has the same name.
          "pulumi.com/deletionPropagationPolicy": "background",
        }),
      },
    },
    spec: {
      backoffLimit: 1,
      activeDeadlineSeconds: args.timeoutSeconds + (isLive ? siteSeconds : 0),
      template: {
        metadata: { labels, annotations: undisturbed },
        spec: pod.finish(scriptsName, args.serviceAccount),
      },
    },
  };
  return {
    job,
    scripts: { apiVersion: "v1", kind: "Secret", metadata: { name: scriptsName }, stringData: scripts },
  };
}

/** Ends when the site's name resolves and its LMS answers. */
function waitContainer({ url, hasKnownAuthority }: Site): V1Container {
  const options = `--silent --show-error --fail --output /dev/null --max-time 10${hasKnownAuthority ? "" : " --insecure"}`;
  return {
    name: waitName,
    image: imageName(images.curl),
    command: ["sh", "-c", `until curl ${options} "$URL"; do sleep 10; done`],
    env: [{ name: "URL", value: `${url}/heartbeat` }],
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      runAsNonRoot: true,
      runAsUser: 100,
    },
  };
}

function templateOf(task: InitTask, { instance, jobTemplates }: TaskJobArgs): V1PodSpec {
  const name = `${task.service}-job`;
  const template = jobTemplates.get(name);
  const where = `instance ${instance}: the init task of ${task.owner} for the service ${task.service}`;
  if (template === undefined) {
    throw new UserError(
      `${where} has no Job "${name}" among the manifests. ` +
        "The plugin must add it by the patch k8s-jobs, or the plugin with that service must be enabled.",
    );
  }
  const spec = podTemplateOf(template)?.spec;
  if (spec?.containers.length !== 1) {
    throw new UserError(
      `${where} can't run: the Job "${name}" has ${spec?.containers.length ?? 0} containers, and one is needed. ` +
        "What shall run beside the task belongs among its initContainers, with restartPolicy: Always.",
    );
  }
  return spec;
}
