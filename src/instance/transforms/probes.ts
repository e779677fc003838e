import type { V1Container, V1HTTPGetAction, V1Probe } from "@kubernetes/client-node";
import { dataWorkloads } from "../../data/factsTable.js";
import { mapPodSpecs } from "../pods.js";
import type { Transform } from "./types.js";

/** Kinds whose pods run until they are told to stop. */
const servers = new Set(["Deployment", "StatefulSet", "DaemonSet"]);

/** Django sites of the platform: /heartbeat looks at MySQL and the modulestore; the Host must be an allowed one. */
const platform = new Set(["lms", "cms"]);

/** Seconds that a container may take until it listens. */
const defaultStart = 300;

/**
 * Probes for containers that have a port and none of their own.
 *
 * Startup gives time and holds the others back. Liveness is by TCP, since a busy site must not be killed for answering
 * slowly. Readiness of the platform's sites asks /heartbeat, of all else TCP: a health page that needs migrations or a
 * live LMS would hold up the very rollout that it waits for.
 */
export const addProbes: Transform = (objects) =>
  mapPodSpecs(objects, (spec, object) =>
    servers.has(object.kind) ? { ...spec, containers: spec.containers.map(withProbes) } : spec,
  );

function withProbes(container: V1Container): V1Container {
  const port = container.ports?.find(({ protocol = "TCP" }) => protocol === "TCP")?.containerPort;
  if (port === undefined) {
    return container;
  }
  const tcpSocket = { port };
  const ready: V1Probe = platform.has(container.name)
    ? { httpGet: heartbeat(container.name, port) }
    : { tcpSocket };
  const startupSeconds = dataWorkloads[container.name]?.startSeconds ?? defaultStart;
  return {
    ...container,
    // A container with a probe of its own for anything starts as that one says.
    ...(container.livenessProbe === undefined &&
      container.startupProbe === undefined && {
        startupProbe: { ...ready, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: startupSeconds / 5 },
      }),
    readinessProbe: container.readinessProbe ?? {
      ...ready,
      periodSeconds: 15,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    livenessProbe: container.livenessProbe ?? {
      tcpSocket,
      periodSeconds: 30,
      timeoutSeconds: 3,
      failureThreshold: 3,
    },
  };
}

function heartbeat(host: string, port: number): V1HTTPGetAction {
  return { path: "/heartbeat", port, httpHeaders: [{ name: "Host", value: host }] };
}
