import type { Json, KubernetesObject } from "../kubernetes/objects.js";
import { mapOf } from "../workspace/yaml.js";
import { isList } from "./properties.js";
import type { Side } from "./side.js";
import { taskRuns } from "./tasks.js";
import type { InstanceImpact } from "./types.js";

/** Keys of secret settings that changed in config.yml or the stack's file, by instance: no plan holds their values. */
export type ChangedSecrets = Readonly<Record<string, readonly string[]>>;

/** Plugin of this program, which no config.yml names. */
const ownPlugin = "openedx_pulumi";

/** What happens to each instance that is touched, by name. */
export function instanceImpacts(before: Side, after: Side, secrets: ChangedSecrets): InstanceImpact[] {
  const names = [...new Set([...before.instances.keys(), ...after.instances.keys()])].sort();
  return names
    .map((name) => impactOf(name, before, after, secrets[name] ?? []))
    .filter((impact) => !isUntouched(impact));
}

function impactOf(
  instance: string,
  before: Side,
  after: Side,
  changedSecrets: readonly string[],
): InstanceImpact {
  const [old, fresh] = [before.instances.get(instance), after.instances.get(instance)];
  const kind = old === undefined ? "create" : fresh === undefined ? "delete" : "update";
  const workloads: [Workloads, Workloads] = [before.workloadsOf(instance), after.workloadsOf(instance)];
  const rolled = kind === "update" ? rolledWorkloads(...workloads) : [];
  const interrupted = kind === "update" ? downtimeOf(...workloads, rolled) : [];
  const tasks = taskRuns(instance, before, after);
  const [was, is] = [old?.inputs ?? {}, fresh?.inputs ?? {}];
  return {
    instance,
    kind,
    downtime: interrupted,
    rolls: rolled.filter((name) => !interrupted.some(({ workload }) => workload === name)),
    tasks,
    migrations: tasks.some(({ phase }) => phase === "init"),
    images: kind === "update" ? imageChanges(...workloads) : [],
    hosts: {
      added: texts(is.hosts).filter((host) => !texts(was.hosts).includes(host)),
      removed: texts(was.hosts).filter((host) => !texts(is.hosts).includes(host)),
    },
    replicas: kind === "update" ? replicaChanges(...workloads) : [],
    settings: kind === "update" ? settingChanges(was.settings, is.settings, changedSecrets) : [],
    versions: versionChanges(was, is),
  };
}

function isUntouched({ kind, ...rest }: InstanceImpact): boolean {
  const { downtime, rolls, tasks, images, hosts, replicas, settings, versions } = rest;
  const lists = [downtime, rolls, tasks, images, hosts.added, hosts.removed, replicas, settings, versions];
  return kind === "update" && lists.every((list) => list.length === 0);
}

type Workloads = ReadonlyMap<string, KubernetesObject>;

interface WorkloadSpec {
  replicas?: number;
  strategy?: { type?: string; rollingUpdate?: { maxUnavailable?: number | string } };
  template?: unknown;
}

function specOf(object: KubernetesObject | undefined): WorkloadSpec {
  return object?.spec ?? {};
}

/** Those on both sides whose pods are others. */
function rolledWorkloads(before: Workloads, after: Workloads): string[] {
  return [...before]
    .filter(([name, object]) => {
      const fresh = after.get(name);
      return (
        fresh !== undefined &&
        fresh.kind !== "CronJob" &&
        JSON.stringify(specOf(object).template) !== JSON.stringify(specOf(fresh).template)
      );
    })
    .map(([name]) => name)
    .sort();
}

function downtimeOf(
  before: Workloads,
  after: Workloads,
  rolled: readonly string[],
): InstanceImpact["downtime"] {
  return [...before]
    .filter(([, { kind }]) => kind !== "CronJob")
    .flatMap(([workload, object]) => {
      const reason = interruption(object, after.get(workload), rolled.includes(workload));
      return reason === undefined ? [] : [{ workload, reason }];
    })
    .sort((a, b) => (a.workload < b.workload ? -1 : 1));
}

