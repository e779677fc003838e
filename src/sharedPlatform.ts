import * as pulumi from "@pulumi/pulumi";
import type { PlatformAccess, PlatformContract } from "./cloud/contract.js";
import type { Cloud } from "./cloud/types.js";
import type { DataServices } from "./data/services.js";
import type { DataService } from "./data/service.js";
import { dataServices, planOf } from "./data/table.js";
import type { ServicePlan } from "./data/types.js";
import type { StackPlan } from "./stack/plan.js";

/** The output by which stacks with sites know how this one's cluster and servers are reached. */
export function platformAccess(cloud: Cloud, servers: DataServices["servers"] = {}): PlatformAccess {
  // Leaf by leaf: in a preview one that is not known yet must not hide the others.
  return {
    kubeconfig: pulumi.secret(cloud.kubeconfig),
    storageClasses: cloud.storageClasses,
    ...serversAccess(servers),
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

/** The output by which stacks with sites build on this one: what it is, in plain. */
export function platformContract({ config, abilities, edge, addOns, services }: StackPlan): PlatformContract {
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
