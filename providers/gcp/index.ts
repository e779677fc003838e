import type * as pulumi from "@pulumi/pulumi";
import type { CloudRequest } from "../../src/cloud/request.js";
import type { Cloud } from "../../src/cloud/types.js";
import { once } from "../../src/workspace/concurrency.js";
import type { AtlasRequest } from "../atlas/config.js";
import { managedAtlas } from "../atlas/index.js";
import { part } from "../part.js";
import { sharesGateway } from "./abilities.js";
import type { Api } from "./apis.js";
import { gcpBackup } from "./backup.js";
import { gcpCluster } from "./cluster.js";
import type { GcpConfig } from "./config.js";
import { type GcpContext, gcpContext, using } from "./context.js";
import { gcpZone } from "./dns.js";
import { workloadIdentities } from "./identity.js";
import { gcpKeys } from "./keys.js";
import { gatewayAddress, gcpLoadBalancer } from "./loadBalancer.js";
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
  const withApis = (...apis: Api[]) => using(context, ...apis);
  const kms: Api[] = settings.encryption.ownKeys ? ["cloudkms"] : [];
  const keys = part(withApis(...kms), "Keys", gcpKeys);
  const roles = part(withApis("iam"), "Roles", customRoles);
  const network = part(withApis("compute"), "Network", gcpNetwork);
  const cluster = part(
    withApis("container", "compute", "cloudresourcemanager", "iam", "logging", "monitoring"),
    "Cluster",
    (inside) => gcpCluster(inside, network, keys),
  );
  const backup = part(withApis("storage", "cloudresourcemanager", ...kms), "Backup", (inside) =>
    gcpBackup(inside, keys, request.services.backup),
  );
  const dns =
    domain === undefined
      ? undefined
      : part(withApis("dns", "cloudresourcemanager"), "Dns", (inside) => gcpZone(inside, roles, domain));
  const identities = part(withApis("iam", "iamcredentials"), "Identities", (inside) =>
    workloadIdentities(inside, cluster.identityPool, roles, { ...backup.grants, ...dns?.grants }),
  );
  const loadBalancer = part(withApis("compute"), "Edge", (inside) =>
    gcpLoadBalancer(inside, request.edge.controller),
  );
  const gateway = sharesGateway(request.edge) ? [part(withApis("compute"), "Gateway", gatewayAddress)] : [];
  const registry = part(withApis("artifactregistry"), "Registry", (inside) =>
    gcpRegistry(inside, cluster, keys),
  );
  const atlas = managedAtlas(context, request, { cloud: "GCP", egressIps: network.egressAddresses });
  return {
    provider: cluster.provider,
    adopting: cluster.adopting,
    kubeconfig: cluster.kubeconfig,
    ready: [...cluster.ready, ...registry.ready, ...gateway],
    storageClasses: part(settings.sharedStorage ? withApis("file") : context, "Volumes", (inside) =>
      gcpStorageClasses(inside, cluster, { network, keys }),
    ),
    // Who made an existing cluster knows what its pools are called.
    ...(settings.existing.cluster === undefined && { scheduling: scheduling(settings.nodes.spot) }),
    ...(loadBalancer && { loadBalancer }),
    ...(dns && { dns: dns.facts }),
    identity: identities.bind,
    registry: { prefix: registry.prefix },
    backup: backup.store,
    managed: {
      mysql: once(() =>
        part(withApis("sqladmin", "compute", "dns"), "MySql", (inside) =>
          gcpMySql(inside, network, keys, request.credentials.mysql?.adminPassword),
        ),
      ),
      redis: once(() => part(withApis("redis"), "Redis", (inside) => gcpRedis(inside, network, keys))),
      ...atlas.managed,
      objectStore: (wanted) =>
        part(
          withApis("storage"),
          "ObjectStore",
          (inside) => gcpObjectStore(inside, { identities, keys, roles }, wanted),
          { name: `${name}-site-${wanted.instance}`, earlier: `${name}-${wanted.instance}` },
        ),
    },
    accounts: { ...atlas.accounts },
  };
}
