import type * as pulumi from "@pulumi/pulumi";
import type { CloudRequest } from "../../src/cloud/request.js";
import type { Cloud } from "../../src/cloud/types.js";
import { once } from "../../src/workspace/concurrency.js";
import type { AtlasRequest } from "../atlas/config.js";
import { managedAtlas } from "../atlas/index.js";
import { part } from "../part.js";
import { azureBackup } from "./backup.js";
import { azureCluster } from "./cluster.js";
import type { AzureConfig } from "./config.js";
import { type AzureContext, azureContext } from "./context.js";
import { azureZone } from "./dns.js";
import { workloadIdentities } from "./identity.js";
import { applicationGateway, azureLoadBalancer } from "./loadBalancer.js";
import { azureMySql } from "./mysql.js";
import { azureNetwork } from "./network.js";
import { scheduling } from "./nodes.js";
import { azureObjectStore } from "./objectStore.js";
import { azureRedis } from "./redis.js";
import { azureRegistry } from "./registry.js";
import { azureStorageClasses } from "./storageClasses.js";

/** A network, a cluster and what sites on it need, in one subscription and region of Azure. */
export function azureCloud(
  name: string,
  request: CloudRequest & AtlasRequest,
  config: AzureConfig,
  opts: pulumi.ResourceOptions,
): Cloud {
  return azureContext(name, request, config, opts, (context) => makeCloud(context, request));
}

function makeCloud(context: AzureContext, request: CloudRequest & AtlasRequest): Cloud {
  const { name, settings } = context;
  const gateway = request.edge.controller === "appgw";
  const domain = settings.dns?.zone;
  const network = part(context, "Network", (inside) => azureNetwork(inside, { gateway }));
  const cluster = part(context, "Cluster", (inside) => azureCluster(inside, network));
  const backup = part(context, "Backup", (inside) => azureBackup(inside, network, request.services.backup));
  const dns = domain === undefined ? undefined : part(context, "Dns", (inside) => azureZone(inside, domain));
  const identities = part(context, "Identities", (inside) =>
    workloadIdentities(inside, cluster.issuer, { ...backup.grants, ...dns?.grants }),
  );
  const edge = part(context, "Edge", (inside) => {
    const { loadBalancer, ready } = azureLoadBalancer(inside, cluster);
    const gateway = applicationGateway(inside, network, cluster);
    return { loadBalancer, ...gateway, ready: [...ready, ...gateway.ready] };
  });
  const { registry, ready: mayPull } = part(context, "Registry", (inside) =>
    azureRegistry(inside, cluster.kubelet),
  );
  const atlas = managedAtlas(context, request, { cloud: "AZURE", egressIps: network.egressAddresses });
  return {
    provider: cluster.provider,
    adopting: cluster.adopting,
    kubeconfig: cluster.kubeconfig,
    storageClasses: part(context, "Volumes", (inside) => azureStorageClasses(inside, cluster)),
    // Who made an existing cluster knows what its pools are called.
    ...(settings.existing.cluster === undefined && { scheduling: scheduling(settings.nodes.spot) }),
    ...edge,
    ready: [...cluster.ready, ...mayPull, ...edge.ready],
    ...(dns && { dns: dns.facts(identities) }),
    identity: identities.bind,
    registry,
    backup: backup.store,
    managed: {
      mysql: once(() =>
        part(context, "MySql", (inside) =>
          azureMySql(inside, network, cluster, request.credentials.mysql?.adminPassword),
        ),
      ),
      redis: once(() => part(context, "Redis", (inside) => azureRedis(inside, network))),
      ...atlas.managed,
      objectStore: (wanted) =>
        part(context, "ObjectStore", (inside) => azureObjectStore(inside, identities, wanted), {
          name: `${name}-site-${wanted.instance}`,
          earlier: `${name}-${wanted.instance}`,
        }),
    },
    accounts: { ...atlas.accounts },
  };
}