/** Why a change interrupts a workload; undefined: it doesn't, or the new pods are ready before the old ones go. */
function interruption(
  before: KubernetesObject,
  after: KubernetesObject | undefined,
  rolled: boolean,
): string | undefined {
  if (after === undefined) {
    return "it is removed";
  }
  const { replicas = 1, strategy } = specOf(after);
  if (replicas === 0) {
    return specOf(before).replicas === 0 ? undefined : "it is scaled to no pods";
  }
  if (!rolled) {
    return undefined;
  }
  if (after.kind === "StatefulSet") {
    return replicas < 2 ? "it has one pod, which is stopped first" : undefined;
  }
  if (after.kind !== "Deployment") {
    return undefined;
  }
  if (strategy?.type === "Recreate") {
    return "its pods stop before the new ones start";
  }
  return podsMissed(strategy?.rollingUpdate?.maxUnavailable, replicas) >= replicas
    ? "all of its pods may stop before new ones are ready"
    : undefined;
}

/** How many pods may be missed meanwhile. A share is rounded down, as Kubernetes does; its default is 25 %. */
function podsMissed(maxUnavailable: number | string = "25%", replicas: number): number {
  return typeof maxUnavailable === "number"
    ? maxUnavailable
    : Math.floor((Number.parseInt(maxUnavailable, 10) / 100) * replicas);
}

function imageChanges(before: Workloads, after: Workloads): InstanceImpact["images"] {
  const changes = new Map<string, InstanceImpact["images"][number]>();
  for (const [workload, object] of before) {
    const fresh = new Map(containersOf(after.get(workload)).map(({ name, image }) => [name, image]));
    for (const { name, image } of containersOf(object)) {
      const other = fresh.get(name);
      if (other !== undefined && other !== image) {
        const key = `${image} ${other}`;
        const change = changes.get(key) ?? { before: image, after: other, workloads: [] };
        changes.set(key, { ...change, workloads: [...change.workloads, workload] });
      }
    }
  }
  return [...changes.values()];
}

interface Container {
  name: string;
  image: string;
}

function containersOf(object: KubernetesObject | undefined): Container[] {
  const template = specOf(object).template as
    { spec?: { containers?: Container[]; initContainers?: Container[] } } | undefined;
  return [...(template?.spec?.initContainers ?? []), ...(template?.spec?.containers ?? [])];
}

function replicaChanges(before: Workloads, after: Workloads): InstanceImpact["replicas"] {
  return [...before].flatMap(([workload, object]) => {
    const fresh = after.get(workload);
    const [was, is] = [specOf(object).replicas, specOf(fresh).replicas];
    return fresh === undefined || was === is ? [] : [{ workload, before: was, after: is }];
  });
}

function settingChanges(
  before: unknown,
  after: unknown,
  secrets: readonly string[],
): InstanceImpact["settings"] {
  const [was, is] = [ownSettings(before), ownSettings(after)];
  const plain = [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .filter((key) => JSON.stringify(was[key]) !== JSON.stringify(is[key]))
    .map((key) => ({
      key,
      ...(was[key] !== undefined && { before: was[key] }),
      ...(is[key] !== undefined && { after: is[key] }),
      secret: false,
    }));
  const hidden = secrets.map((key) => ({ key, secret: true }));
  return [...plain, ...hidden].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function ownSettings(value: unknown): Record<string, Json> {
  const settings = mapOf(value) as Record<string, Json>;
  return Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [
      key,
      key === "PLUGINS" && isList(setting) ? setting.filter((plugin) => plugin !== ownPlugin) : setting,
    ]),
  );
}

function versionChanges(
  was: Record<string, unknown>,
  is: Record<string, unknown>,
): InstanceImpact["versions"] {
  const versions = (inputs: Record<string, unknown>): Record<string, unknown> => ({
    ...(inputs.tutor !== undefined && { Tutor: inputs.tutor }),
    ...(inputs.openEdx !== undefined && { "Open edX": inputs.openEdx }),
    ...Object.fromEntries(
      Object.entries(mapOf(inputs.plugins)).map(([name, version]) => [`plugin ${name}`, version]),
    ),
  });
  const [before, after] = [versions(was), versions(is)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((what) => {
    const [one, other] = [before[what], after[what]];
    return one === other
      ? []
      : [
          {
            what,
            ...(typeof one === "string" && { before: one }),
            ...(typeof other === "string" && { after: other }),
          },
        ];
  });
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}
