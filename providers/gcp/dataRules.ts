import type { InputRule } from "../../src/cloud/rules.js";
import { mapOf } from "../../src/workspace/yaml.js";
import { editionOf, plusCores } from "./sizes.js";

export type Inputs = Readonly<Record<string, unknown>>;

/** Source of what the provider itself checks. */
export const provider = "terraform-provider-google-beta, August 2026: schema";
const sql = "Cloud SQL Admin API v1, Settings";
const redis = "Memorystore for Redis API v1, Instance";

/** A duration as Google's APIs write it. */
export const seconds = /\d+s/;

/** A prefix's length within bounds. */
export function prefixes(
  path: string,
  read: (inputs: Inputs) => unknown,
  min: number,
  max: number,
): InputRule {
  return {
    path,
    source: `${provider}; /${min} to /${max}`,
    check: (inputs) => {
      const block = read(inputs);
      const bits = typeof block === "string" ? Number(block.split("/")[1]) : min;
      return bits >= min && bits <= max ? undefined : `is ${String(block)}, not from /${min} to /${max}`;
    },
  };
}

/** Days that Enterprise, and Enterprise Plus, keep the binary log. */
export const longestLog = { ENTERPRISE: 7, ENTERPRISE_PLUS: 35 } as const;

function sqlEdition({ settings }: Inputs): string | undefined {
  const { tier, edition, availabilityType, backupConfiguration } = mapOf(settings);
  const { enabled, binaryLogEnabled, transactionLogRetentionDays, backupRetentionSettings } =
    mapOf(backupConfiguration);
  if (typeof tier !== "string") {
    return undefined; // not known yet, or somebody else's
  }
  const wanted = editionOf(tier);
  const days = Number(transactionLogRetentionDays ?? 7);
  const backups = Number(mapOf(backupRetentionSettings).retainedBackups ?? 7);
  const cores = /^db-perf-optimized-N-(\d+)$/.exec(tier)?.[1];
  const faults = [
    edition !== wanted && `has the edition ${String(edition)}, and ${tier} is of ${wanted}`,
    cores !== undefined && !plusCores.includes(Number(cores)) && `has the tier ${tier}, which there is not`,
    days > longestLog[wanted] &&
      `keeps the log for ${days} days, and ${wanted} for ${longestLog[wanted]} at most`,
    days > backups && `keeps the log for ${days} days with ${backups} backups`,
    availabilityType === "REGIONAL" &&
      !(enabled === true && binaryLogEnabled === true) &&
      "has a standby without backups and a binary log",
  ];
  return faults.find((fault) => fault !== false);
}

/** Of what holds data or encrypts it; by type, without the package. */
export const dataRules: Readonly<Record<string, readonly InputRule[]>> = {
  "kms/cryptoKey:CryptoKey": [
    {
      path: "rotationPeriod",
      check: ({ rotationPeriod }) =>
        typeof rotationPeriod === "string" && Number.parseInt(rotationPeriod) < 86_400
          ? `is ${rotationPeriod}, less than a day`
          : undefined,
      pattern: seconds,
      source: `${provider}: validateKmsCryptoKeyRotationPeriod`,
    },
  ],
  "kms/keyRing:KeyRing": [
    { path: "name", pattern: /[a-zA-Z0-9_-]{1,63}/, source: "Cloud KMS API v1, keyRings.create" },
  ],
  "redis/instance:Instance": [
    { path: "name", pattern: /[a-z][a-z0-9-]{0,38}[a-z0-9]/, source: redis },
    { path: "tier", oneOf: ["BASIC", "STANDARD_HA"], source: provider },
    { path: "memorySizeGb", min: 1, max: 300, source: redis },
    { path: "redisVersion", pattern: /REDIS_(\d_\d|\d_X)/, source: redis },
    prefixes("reservedIpRange", ({ reservedIpRange }) => reservedIpRange, 24, 29),
    { path: "transitEncryptionMode", oneOf: ["SERVER_AUTHENTICATION", "DISABLED"], source: provider },
    { path: "connectMode", oneOf: ["DIRECT_PEERING", "PRIVATE_SERVICE_ACCESS"], source: provider },
    { path: "persistenceConfig.persistenceMode", oneOf: ["DISABLED", "RDB"], source: provider },
    {
      path: "persistenceConfig.rdbSnapshotPeriod",
      oneOf: ["ONE_HOUR", "SIX_HOURS", "TWELVE_HOURS", "TWENTY_FOUR_HOURS"],
      source: provider,
    },
    { path: "maintenancePolicy.weeklyMaintenanceWindows", max: 1, source: redis },
  ],
  "sql/databaseInstance:DatabaseInstance": [
    {
      path: "name",
      pattern: /[a-z][a-z0-9-]{0,96}/,
      source: "Cloud SQL Admin API v1, DatabaseInstance.name",
    },
    { path: "settings.tier", check: sqlEdition, source: "Cloud SQL: editions; point-in-time recovery" },
    { path: "settings.availabilityType", oneOf: ["REGIONAL", "ZONAL"], source: sql },
    { path: "settings.diskSize", min: 10, max: 65_536, source: sql },
    {
      path: "settings.ipConfiguration.sslMode",
      oneOf: ["ALLOW_UNENCRYPTED_AND_ENCRYPTED", "ENCRYPTED_ONLY", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"],
      source: sql,
    },
    { path: "settings.backupConfiguration.startTime", pattern: /([01]\d|2[0-3]):[0-5]\d/, source: sql },
    {
      path: "settings.backupConfiguration.backupRetentionSettings.retainedBackups",
      min: 1,
      max: 365,
      source: sql,
    },
    { path: "settings.maintenanceWindow.day", min: 1, max: 7, source: provider },
    { path: "settings.maintenanceWindow.hour", min: 0, max: 23, source: provider },
    { path: "settings.maintenanceWindow.updateTrack", oneOf: ["canary", "stable", "week5"], source: sql },
    { path: "settings.finalBackupConfig.retentionDays", min: 1, max: 365, source: sql },
    { path: "settings.denyMaintenancePeriod.startDate", pattern: /(\d{4}-)?\d\d-\d\d/, source: provider },
    { path: "settings.denyMaintenancePeriod.time", pattern: /\d\d:\d\d:\d\d/, source: provider },
  ],
  "sql/user:User": [{ path: "name", max: 32, source: "MySQL 8.4: user names" }],
  "storage/bucket:Bucket": [
    {
      path: "name",
      pattern: /[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]/,
      not: /^goog|google/,
      source: "Cloud Storage: bucket names",
    },
    {
      path: "softDeletePolicy.retentionDurationSeconds",
      check: ({ softDeletePolicy }: Inputs): string | undefined => {
        const kept = Number(mapOf(softDeletePolicy).retentionDurationSeconds ?? 0) / 86_400;
        return kept === 0 || (kept >= 7 && kept <= 90) ? undefined : `is ${kept} days: none, or 7 to 90`;
      },
      source: "Cloud Storage API v1, Bucket.softDeletePolicy",
    },
    { path: "publicAccessPrevention", oneOf: ["enforced", "inherited"], source: provider },
  ],
  "storage/managedFolder:ManagedFolder": [
    { path: "name", pattern: /.+\//, source: `${provider}: must end in /` },
  ],
};
