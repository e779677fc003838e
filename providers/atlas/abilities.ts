import type { MongoShape } from "../../src/cloud/services.js";
import type { StackConfig } from "../../src/stack/load.js";

/** Administrator of the databases that the stack makes. */
export const atlasAdmin = "openedx_admin";

/** MongoDB Atlas, whatever cloud it runs on. */
export const atlasShape: MongoShape = {
  address: "srv",
  port: 27017,
  tls: "verify-identity",
  adminUser: atlasAdmin,
  authSource: "admin",
};

/** What is wrong with the config of Atlas beyond its schema. Pure. */
export function atlasFaults({ atlas, credentials }: StackConfig): string[] {
  const missing = ["publicKey", "privateKey"].filter((key) => credentials.atlas?.[key] === undefined);
  return atlas === undefined || missing.length === 0
    ? []
    : missing.map(
        (key) =>
          `openedx:atlas: its API key is missing: pulumi config set --secret --path openedx:credentials.atlas.${key}`,
      );
}
