import { Address } from "@pulumi/gcp/compute/address.js";
import { ForwardingRule } from "@pulumi/gcp/compute/forwardingRule.js";
import { ManagedZone } from "@pulumi/gcp/dns/managedZone.js";
import { RecordSet } from "@pulumi/gcp/dns/recordSet.js";
import { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance.js";
import { User } from "@pulumi/gcp/sql/user.js";
import * as pulumi from "@pulumi/pulumi";
import type { MySqlServer } from "../../src/cloud/services.js";
import { told } from "../../src/cloud/told.js";
import { editionOf } from "./sizes.js";
import { mysqlAdmin } from "./abilities.js";
import { after, password, uniqueName } from "../part.js";
import { type GcpContext, labelsOf } from "./context.js";
import { gcpNames } from "./facts.js";
import { mysqlMaintenance } from "./maintenance.js";
import type { Keys } from "./keys.js";
import type { Network } from "./network.js";

/** What Open edX needs beside Cloud SQL's defaults. */
const flags = {
  character_set_server: "utf8mb4",
  collation_server: "utf8mb4_unicode_ci",
  default_time_zone: "+00:00",
  slow_query_log: "on",
  long_query_time: "2",
  // Migrations make triggers, for which nobody gets SUPER on a managed server.
  log_bin_trust_function_creators: "on",
  // The CIS benchmark asks for these: no client's files, and no list of others' databases.
  local_infile: "off",
  skip_show_database: "on",
  max_allowed_packet: String(64 * 1024 * 1024),
};

/** What Google gives whoever may make databases, users and grants. */
const adminRole = "cloudsqlsuperuser";

/** Days that the last backup of a deleted server is kept. */
const finalBackupDays = 30;

/**
 * The stack's MySQL server, or the existing one that the config names; either way with an address in the network.
 * @param givenPassword of the existing server's administrator
 */
export function gcpMySql(
  context: GcpContext,
  network: Network,
  keys: Keys,
  givenPassword: string | undefined,
): MySqlServer {
  const { existing, mysql } = context.settings;
  if (existing.database !== undefined) {
    if (givenPassword === undefined) {
      throw new Error("an existing server without a password is refused beforehand");
    }
    const found = DatabaseInstance.get(
      `${context.name}-mysql`,
      existing.database.id,
      undefined,
      context.opts,
    );
    const adminPassword = pulumi.secret(givenPassword);
    return mysql.connection === "peering"
      ? { host: privateAddress(found), adminPassword, ca: authorityOf(found) }
      : reached(context, network, found, adminPassword, []);
  }
  const server = makeServer(context, keys);
  const name = `${context.name}-mysql-admin`;
  const adminPassword = password(context, name);
  const admin = {
    instance: server.name,
    name: mysqlAdmin,
    host: "%",
    password: adminPassword,
    databaseRoles: [adminRole],
  };
  return reached(context, network, server, adminPassword, [new User(name, admin, context.opts)]);
}

function makeServer(context: GcpContext, keys: Keys): DatabaseInstance {
  const { settings, name, base, guarded, disposable } = context;
  const { tier, diskGiB, diskLimitGiB, highAvailability, backups, logDays, generation } = settings.mysql;
  const { maintenanceWindow, backupTime, denyMaintenancePeriod } = mysqlMaintenance(settings.maintenance);
  const key = keys("mysql");
  const whole = generation === 1 ? undefined : `${base}-mysql-${generation}`;
  return new DatabaseInstance(
    `${name}-mysql`,
    {
      // The name of a deleted server, or of one that could not be made, stays taken for a week.
      name: uniqueName(context, gcpNames.database, "mysql", whole),
      region: settings.region,
      databaseVersion: "MYSQL_8_4",
      ...(key && { encryptionKeyName: key.id }),
      deletionProtection: !disposable,
      settings: {
        edition: editionOf(tier),
        tier,
        availabilityType: highAvailability ? "REGIONAL" : "ZONAL",
        diskType: "PD_SSD",
        diskSize: diskGiB,
        // What has grown stays so: the provider takes a smaller size for the same then.
        diskAutoresize: true,
        ...(diskLimitGiB !== undefined && { diskAutoresizeLimit: diskLimitGiB }),
        deletionProtectionEnabled: !disposable,
        userLabels: labelsOf(context),
        databaseFlags: Object.entries(flags).map(([flag, value]) => ({ name: flag, value })),
        backupConfiguration: {
          enabled: true,
          startTime: backupTime,
          location: settings.region,
          // A standby server and going back to a moment both need it.
          binaryLogEnabled: true,
          transactionLogRetentionDays: logDays,
          backupRetentionSettings: { retainedBackups: backups, retentionUnit: "COUNT" },
        },
        finalBackupConfig: disposable
          ? { enabled: false }
          : { enabled: true, retentionDays: finalBackupDays },
        retainBackupsOnDelete: !disposable,
        ipConfiguration: {
          ipv4Enabled: false,
          sslMode: "ENCRYPTED_ONLY",
          // By Private Service Connect: a peered network could not be deleted for days after the server.
          pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: [settings.project] }],
        },
        maintenanceWindow: { ...maintenanceWindow, updateTrack: "stable" },
        ...(denyMaintenancePeriod && { denyMaintenancePeriod }),
        insightsConfig: { queryInsightsEnabled: true },
      },
    },
    after(guarded, key?.ready ?? []),
  );
}

