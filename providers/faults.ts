import type { CloudRequest } from "../src/cloud/request.js";
import { baseName, type CloudConfig } from "../src/config/clouds.js";
import type { AtlasRequest } from "./atlas/config.js";

/**
 * What is wrong with the region of the store for backups.
 * @param known those of the cloud
 */
export function backupRegionFaults({ services }: CloudRequest, known: readonly string[]): string[] {
  const { region } = services.backup;
  return region === undefined || known.includes(region)
    ? []
    : [`openedx:services.backup.region: ${region} is none of ${known.join(", ")}`];
}

/**
 * What is wrong in a cloud's part of the config that its schema cannot see, since it knows no stack and no secrets.
 * @param key under which the part is
 */
export function cloudFaults(
  key: string,
  { stack, credentials, atlas }: CloudRequest & AtlasRequest,
  { name = stack, existing }: CloudConfig,
): string[] {
  const faults: string[] = [];
  const parsed = baseName.safeParse(name);
  if (!parsed.success) {
    const reasons = parsed.error.issues.map(({ message }) => message).join(", ");
    faults.push(
      `openedx:${key}.name: names in the cloud would begin with the stack's name, and "${stack}" ${reasons}; set ` +
        `openedx:${key}.name to a name of its own`,
    );
  }
  if (existing.database !== undefined && credentials.mysql?.adminPassword === undefined) {
    faults.push(
      `openedx:${key}.existing.database: its administrator's password is missing: ` +
        "`pulumi config set --secret --path openedx:credentials.mysql.adminPassword`",
    );
  }
  if (atlas !== undefined && existing.network?.egressAddresses.length === 0) {
    faults.push(
      "openedx:atlas: lets only the network's own addresses in: name them in " +
        `openedx:${key}.existing.network.egressAddresses`,
    );
  }
  return faults;
}
