import type { MongoShape } from "../../src/cloud/services.js";
import type { CloudRequest } from "../../src/cloud/request.js";
import type { AtlasRequest } from "./config.js";

/**
 * MongoDB Atlas, whatever cloud it runs on. Atlas undoes what is done to users in the database itself, so that they are
 * made by its API alone: docs of Atlas, "Configure Database Users".
 */
const shape: MongoShape = {
  address: "srv",
  port: 27017,
  tls: "verify-identity",
  users: "managed",
  authSource: "admin",
};

/** What a cloud offers of MongoDB, where the config asks for Atlas. */
export function managedShape({ atlas }: AtlasRequest): { mongodb?: MongoShape } {
  return atlas === undefined ? {} : { mongodb: shape };
}

/**
 * On clouds whose regions have other names in Atlas, the config must say which.
 * @param regions whose, with an example
 */
export function regionFault({ atlas }: AtlasRequest, regions: string): string[] {
  return atlas === undefined || atlas.region !== undefined
    ? []
    : [`openedx:atlas.region: is missing, and Atlas has names of its own for ${regions}`];
}

/** What is wrong with the config of Atlas beyond its schema. Pure. */
export function atlasFaults({
  atlas,
  credentials,
}: Pick<CloudRequest, "credentials"> & AtlasRequest): string[] {
  const missing = ["publicKey", "privateKey"].filter((key) => credentials.atlas?.[key] === undefined);
  return atlas === undefined || missing.length === 0
    ? []
    : missing.map(
        (key) =>
          `openedx:atlas: its API key is missing: pulumi config set --secret --path openedx:credentials.atlas.${key}`,
      );
}
