import type { MySqlShape } from "../../cloud/services.js";
import type { AccountNames } from "../names.js";
import { boundPlain, boundSecret, type ServiceSettings } from "../settingNames.js";
import type { ServerAddress, ServicePlan } from "../types.js";

/** The plugin puts the prefix before what other plugins name; Tutor's own database and user are named here. */
export function mysqlSettings(
  plan: ServicePlan<MySqlShape, ServerAddress>,
  { mysqlPrefix }: AccountNames,
): ServiceSettings | undefined {
  if (plan.mode === "bundled") {
    return undefined;
  }
  const { shape } = plan;
  const address = plan.mode === "managed" ? undefined : plan.address;
  return {
    settings: {
      RUN_MYSQL: false,
      ...(address && { MYSQL_HOST: address.host }),
      MYSQL_PORT: shape.port,
      MYSQL_ROOT_USERNAME: shape.adminUser,
      OPENEDX_MYSQL_DATABASE: `${mysqlPrefix}openedx`,
      OPENEDX_MYSQL_USERNAME: `${mysqlPrefix}openedx`,
      OPENEDX_PULUMI_MYSQL_PREFIX: mysqlPrefix,
      OPENEDX_PULUMI_MYSQL_TLS: shape.tls,
    },
    tokens: {
      ...(address === undefined && { MYSQL_HOST: boundPlain }),
      MYSQL_ROOT_PASSWORD: boundSecret,
      ...((address?.ca !== undefined || shape.privateCa) && { OPENEDX_PULUMI_MYSQL_CA: boundPlain }),
    },
  };
}
