import * as pulumi from "@pulumi/pulumi";
import { Configuration } from "@pulumi/azure-native/dbformysql/configuration.js";
import { Server } from "@pulumi/azure-native/dbformysql/server.js";
import type { MySqlServer } from "../../src/cloud/services.js";
import { UserError } from "../../src/workspace/errors.js";
import { existingTypes, resourceId } from "./ids.js";
import { mysqlAdmin } from "./abilities.js";
import { after, password, uniqueName } from "../part.js";
import { type AzureContext, lock, tagsOf } from "./context.js";
import { azureNames } from "./facts.js";
import type { Cluster } from "./cluster.js";
import { type Logs, sendLogs } from "./logs.js";
import type { Network } from "./network.js";
import { privateZone } from "./privateDns.js";

/** What Open edX needs beside Azure's defaults. */
const parameters = {
  require_secure_transport: "ON",
  // Else each table without a primary key gets a column of its own, which migrations do not know.
  sql_generate_invisible_primary_key: "OFF",
  character_set_server: "utf8mb4",
  collation_server: "utf8mb4_unicode_ci",
  time_zone: "+00:00",
  slow_query_log: "ON",
  // Migrations make triggers, for which nobody gets SUPER on a managed server.
  log_bin_trust_function_creators: "ON",
  max_allowed_packet: String(64 * 1024 * 1024),
};

/**
 * The stack's MySQL server, or the existing one that the config names.
 * @param givenPassword of the existing server's administrator
 */
export function azureMySql(
  context: AzureContext,
  network: Network,
  { logs }: Pick<Cluster, "logs">,
  givenPassword: string | undefined,
): MySqlServer {
  const { database } = context.settings.existing;
  if (database === undefined) {
    return makeServer(context, network, logs);
  }
  if (givenPassword === undefined) {
    throw new UserError("openedx:credentials.mysql.adminPassword is missing; docs/azure.md");
  }
  const { name } = resourceId(database.id, existingTypes.database);
  return { host: `${name}.mysql.database.azure.com`, adminPassword: pulumi.secret(givenPassword) };
}

function makeServer(context: AzureContext, network: Network, logs: Logs | undefined): MySqlServer {
  const { settings, name, base, groups, guarded } = context;
  const { mysql } = settings;
  const zone = privateZone(context, network, "mysql", `${base}.private.mysql.database.azure.com`);
  // Azure asks for three kinds of characters.
  const adminPassword = password(context, `${name}-mysql-admin`, { minLower: 1, minUpper: 1, minNumeric: 1 });
  const server = new Server(
    `${name}-mysql`,
    {
      resourceGroupName: groups.data.name,
      serverName: uniqueName(context, azureNames.mysql, "mysql"),
      location: settings.location,
      tags: tagsOf(context),
      createMode: "Default",
      version: "8.4",
      administratorLogin: mysqlAdmin,
      administratorLoginPassword: adminPassword,
      sku: { name: mysql.sku, tier: tierOf(mysql.sku) },
      // In no zone by name: servers swap them when one fails, and each change would name the old one again.
      highAvailability: { mode: mysql.highAvailability ? "ZoneRedundant" : "Disabled" },
      storage: {
        storageSizeGB: mysql.storageGiB,
        autoGrow: "Enabled",
        autoIoScaling: "Enabled",
        // `az` sends this for every server that it makes, also with a standby in another zone, and refused the other
        // value but for Business Critical.
        storageRedundancy: "LocalRedundancy",
      },
      backup: {
        backupRetentionDays: mysql.backupDays,
        geoRedundantBackup: mysql.geoRedundantBackup ? "Enabled" : "Disabled",
      },
      network: {
        delegatedSubnetResourceId: network.mysql,
        privateDnsZoneResourceId: zone.id,
        publicNetworkAccess: "Disabled",
      },
    },
    {
      ...guarded,
      dependsOn: zone.ready,
      // Azure makes no server zone-redundant that was made without: refused beforehand, not on the way.
      // https://learn.microsoft.com/azure/mysql/flexible-server/concepts-high-availability
      replaceOnChanges: ["highAvailability.mode"],
      // It grows by itself.
      ignoreChanges: ["storage.storageSizeGB"],
    },
  );
  const configured = configure(context, server);
  const sent = logs && sendLogs(context, "mysql", server.id, logs.audit, ["MySqlSlowLogs"]);
  lock(context, "mysql", server, [...configured, ...(sent ? [sent] : [])]);
  const last = configured.at(-1) ?? server;
  return {
    // Known once the parameters are set, so that nobody connects before.
    host: pulumi.all([server.fullyQualifiedDomainName, last.id]).apply(([host]) => host),
    adminPassword,
  };
}

function tierOf(sku: string): "Burstable" | "GeneralPurpose" | "MemoryOptimized" {
  if (sku.startsWith("Standard_B")) {
    return "Burstable";
  }
  return sku.startsWith("Standard_E") ? "MemoryOptimized" : "GeneralPurpose";
}

/** Sets the parameters one after the other: Azure refuses two changes of a server at once. */
function configure({ name, groups, opts }: AzureContext, server: Server): Configuration[] {
  const made: Configuration[] = [];
  for (const [parameter, value] of Object.entries(parameters)) {
    made.push(
      new Configuration(
        `${name}-mysql-${parameter}`,
        {
          resourceGroupName: groups.data.name,
          serverName: server.name,
          configurationName: parameter,
          value,
          source: "user-override",
        },
        after(opts, [made.at(-1) ?? server]),
      ),
    );
  }
  return made;
}
