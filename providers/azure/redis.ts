import * as pulumi from "@pulumi/pulumi";
import { PrivateDnsZoneGroup } from "@pulumi/azure-native/network/privateDnsZoneGroup.js";
import { PrivateEndpoint } from "@pulumi/azure-native/network/privateEndpoint.js";
import { Database } from "@pulumi/azure-native/redisenterprise/database.js";
import { listDatabaseKeysOutput } from "@pulumi/azure-native/redisenterprise/listDatabaseKeys.js";
import { RedisEnterprise } from "@pulumi/azure-native/redisenterprise/redisEnterprise.js";
import type { RedisServer, RedisServers } from "../../src/cloud/services.js";
import { after, uniqueName } from "../part.js";
import { type AzureContext, lock, tagsOf } from "./context.js";
import { azureNames } from "./facts.js";
import type { Network } from "./network.js";
import { type AzurePrivateZone, privateZone } from "./privateDns.js";

/** Two servers of Azure Managed Redis, reached from the network only. */
export function azureRedis(context: AzureContext, network: Network): RedisServers {
  const place: Place = {
    network,
    zone: privateZone(context, network, "redis", "privatelink.redis.azure.net"),
  };
  const broker = redisServer(context, place, "broker", network.ready);
  // Azure makes one endpoint in a subnet at a time: https://github.com/pulumi/pulumi-azure-native/issues/4509
  const cache = redisServer(context, place, "cache", [broker.reached]);
  return { broker: broker.server, cache: cache.server };
}

interface Place {
  network: Network;
  zone: AzurePrivateZone;
}

function redisServer(
  context: AzureContext,
  place: Place,
  what: keyof RedisServers,
  endpointAfter: readonly pulumi.Resource[],
): { server: RedisServer; reached: pulumi.Resource } {
  const { settings, name, groups, guarded, opts } = context;
  // It holds what is nowhere else: written to disk, and protected.
  const keeps = what === "broker";
  const roleOpts = keeps ? guarded : opts;
  const cluster = new RedisEnterprise(
    `${name}-${what}`,
    {
      resourceGroupName: groups.data.name,
      clusterName: uniqueName(context, azureNames.redis, what),
      location: settings.location,
      tags: tagsOf(context),
      sku: { name: settings.redis[`${what}Sku`] },
      highAvailability: settings.redis.highAvailability ? "Enabled" : "Disabled",
      minimumTlsVersion: "1.2",
      publicNetworkAccess: "Disabled",
    },
    roleOpts,
  );
  const database = new Database(
    `${name}-${what}`,
    {
      resourceGroupName: groups.data.name,
      clusterName: cluster.name,
      databaseName: "default",
      port: 10000,
      clientProtocol: "Encrypted",
      // Celery's transactions span keys, which a cluster spreads over its shards.
      clusteringPolicy: "NoCluster",
      evictionPolicy: keeps ? "NoEviction" : "AllKeysLRU",
      accessKeysAuthentication: "Enabled",
      ...(keeps && { persistence: { aofEnabled: true, aofFrequency: "1s" } }),
    },
    roleOpts,
  );
  const reached = endpoint(context, place, what, cluster, endpointAfter);
  if (keeps) {
    lock(context, what, cluster, [database, reached]);
  }
  const { primaryKey } = listDatabaseKeysOutput(
    { resourceGroupName: groups.data.name, clusterName: cluster.name, databaseName: database.name },
    { parent: opts.parent, provider: opts.provider },
  );
  const server = {
    // Known once its name leads to the private address.
    host: pulumi.all([cluster.hostName, reached.id]).apply(([host]) => host),
    adminPassword: pulumi.secret(primaryKey),
  };
  return { server, reached };
}

function endpoint(
  context: AzureContext,
  { network, zone }: Place,
  what: string,
  cluster: RedisEnterprise,
  earlier: readonly pulumi.Resource[],
): PrivateDnsZoneGroup {
  const { settings, name, base, groups, opts } = context;
  const resource = new PrivateEndpoint(
    `${name}-${what}`,
    {
      resourceGroupName: groups.data.name,
      privateEndpointName: `${base}-${what}`,
      location: settings.location,
      tags: tagsOf(context),
      subnet: { id: network.endpoints },
      privateLinkServiceConnections: [
        { name: what, privateLinkServiceId: cluster.id, groupIds: ["redisEnterprise"] },
      ],
    },
    after(opts, earlier),
  );
  return new PrivateDnsZoneGroup(
    `${name}-${what}`,
    {
      resourceGroupName: groups.data.name,
      privateEndpointName: resource.name,
      privateDnsZoneGroupName: "default",
      privateDnsZoneConfigs: [{ name: "redis", privateDnsZoneId: zone.id }],
    },
    { ...opts, dependsOn: zone.ready },
  );
}
