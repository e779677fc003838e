import type * as pulumi from "@pulumi/pulumi";
import { once } from "../../src/workspace/concurrency.js";
import type { Cloud } from "../../src/cloud/types.js";
import type { StackConfig } from "../../src/stack/load.js";
import { createAtlas } from "../atlas/index.js";
import { azureBackup } from "./backup.js";
import { azureCluster } from "./cluster.js";
import { azureContext, part } from "./context.js";
import { azureZone } from "./dns.js";
import { applicationGateway, azureLoadBalancer } from "./edge.js";
import { workloadIdentities } from "./identity.js";
import { azureMySql } from "./mysql.js";
import { azureNetwork } from "./network.js";
import { scheduling } from "./nodes.js";
import { azureObjectStore } from "./objectStore.js";
import { azureRedis } from "./redis.js";
import { azureRegistry } from "./registry.js";
import { storageClasses } from "./storageClasses.js";

/** A network, a cluster and what sites on it need, in one subscription and region of Azure. */
export function azureCloud(name: string, stackConfig: StackConfig, opts: pulumi.ResourceOptions): Cloud {
  const context = azureContext(name, stackConfig, opts);
  const { config } = context;
  const { atlas, edge, credentials } = stackConfig;
  const network = azureNetwork(part(context, "Network"), { gateway: edge.controller === "appgw" });
  const cluster = azureCluster(part(context, "Cluster"), network);
  const backup = azureBackup(part(context, "Backup"), network, cluster);
  const dns = config.dns && azureZone(part(context, "Dns"), config.dns.zone);
  const identities = workloadIdentities(part(context, "Identities"), cluster.issuer, {
    ...backup.grants,
    ...dns?.grants,
  });
  const edgePart = part(context, "Edge");
  return {
    provider: cluster.provider,
    adopting: cluster.adopting,
    kubeconfig: cluster.kubeconfig,
    ready: cluster.ready,
    storageClasses: storageClasses(part(context, "Volumes"), cluster),
    // Who made an existing cluster knows what its pools are called.
    ...(config.existing.cluster === undefined && { scheduling: scheduling(config.nodes.spot) }),
    loadBalancer: azureLoadBalancer(edgePart, cluster),
    ...applicationGateway(edgePart, network, cluster),
    ...(dns && { dns: dns.facts(identities) }),
    identity: identities.bind,
    registry: azureRegistry(part(context, "Registry"), cluster.kubelet),
    backup: backup.store,
    managed: {
      mysql: once(() => azureMySql(part(context, "MySql"), network, credentials.mysql?.adminPassword)),
      redis: once(() => azureRedis(part(context, "Redis"), network)),
      ...(atlas !== undefined && {
        mongodb: once(() =>
          createAtlas(stackConfig, {
            name: context.base,
            cloud: "AZURE",
            region: atlas.region ?? "",
            preset: config.preset,
            egressIps: network.egressAddress === undefined ? [] : [network.egressAddress],
            randomProvider: context.randomProvider,
            opts: { parent: context.opts.parent },
          }),
        ),
      }),
      objectStore: (request) =>
        azureObjectStore(part(context, "ObjectStore", `${name}-${request.instance}`), identities, request),
    },
  };
}
