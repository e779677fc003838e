import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { CloudAbilities } from "../cloud/types.js";
import { programFolder } from "../workspace/paths.js";
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

const pem = /^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/;

/** An authority as the config gives it, PEM text or a file relative to the program; or what is wrong with it. */
export function readAuthority(ca: string | undefined, key: string): { ca?: string; faults: string[] } {
  if (ca === undefined) {
    return { faults: [] };
  }
  if (ca.trimStart().startsWith("-----BEGIN")) {
    return pem.test(ca.trim())
      ? { ca: ca.trim(), faults: [] }
      : { faults: [`${key}: is not a certificate in PEM`] };
  }
  const file = resolve(programFolder, ca);
  if (!existsSync(file)) {
    return { faults: [`${key}: is neither PEM text nor a file: there is no ${ca}`] };
  }
  const text = readFileSync(file, "utf8").trim();
  return pem.test(text)
    ? { ca: text, faults: [] }
    : { faults: [`${key}: ${ca} holds no certificate in PEM`] };
}
