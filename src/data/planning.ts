import type { CloudAbilities } from "../cloud/types.js";
import { readAuthority } from "./authority.js";
import type { ServicesConfig } from "./config.js";
import { missingCredentials } from "./credentials.js";
import { amount, type SizeRequest } from "./sizes.js";
import type { ServerAddress, ServicesRequest } from "./types.js";

/** What the plan of a service is made from. */
export interface PlanContext {
  config: ServicesRequest;
  services: ServicesConfig;
  abilities: CloudAbilities;
}

/** The host of an external server, or a fault. */
export function needsHost(key: string, host: string | undefined): string[] {
  return host === undefined ? [`openedx:services.${key}: is missing, and the mode is external`] : [];
}

/** A group that decides by majority gains nothing from an even number, and stands still when it is split in halves. */
export function replicaFaults(key: string, replicas: number | undefined, most: number): string[] {
  if (replicas === undefined) {
    return [];
  }
  if (replicas % 2 === 0) {
    return [
      `openedx:services.${key}: ${replicas} servers decide by majority, so that ${replicas} bear no more losses than ` +
        `${replicas - 1}; use ${replicas - 1} or ${replicas + 1}`,
    ];
  }
  return replicas > most
    ? [`openedx:services.${key}: ${replicas} servers are more than the ${most} that vote`]
    : [];
}

/** What a server needs even when it holds nothing yet. */
export function sizeFaults(
  key: string,
  request: SizeRequest,
  least: { storage: string; memory: string },
): string[] {
  return (["storage", "memory"] as const).flatMap((part) => {
    const value = request[part];
    return value !== undefined && amount(value) < amount(least[part])
      ? [
          `openedx:services.${key}.${part}: ${value} is too small; such a server needs ${least[part]} at least`,
        ]
      : [];
  });
}

/**
 * The address of one external server whose administrator's password the config gives, and what is missing.
 * @param service its name, in the config and in `openedx:credentials`
 * @param own further faults in the host
 */
export function externalAddress(
  { config }: PlanContext,
  service: string,
  { host, ca }: { host?: string; ca?: string },
  own: readonly string[] = [],
): { address: ServerAddress; faults: string[] } {
  const authority = readAuthority(ca, `openedx:services.${service}.external.ca`);
  return {
    address: { host: host ?? "", ...(authority.ca !== undefined && { ca: authority.ca }) },
    faults: [
      ...needsHost(`${service}.external.host`, host),
      ...own,
      ...missingCredentials(config, service, ["adminPassword"]),
      ...authority.faults,
    ],
  };
}
