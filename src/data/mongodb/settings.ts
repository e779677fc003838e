import type { MongoShape } from "../../cloud/services.js";
import type { AccountNames } from "../names.js";
import { boundPlain, boundSecret, ownPassword, type ServiceSettings } from "../settingNames.js";
import type { ServerAddress, ServicePlan } from "../types.js";

/** Stands before a name that lists the members; Tutor tests for it, so that it has to be there when it renders. */
const srvScheme = "mongodb+srv://";

export function mongodbSettings(
  plan: ServicePlan<MongoShape, ServerAddress>,
  { mongodbPrefix }: AccountNames,
): ServiceSettings | undefined {
  if (plan.mode === "bundled") {
    return undefined;
  }
  const { shape } = plan;
  const address = plan.mode === "managed" ? undefined : plan.address;
  const scheme = shape.address === "srv" ? srvScheme : "";
  return {
    settings: {
      RUN_MONGODB: false,
      ...(address && { MONGODB_HOST: `${scheme}${address.host}` }),
      MONGODB_PORT: shape.port,
      MONGODB_DATABASE: `${mongodbPrefix}openedx`,
      FORUM_MONGODB_DATABASE: `${mongodbPrefix}cs_comments_service`,
      MONGODB_USERNAME: `${mongodbPrefix}openedx`,
      MONGODB_AUTH_SOURCE: shape.authSource,
      ...(shape.replicaSet !== undefined && { MONGODB_REPLICA_SET: shape.replicaSet }),
      MONGODB_USE_SSL: shape.tls !== "off",
      OPENEDX_PULUMI_MONGODB_TLS: shape.tls,
      OPENEDX_PULUMI_MONGODB_ADMIN_USERNAME: shape.adminUser,
      OPENEDX_PULUMI_MONGODB_ADMIN_AUTH_SOURCE: shape.authSource,
    },
    tokens: {
      ...(address === undefined && {
        MONGODB_HOST: { ...boundPlain, ...(scheme && { template: `${scheme}{}` }) },
      }),
      MONGODB_PASSWORD: ownPassword,
      OPENEDX_PULUMI_MONGODB_ADMIN_PASSWORD: boundSecret,
      ...((address?.ca !== undefined || shape.privateCa) && { OPENEDX_PULUMI_MONGODB_CA: boundPlain }),
    },
  };
}
