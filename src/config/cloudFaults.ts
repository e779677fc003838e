import { baseName } from "./clouds.js";
import type { StackConfig } from "../stack/load.js";

/** What is wrong in a cloud's part of the config that its schema cannot see, since it knows no stack and no secrets. */
export function cloudFaults(config: StackConfig, cloud: "aws" | "azure" | "gcp"): string[] {
  const { atlas, credentials, stack } = config;
  const settings = config[cloud];
  const faults: string[] = [];
  const name = baseName.safeParse(settings?.name ?? stack);
  if (!name.success) {
    const reasons = name.error.issues.map(({ message }) => message).join(", ");
    faults.push(
      `openedx:${cloud}.name: names in the cloud would begin with the stack's name, and "${stack}" ${reasons}; set ` +
        `openedx:${cloud}.name to a name of its own`,
    );
  }
  if (settings?.existing.database !== undefined && credentials.mysql?.adminPassword === undefined) {
    faults.push(
      `openedx:${cloud}.existing.database: its administrator's password is missing: ` +
        "`pulumi config set --secret --path openedx:credentials.mysql.adminPassword`",
    );
  }
  if (atlas !== undefined && settings?.existing.network !== undefined) {
    faults.push(
      "openedx:atlas: lets only the network's own addresses in, and those of " +
        `openedx:${cloud}.existing.network are not known; set openedx:services.mongodb.mode to external`,
    );
  }
  return faults;
}
