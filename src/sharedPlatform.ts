import * as pulumi from "@pulumi/pulumi";
import type { PlatformAccess, PlatformContract } from "./cloud/contract.js";
import type { RedisServer } from "./cloud/services.js";
import type { Cloud, CloudAbilities } from "./cloud/types.js";
import type { StackConfig } from "./stack/load.js";
import type { DataServices } from "./data/services.js";
import type { ServicesPlan } from "./data/types.js";
import type { EdgePlan } from "./platform/edge/types.js";
import type { PlatformPlan } from "./platform/plan.js";

export interface SharedPlatformArgs {
  config: StackConfig;
  abilities: CloudAbilities;
  edge: EdgePlan;
  addOns: PlatformPlan;
  services: ServicesPlan;
  cloud: Cloud;
  data: DataServices | undefined;
}

/** The outputs by which stacks with sites build on this one: what it is, in plain, and how it is reached. */
export function sharedPlatform(args: SharedPlatformArgs): {
  contract: PlatformContract;
  access: PlatformAccess;
} {
  const { cloud, data } = args;
  const { mysql, mongodb, redis } = data?.servers ?? {};
  return {
    contract: contractOf(args),
    // Leaf by leaf: in a preview one that is not known yet must not hide the others.
    access: {
      kubeconfig: pulumi.secret(cloud.kubeconfig),
      storageClasses: cloud.storageClasses,
      ...(mysql && { mysql: serverAccess(mysql) }),
      ...(mongodb && { mongodb: serverAccess(mongodb) }),
      ...(redis && { redis: { broker: serverAccess(redis.broker), cache: serverAccess(redis.cache) } }),
    },
  };
}

function serverAccess<Server extends RedisServer>({ host, adminPassword, ca }: Server): Server {
  return {
    host,
    ...(adminPassword !== undefined && { adminPassword: pulumi.secret(adminPassword) }),
    ...(ca !== undefined && { ca }),
  } as Server;
}

function contractOf({ config, abilities, edge, addOns, services }: SharedPlatformArgs): PlatformContract {
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
