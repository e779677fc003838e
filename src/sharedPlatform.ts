import * as pulumi from "@pulumi/pulumi";
import type { PlatformAccess, PlatformContract } from "./cloud/contract.js";
import type { RedisServer } from "./cloud/services.js";
import type { Cloud } from "./cloud/types.js";
import type { DataServices } from "./data/services.js";
import type { StackPlan } from "./stack/plan.js";

/** The output by which stacks with sites know how this one's cluster and servers are reached. */
export function platformAccess(cloud: Cloud, servers: Partial<DataServices["servers"]> = {}): PlatformAccess {
  const { mysql, mongodb, redis } = servers;
  // Leaf by leaf: in a preview one that is not known yet must not hide the others.
  return {
    kubeconfig: pulumi.secret(cloud.kubeconfig),
    storageClasses: cloud.storageClasses,
    ...(mysql && { mysql: serverAccess(mysql) }),
    ...(mongodb && { mongodb: serverAccess(mongodb) }),
    ...(redis && { redis: { broker: serverAccess(redis.broker), cache: serverAccess(redis.cache) } }),
  };
}

function serverAccess<Server extends RedisServer>({ host, adminPassword, ca }: Server): Server {
  return {
    host,
    ...(adminPassword !== undefined && { adminPassword: pulumi.secret(adminPassword) }),
    ...(ca !== undefined && { ca }),
  } as Server;
}

/** The output by which stacks with sites build on this one: what it is, in plain. */
export function platformContract({ config, abilities, edge, addOns, services }: StackPlan): PlatformContract {
  const { tls } = config.edge;
  const { mysql, mongodb, redis } = services;
  return {
    version: 1,
    edge: {
      ...config.edge,
      // The issuer is there once for the whole cluster.
      tls:
        edge.issuer.kind === "none" ? tls : { ...tls, issuer: "existing", clusterIssuer: edge.issuer.name },
    },
    issuer: edge.issuer.kind,
    ...(abilities.kubernetesVersion && { kubernetesVersion: abilities.kubernetesVersion }),
    edgeControllers: [...abilities.edgeControllers],
    ...(abilities.loadBalancerCidrs && { loadBalancerCidrs: [...abilities.loadBalancerCidrs] }),
    dns: abilities.dns,
    addOns: addOns.namespaces,
    services: {
      namespace: services.namespace,
      ...(mysql.mode !== "bundled" && { mysql: { ...mysql.shape, ...authority(mysql) } }),
      ...(mongodb.mode !== "bundled" && { mongodb: { ...mongodb.shape, ...authority(mongodb) } }),
      ...(redis.mode !== "bundled" && { redis: { ...redis.shape, ...authority(redis) } }),
    },
  };
}

/** An authority that the config gives comes with the server, for stacks that don't see that config. */
function authority(plan: { mode: string; address?: { ca?: string } }): { privateCa?: boolean } {
  return plan.address?.ca === undefined ? {} : { privateCa: true };
}
