import * as pulumi from "@pulumi/pulumi";
import type { PlatformAccess, PlatformContract } from "./cloud/contract.js";
import type { Cloud, CloudAbilities } from "./cloud/types.js";
import type { StackConfig } from "./stack/load.js";
import type { DataServices } from "./data/services.js";
import type { DataService } from "./data/service.js";
import { dataServices, planOf, type ServicesPlan } from "./data/table.js";
import type { ServicePlan } from "./data/types.js";
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
  return {
    contract: contractOf(args),
    // Leaf by leaf: in a preview one that is not known yet must not hide the others.
    access: {
      kubeconfig: pulumi.secret(cloud.kubeconfig),
      storageClasses: cloud.storageClasses,
      ...serversAccess(data?.servers ?? {}),
    },
  };
}

/** The services that the contract has. */
const contracted = Object.entries(dataServices).filter(
  ([, service]: [string, DataService]) => service.isInContract,
);

function serversAccess(servers: DataServices["servers"]): Partial<PlatformAccess> {
  return Object.fromEntries(
    contracted.flatMap(([name]) => (servers[name] ? [[name, serverAccess(servers[name])] as const] : [])),
  );
}

/** Of one server, or of each role that a server of its own has. */
function serverAccess({ ready: _, ...server }: Record<string, unknown>): unknown {
  if (!("host" in server)) {
    return Object.fromEntries(
      Object.entries(server).map(([role, one]) => [role, serverAccess(one as Record<string, unknown>)]),
    );
  }
  const { host, adminPassword, ca } = server;
  return {
    host,
    ...(adminPassword !== undefined && { adminPassword: pulumi.secret(adminPassword) }),
    ...(ca !== undefined && { ca }),
  };
}

function contractOf({ config, abilities, edge, addOns, services }: SharedPlatformArgs): PlatformContract {
  const { tls } = config.edge;
  const shapes = contracted.flatMap(([name]) => {
    const plan = planOf(services, name);
    return plan.mode === "bundled"
      ? []
      : [[name, { ...(plan.shape as object), ...authority(plan) }] as const];
  });
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
      ...(Object.fromEntries(shapes) as Omit<PlatformContract["services"], "namespace">),
    },
  };
}

/** An authority that the config gives comes with the server, for stacks that don't see that config. */
function authority(plan: ServicePlan): { privateCa?: boolean } {
  const address = "address" in plan ? (plan.address as { ca?: string }) : undefined;
  return address?.ca === undefined ? {} : { privateCa: true };
}
