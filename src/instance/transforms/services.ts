import type { Transform } from "./types.js";

interface ServiceSpec {
  type?: string;
  ports?: Record<string, unknown>[];
  [field: string]: unknown;
}

/** Fields that only a Service with a port on the nodes or a load balancer may have. */
const outsideFields = new Set([
  "allocateLoadBalancerNodePorts",
  "externalTrafficPolicy",
  "healthCheckNodePort",
  "loadBalancerClass",
  "loadBalancerIP",
  "loadBalancerSourceRanges",
]);

/** NodePort and LoadBalancer Services become ClusterIP: the edge takes the traffic, and knows every public host. */
export const closeServices: Transform = (objects) =>
  objects.map((object) => {
    const spec = object.spec as ServiceSpec | undefined;
    if (object.kind !== "Service" || (spec?.type !== "NodePort" && spec?.type !== "LoadBalancer")) {
      return object;
    }
    const kept = Object.entries(spec).filter(([field]) => !outsideFields.has(field));
    return {
      ...object,
      spec: {
        ...Object.fromEntries(kept),
        type: "ClusterIP",
        ports: spec.ports?.map(({ nodePort: _, ...port }) => port),
      },
    };
  });
