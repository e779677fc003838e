import { accountNames } from "./names.js";
import { claimsOf } from "./claims.js";
import { isOwn, type OwnedService } from "./own.js";
import { mongodbSettings } from "./mongodb/settings.js";
import { mysqlSettings } from "./mysql/settings.js";
import { objectStoreSettings } from "./objectStore/settings.js";
import { redisSettings } from "./redis/settings.js";
import { legacySearchSettings, searchSettings } from "./search/settings.js";
import { administratorSettings, type ServiceSettings } from "./settingNames.js";
import type { InstanceServices, ServicesPlan } from "./types.js";

/**
 * What an instance's Tutor must be told about the services.
 * @param written Keys of the instance's config.yml, which wins: a service whose address stands there is the instance's own.
 */
export function instanceServices(
  plan: ServicesPlan,
  instance: string,
  written: ReadonlySet<string>,
): InstanceServices {
  const names = accountNames(instance);
  const parts: [OwnedService, ServiceSettings | undefined][] = [
    ["mysql", mysqlSettings(plan.mysql, names)],
    ["mongodb", mongodbSettings(plan.mongodb, names)],
    ["redis", redisSettings(plan.redis, names)],
    ["search", searchSettings(plan.search, instance, names)],
    ["legacySearch", legacySearchSettings(plan.search.legacy, instance)],
    ["objectStore", objectStoreSettings(plan.objectStore, instance)],
  ];
  const ours = parts.flatMap(([service, part]) =>
    part === undefined || isOwn(service, written) ? [] : [part],
  );
  const settings = Object.assign({}, ...ours.map((part) => part.settings)) as InstanceServices["settings"];
  const tokens = Object.assign({}, ...ours.map((part) => part.tokens)) as InstanceServices["tokens"];
  return {
    settings,
    tokens,
    adminSettings: administratorSettings.filter((key) => tokens[key] !== undefined),
    claims: claimsOf(settings),
  };
}
