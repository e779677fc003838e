import type { V1Container, V1PodSecurityContext, V1PodSpec, V1Volume } from "@kubernetes/client-node";
import type { InitTask } from "../../tutor/types.js";
import { withoutUndefined } from "../pods.js";
import { taskFolders } from "./taskRunner.js";

const scriptsVolume = "task-scripts";
const resultsVolume = "task-results";
const taskMounts = [
  { name: scriptsVolume, mountPath: taskFolders.scripts, readOnly: true },
  { name: resultsVolume, mountPath: taskFolders.results },
];

/** Longest name of a container or volume. */
const maxName = 63;

/** The pod of a task Job, put together from the templates of its tasks. */
export class TaskPod {
  readonly #containers: V1Container[] = [];
  readonly #volumes = new Map<string, V1Volume>();
  #placement: Partial<V1PodSpec> = {};
  #podSecurity: V1PodSecurityContext = {};

  /** Adds a container that must end well before the tasks after it. */
  addBefore(container: V1Container): void {
    this.#containers.push(container);
  }

  /** Adds a task under a name such as `02-lms`, with all that its template brings along. */
  addTask(name: string, { owner }: InitTask, template: V1PodSpec): void {
    const volumeNames = this.#addVolumes(name, template.volumes ?? []);
    const carry = (container: V1Container): V1Container => ({
      ...container,
      ...(container.volumeMounts && {
        volumeMounts: container.volumeMounts.map((mount) => ({
          ...mount,
          name: volumeNames.get(mount.name) ?? mount.name,
        })),
      }),
    });
    for (const helper of template.initContainers ?? []) {
      this.#containers.push({ ...carry(helper), name: `t${name}-${helper.name}`.slice(0, maxName) });
    }
    const [container] = template.containers as [V1Container];
    this.#containers.push(taskContainer(carry(container), name, owner));
    this.#addPlacement(template);
  }

  /** The pod: all tasks so far, and the container that reports on them. */
  finish(scriptsName: string, serviceAccountName: string): V1PodSpec {
    return {
      automountServiceAccountToken: false,
      serviceAccountName,
      ...this.#placement,
      restartPolicy: "Never",
      securityContext: { seccompProfile: { type: "RuntimeDefault" }, ...this.#podSecurity },
      initContainers: this.#containers,
      containers: [reportContainer(this.#containers.at(-1))],
      volumes: [
        ...this.#volumes.values(),
        { name: scriptsVolume, secret: { secretName: scriptsName, defaultMode: 0o444 } },
        { name: resultsVolume, emptyDir: {} },
      ],
    };
  }

  /** Adds the volumes under their names, or under the task's where another one has the name; returns the new names. */
  #addVolumes(task: string, volumes: readonly V1Volume[]): Map<string, string> {
    return new Map(
      volumes.map((volume) => {
        const there = this.#volumes.get(volume.name);
        // Tasks ran in pods of their own: scratch space is nothing that they share.
        const same = volume.emptyDir === undefined && JSON.stringify(there) === JSON.stringify(volume);
        const name = there === undefined || same ? volume.name : `t${task}-${volume.name}`.slice(0, maxName);
        this.#volumes.set(name, { ...volume, name });
        return [volume.name, name];
      }),
    );
  }

  /** Where the pod may run and what it may pull: the sum of what the templates ask for. */
  #addPlacement(template: V1PodSpec): void {
    const { fsGroup, fsGroupChangePolicy, supplementalGroups, sysctls } = template.securityContext ?? {};
    this.#podSecurity = withoutUndefined({
      fsGroup,
      fsGroupChangePolicy,
      supplementalGroups,
      sysctls,
      ...this.#podSecurity,
    });
    const before = this.#placement;
    this.#placement = withoutUndefined({
      affinity: before.affinity ?? template.affinity,
      dnsConfig: before.dnsConfig ?? template.dnsConfig,
      dnsPolicy: before.dnsPolicy ?? template.dnsPolicy,
      priorityClassName: before.priorityClassName ?? template.priorityClassName,
      runtimeClassName: before.runtimeClassName ?? template.runtimeClassName,
      serviceAccountName: before.serviceAccountName ?? template.serviceAccountName,
      nodeSelector: sum(before.nodeSelector, template.nodeSelector),
      hostAliases: union(before.hostAliases, template.hostAliases),
      imagePullSecrets: union(before.imagePullSecrets, template.imagePullSecrets),
      tolerations: union(before.tolerations, template.tolerations),
    });
  }
}

/** Tutor: an empty command stands for the shell; otherwise the image's entrypoint, or the command, is given it. */
function taskContainer(container: V1Container, name: string, owner: string): V1Container {
  const run = ["sh", `${taskFolders.scripts}/run`, name, owner];
  const { command, args: _, ...rest } = container;
  return {
    ...rest,
    name: `t${name}`.slice(0, maxName),
    ...(command?.length === 0 ? { command: run } : { ...(command && { command }), args: run }),
    volumeMounts: [...(container.volumeMounts ?? []), ...taskMounts],
  };
}

/** The main container, the only one whose end a failed Job shows. It uses the last task's image, which is there. */
function reportContainer(last: V1Container | undefined): V1Container {
  return {
    name: "report",
    ...withoutUndefined({
      image: last?.image,
      imagePullPolicy: last?.imagePullPolicy,
      securityContext: last?.securityContext,
    }),
    command: ["sh", `${taskFolders.scripts}/report`, "/dev/termination-log"],
    terminationMessagePolicy: "FallbackToLogsOnError",
    resources: { requests: { cpu: "10m", memory: "32Mi" }, limits: { memory: "128Mi" } },
    volumeMounts: taskMounts,
  };
}

function sum(
  first: Record<string, string> | undefined,
  second: Record<string, string> | undefined,
): Record<string, string> | undefined {
  return first === undefined && second === undefined ? undefined : { ...second, ...first };
}

function union<T>(first: readonly T[] | undefined, second: readonly T[] | undefined): T[] | undefined {
  const all = [...(first ?? []), ...(second ?? [])];
  const distinct = new Map(all.map((item) => [JSON.stringify(item), item]));
  return all.length === 0 ? undefined : [...distinct.values()];
}
