import type * as pulumi from "@pulumi/pulumi";
import type { CloudRequest } from "../../src/cloud/request.js";
import type { Cloud } from "../../src/cloud/types.js";
import { once } from "../../src/workspace/concurrency.js";
import type { AtlasRequest } from "../atlas/config.js";
import { managedAtlas } from "../atlas/index.js";
import { part } from "../part.js";
import { gcpBackup } from "./backup.js";
import { gcpCluster } from "./cluster.js";
import type { GcpConfig } from "./config.js";
import { type GcpContext, gcpContext } from "./context.js";
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
import { gcpStorageClasses } from "./storageClasses.js";

/** A network, a cluster and what sites on it need, in one project and region of Google Cloud. */
export function gcpCloud(
  name: string,
  request: CloudRequest & AtlasRequest,
  config: GcpConfig,
  opts: pulumi.ResourceOptions,
): Cloud {
  return gcpContext(name, request, config, opts, (context) => makeCloud(context, request));
}

function makeCloud(context: GcpContext, request: CloudRequest & AtlasRequest): Cloud {
  const { name, settings } = context;
  const domain = settings.dns?.zone;
  const keys = part(context, "Keys", gcpKeys);
  const roles = part(context, "Roles", customRoles);
  const network = part(context, "Network", gcpNetwork);
  const cluster = part(context, "Cluster", (inside) => gcpCluster(inside, network, keys));
  const backup = part(context, "Backup", (inside) => gcpBackup(inside, keys, roles));
  const dns =
    domain === undefined ? undefined : part(context, "Dns", (inside) => gcpZone(inside, roles, domain));
  const identities = part(context, "Identities", (inside) =>
    workloadIdentities(inside, cluster.identityPool, roles, { ...backup.grants, ...dns?.grants }),
  );
  const loadBalancer = part(context, "Edge", (inside) => gcpLoadBalancer(inside, request.edge.controller));
  const atlas = managedAtlas(context, request, { cloud: "GCP", egressIps: network.egressAddresses });
  return {
    provider: cluster.provider,
    adopting: cluster.adopting,
    kubeconfig: cluster.kubeconfig,
    ready: cluster.ready,
    storageClasses: part(context, "Volumes", (inside) =>
      gcpStorageClasses(inside, cluster, { network, keys }),
    ),
    // Who made an existing cluster knows what its pools are called.
    ...(settings.existing.cluster === undefined && { scheduling: scheduling(settings.nodes.spot) }),
    ...(loadBalancer && { loadBalancer }),
    ...(dns && { dns: dns.facts }),
    identity: identities.bind,
    registry: part(context, "Registry", (inside) => gcpRegistry(inside, cluster, keys)),
    backup: backup.store,
    managed: {
      mysql: once(() =>
        part(context, "MySql", (inside) =>
          gcpMySql(inside, network, keys, request.credentials.mysql?.adminPassword),
        ),
      ),
      redis: once(() => part(context, "Redis", (inside) => gcpRedis(inside, network, keys))),
      ...atlas.managed,
      objectStore: (wanted) =>
        part(
          context,
          "ObjectStore",
          (inside) => gcpObjectStore(inside, { identities, keys, roles }, wanted),
          { name: `${name}-site-${wanted.instance}`, earlier: `${name}-${wanted.instance}` },
        ),
    },
    accounts: { ...atlas.accounts },
  };
}
