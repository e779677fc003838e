import { type KubernetesObject, textsOf } from "../../kubernetes/objects.js";
import { type CarriedObject, podOf, unknown } from "../objects.js";
import { quantity } from "../../kubernetes/quantity.js";
import { mapOf, mapsOf } from "../../workspace/yaml.js";

/** Amounts by the names that quotas have for them: `requests.cpu` in cores, `requests.memory` in bytes, `pods`, … */
export type Demand = Record<string, number>;

export interface ObjectDemand {
  /** While all is as declared. */
  always: Demand;
  /** With its autoscaler at the maximum, where it has one. */
  scaled?: Demand;
  /** Of a Job: it runs and goes. */
  job?: Demand;
  /** By resource, the containers that do not say how much they need. */
  unsaid: Record<string, string[]>;
  /** Whether some amount is not known before the deployment. */
  unknown: boolean;
}

export function addDemand(demands: readonly Demand[]): Demand {
  const sum: Demand = {};
  for (const [name, amount] of demands.flatMap((demand) => Object.entries(demand))) {
    sum[name] = (sum[name] ?? 0) + amount;
  }
  return sum;
}

function times(demand: Demand, count: number): Demand {
  return Object.fromEntries(Object.entries(demand).map(([name, amount]) => [name, amount * count]));
}

const measured = ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"] as const;

/** What a container asks for; a limit alone counts as the request, as Kubernetes does it. */
function containerAmount(container: Record<string, unknown>, resource: string): number | undefined {
  const [kind = "", name = ""] = resource.split(".");
  const resources = mapOf(container.resources);
  const given = quantity(mapOf(resources[kind])[name]);
  return given ?? (kind === "requests" ? quantity(mapOf(resources.limits)[name]) : undefined);
}

/** What a pod asks for: its containers together, or the largest of those that run before them. */
function podDemand(pod: Record<string, unknown>): Demand {
  const [before, together] = [mapsOf(pod.initContainers), mapsOf(pod.containers)];
  const sidecars = before.filter(({ restartPolicy }) => restartPolicy === "Always");
  const amounts = measured.map((resource) => {
    const amount = (container: Record<string, unknown>): number => containerAmount(container, resource) ?? 0;
    const running = [...together, ...sidecars].reduce((sum, container) => sum + amount(container), 0);
    return [resource, Math.max(running, ...before.map(amount))] as const;
  });
  return { ...Object.fromEntries(amounts), pods: 1 };
}

function unsaidBy(label: string, pod: Record<string, unknown>): Record<string, string[]> {
  const containers = [...mapsOf(pod.initContainers), ...mapsOf(pod.containers)];
  return Object.fromEntries(
    measured.map((resource) => [
      resource,
      containers
        .filter((container) => containerAmount(container, resource) === undefined)
        .map(({ name }) => `${label}/${textsOf(name)[0] ?? "?"}`),
    ]),
  );
}

/** The highest number of pods that an autoscaler may make of a workload. */
function maximumOf(
  { kind, metadata }: KubernetesObject,
  neighbours: readonly CarriedObject[],
): number | undefined {
  const scalers = neighbours.flatMap(({ object }) => {
    const { scaleTargetRef, maxReplicas, maxReplicaCount } = mapOf(object.spec);
    const target = mapOf(scaleTargetRef);
    return target.name === metadata.name && (target.kind ?? "Deployment") === kind
      ? [quantity(maxReplicas ?? maxReplicaCount) ?? 0]
      : [];
  });
  return scalers.length === 0 ? undefined : Math.max(...scalers);
}

/** What one object adds to what its namespace uses. `neighbours` are all objects of the namespace. */
export function demandOf(object: KubernetesObject, neighbours: readonly CarriedObject[]): ObjectDemand {
  const { kind } = object;
  const spec = mapOf(object.spec);
  const pod = podOf(object);
  if (kind === "PersistentVolumeClaim") {
    return { always: claimDemand(spec), unsaid: {}, unknown: false };
  }
  if (pod === undefined || kind === "DaemonSet") {
    return { always: {}, unsaid: {}, unknown: false }; // a DaemonSet's pods are as many as nodes
  }
  const one = podDemand(pod);
  const common = {
    unsaid: unsaidBy(`${kind}/${object.metadata.name}`, pod),
    unknown: spec.replicas === unknown,
  };
  if (kind === "Job" || kind === "CronJob") {
    return { ...common, always: {}, job: times(one, quantity(spec.parallelism) ?? 1) };
  }
  const claims = addDemand(mapsOf(spec.volumeClaimTemplates).map((claim) => claimDemand(mapOf(claim.spec))));
  const replica = addDemand([one, claims]);
  const replicas = kind === "Pod" ? 1 : (quantity(spec.replicas) ?? 1);
  const maximum = maximumOf(object, neighbours);
  return {
    ...common,
    always: times(replica, replicas),
    ...(maximum !== undefined && { scaled: times(replica, Math.max(maximum, replicas)) }),
  };
}

function claimDemand(spec: Record<string, unknown>): Demand {
  const storage = quantity(mapOf(mapOf(spec.resources).requests).storage) ?? 0;
  return { persistentvolumeclaims: 1, "requests.storage": storage };
}