/** PEM. While Google changes the server's authority, there are two. */
function authorityOf({ serverCaCerts }: DatabaseInstance): pulumi.Output<string> {
  return serverCaCerts.apply((certificates) => certificates.map(({ cert }) => cert).join("\n"));
}

function privateAddress({ privateIpAddress }: DatabaseInstance): pulumi.Output<string> {
  return told(privateIpAddress, (address) => address, "The private address of openedx:gcp.existing.database");
}

/** Gives the server an address in the network, and its name there. */
function reached(
  context: GcpContext,
  network: Network,
  server: DatabaseInstance,
  adminPassword: pulumi.Input<string>,
  before: pulumi.CustomResource[],
): MySqlServer {
  const { settings, name, base, opts } = context;
  const labels = labelsOf(context);
  const address = new Address(
    `${name}-mysql`,
    {
      name: `${base}-mysql`,
      region: settings.region,
      addressType: "INTERNAL",
      subnetwork: network.endpoints,
      labels,
    },
    opts,
  );
  const endpoint = new ForwardingRule(
    `${name}-mysql`,
    {
      name: `${base}-mysql`,
      region: settings.region,
      network: network.id,
      ipAddress: address.selfLink,
      target: told(
        server.pscServiceAttachmentLink,
        (link) => link,
        `Private Service Connect is on only where it was asked for; its link for ${name}-mysql`,
      ),
      loadBalancingScheme: "",
      labels,
    },
    opts,
  );
  const zone = new ManagedZone(
    `${name}-mysql`,
    {
      name: `${base}-mysql`,
      dnsName: server.dnsName,
      description: "The MySQL server's name, in this network.",
      labels,
      visibility: "private",
      privateVisibilityConfig: { networks: [{ networkUrl: network.id }] },
    },
    opts,
  );
  const record = new RecordSet(
    `${name}-mysql`,
    {
      managedZone: zone.name,
      name: server.dnsName,
      type: "A",
      ttl: 60,
      rrdatas: [address.address],
    },
    after(opts, [endpoint]),
  );
  return {
    // Known once the name leads to the server, and the administrator is there.
    host: pulumi
      .all([server.dnsName, pulumi.all([record, ...before].map(({ id }) => id))])
      .apply(([dnsName]) => dnsName.replace(/\.$/, "")),
    adminPassword,
    ca: authorityOf(server),
  };
}
