import type { InstanceServices, ServicesPlan } from "./types.js";

/**
 * What an instance's Tutor must be told about the services.
 * @param written Keys of the instance's config.yml, which wins: a service whose address stands there is the instance's own.
 */
export function instanceServices(
  _plan: ServicesPlan,
  _instance: string,
  _written: ReadonlySet<string>,
): InstanceServices {
  return { settings: {}, tokens: {}, adminSettings: [], claims: [] };
}
