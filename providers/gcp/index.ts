import type * as pulumi from "@pulumi/pulumi";
import { once } from "../../src/workspace/concurrency.js";
import type { Cloud } from "../../src/cloud/types.js";
import type { StackConfig } from "../../src/stack/load.js";
import { createAtlas } from "../atlas/index.js";
import { gcpBackup } from "./backup.js";
import { gcpCluster } from "./cluster.js";
import { gcpContext, part } from "./context.js";
import { gcpZone } from "./dns.js";
import { workloadIdentities } from "./identity.js";
import { gcpKeys } from "./keys.js";
import { gcpLoadBalancer } from "./loadBalancer.js";
import { gcpMySql } from "./mysql.js";
import { gcpNetwork } from "./network.js";
import { scheduling } from "./nodes.js";
import { gcpObjectStore } from "./objectStore.js";
import { gcpRedis } from "./redis.js";
import { gcpRegistry } from "./registry.js";
import { customRoles } from "./roles.js";
import { storageClasses } from "./storageClasses.js";

/** A network, a cluster and what sites on it need, in one project and region of Google Cloud. */
export function gcpCloud(name: string, stackConfig: StackConfig, opts: pulumi.ResourceOptions): Cloud {
  const context = gcpContext(name, stackConfig, opts);
  const { config } = context;
  const { atlas, edge, credentials } = stackConfig;
  const keys = gcpKeys(part(context, "Keys"));
  const roles = customRoles(part(context, "Roles"));
  const network = gcpNetwork(part(context, "Network"));
  const cluster = gcpCluster(part(context, "Cluster"), network, keys);
  const backup = gcpBackup(part(context, "Backup"), keys, roles);
  const zone = config.dns && gcpZone(part(context, "Dns"), roles, config.dns.zone);
  const identities = workloadIdentities(part(context, "Identities"), cluster.identityPool, roles, {
    ...backup.grants,
    ...zone?.grants,
  });
  const loadBalancer = gcpLoadBalancer(part(context, "Edge"), edge.controller);
  return {
    provider: cluster.provider,
    adopting: cluster.adopting,
    kubeconfig: cluster.kubeconfig,
    ready: cluster.ready,
    storageClasses: storageClasses(part(context, "Volumes"), cluster, { network, keys }),
    // Who made an existing cluster knows what its pools are called.
    ...(config.existing.cluster === undefined && { scheduling: scheduling(config.nodes.spot) }),
    ...(loadBalancer && { loadBalancer }),
    ...(zone && { dns: zone.facts }),
    identity: identities.bind,
    registry: gcpRegistry(part(context, "Registry"), cluster, keys),
    backup: backup.store,
    managed: {
      mysql: once(() => gcpMySql(part(context, "MySql"), network, keys, credentials.mysql?.adminPassword)),
      redis: once(() => gcpRedis(part(context, "Redis"), network, keys)),
      ...(atlas !== undefined && {
        mongodb: once(() =>
          createAtlas(stackConfig, {
            name: context.base,
            cloud: "GCP",
            region: atlas.region ?? "",
            preset: config.preset,
            egressIps: network.egressAddresses,
            randomProvider: context.randomProvider,
            opts: { parent: context.opts.parent },
          }),
        ),
      }),
      objectStore: (request) =>
        gcpObjectStore(
          part(context, "ObjectStore", `${name}-${request.instance}`),
          { identities, keys, roles },
          request,
        ),
    },
  };
}
