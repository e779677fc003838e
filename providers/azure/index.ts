import type * as pulumi from "@pulumi/pulumi";
import type { MySqlServer, RedisServers } from "../../src/cloud/services.js";
import type { Cloud } from "../../src/cloud/types.js";
import type { StackConfig } from "../../src/config/load.js";
import { azureBackup } from "./backup.js";
import { azureCluster } from "./cluster.js";
import { azureContext, part } from "./context.js";
import { azureDns, azureZone, zoneGrants } from "./dns.js";
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
  const { edge, credentials } = stackConfig;
  const network = azureNetwork(part(context, "Network"), { gateway: edge.controller === "appgw" });
  const cluster = azureCluster(part(context, "Cluster"), network);
  const backup = azureBackup(part(context, "Backup"), network, cluster);
  const dns = part(context, "Dns");
  const zone = azureZone(dns);
  const identities = workloadIdentities(part(context, "Identities"), cluster.issuer, {
    ...backup.grants,
    ...(zone && zoneGrants(dns, zone)),
  });
  const edgePart = part(context, "Edge");
  let mysql: MySqlServer | undefined;
  let redis: RedisServers | undefined;
  return {
    provider: cluster.provider,
    kubeconfig: cluster.kubeconfig,
    ready: cluster.ready,
    storageClasses: storageClasses(part(context, "Volumes"), cluster),
    // Who made an existing cluster knows what its pools are called.
    ...(config.existing.cluster === undefined && { scheduling: scheduling(config.nodes.spot) }),
    loadBalancer: azureLoadBalancer(edgePart, cluster),
    ...applicationGateway(edgePart, network, cluster, edge.gateway.namespace),
    ...(zone && { dns: azureDns(dns, zone, identities) }),
    identity: identities.bind,
    registry: azureRegistry(part(context, "Registry"), cluster.kubelet),
    backup: backup.store,
    managed: {
      mysql: () => (mysql ??= azureMySql(part(context, "MySql"), network, credentials.mysql?.adminPassword)),
      redis: () => (redis ??= azureRedis(part(context, "Redis"), network)),
      objectStore: (request) =>
        azureObjectStore(part(context, "ObjectStore", `${name}-${request.instance}`), identities, request),
    },
  };
}
