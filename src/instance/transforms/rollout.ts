import type { V1PodSpec } from "@kubernetes/client-node";
import type { KubernetesObject } from "../../kubernetes/objects.js";
import { mapPodSpecs, servicePicks } from "../pods.js";
import type { Transform } from "./types.js";

/** Seconds in which the news that a pod is leaving reaches every proxy, before the pod stops to serve. */
const drainSeconds = 10;
/** Seconds in all that a pod with web requests gets to end them. */
const webGraceSeconds = 60;
/** Seconds that a Celery worker gets to end its task. */
const workerGraceSeconds = 600;

interface DeploymentSpec {
  strategy?: unknown;
  [field: string]: unknown;
}

/**
 * Rollouts that nobody notices: new pods before old ones go, and time for those to end what they do. Deployments with
 * a strategy of their own, such as `Recreate` for those with a volume, are left as they are.
 */
export const smoothRollouts: Transform = (objects) => {
  const services = objects.filter(({ kind }) => kind === "Service");
  const withTime = mapPodSpecs(objects, (spec, object) => {
    const { strategy } = (object.spec ?? {}) as DeploymentSpec;
    if (object.kind !== "Deployment" || strategy !== undefined) {
      return spec;
    }
    const serves = services.some((service) => servicePicks(service, object));
    return serves ? drain(spec) : { terminationGracePeriodSeconds: workerGraceSeconds, ...spec };
  });
  return withTime.map((object) => (object.kind === "Deployment" ? surge(object) : object));
};

function drain(spec: V1PodSpec): V1PodSpec {
  return {
    terminationGracePeriodSeconds: webGraceSeconds,
    ...spec,
    containers: spec.containers.map((container) =>
      container.ports === undefined
        ? container
        : {
            ...container,
            lifecycle: { preStop: { sleep: { seconds: drainSeconds } }, ...container.lifecycle },
          },
    ),
  };
}

function surge(object: KubernetesObject): KubernetesObject {
  const spec = object.spec as DeploymentSpec;
  const strategy = { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } };
  return { ...object, spec: { ...spec, strategy: spec.strategy ?? strategy } };
}
