import type { Answer, Check } from "../src/cloud/check.js";
import { fails, ok, unknown, warning } from "../src/cloud/check.js";
import { messageOf } from "../src/workspace/errors.js";

/** Answers with the names of a domain's name servers, as `node:dns` does. */
export type ResolveNs = (domain: string) => Promise<string[]>;

const tidy = (name: string): string => name.toLowerCase().replace(/\.$/, "");

/**
 * Whether a zone of the cloud is what the world asks for its domain.
 * @param ownServers name servers of the zone in the cloud; undefined: there is no zone yet.
 * @param resolve default: the resolver of this machine.
 */
export async function delegation(
  zone: string,
  ownServers: readonly string[] | undefined,
  resolve: ResolveNs = resolveNs,
): Promise<Answer> {
  const found = await serversOf(zone, resolve);
  if (found instanceof Error) {
    return unknown(`the DNS gave no answer about ${zone} (${found.message})`);
  }
  const now = found.length === 0 ? "nobody answers for it now" : `${found.join(", ")} answer for it now`;
  if (ownServers === undefined) {
    return warning(
      `the first run makes the zone ${zone}; ${now}`,
      `after it, set the name servers of ${zone} at ${parentOf(zone)} to those of the output nameServers`,
    );
  }
  const own = ownServers.map(tidy).sort();
  const missing = own.filter((server) => !found.includes(server));
  const foreign = found.filter((server) => !own.includes(server));
  const remedy = `set the name servers of ${zone} at ${parentOf(zone)} to ${own.join(", ")}`;
  if (missing.length === own.length) {
    return fails(`${zone} is not delegated to its zone: ${now}`, remedy);
  }
  return missing.length + foreign.length > 0
    ? warning(`${zone} is delegated in part: ${now}`, remedy)
    : ok(`${zone} is delegated to ${own.join(", ")}`);
}

/** The check that every cloud with a zone of its own has. */
export function delegationCheck(
  id: string,
  needs: string,
  zone: string | undefined,
  ownServers: (zone: string) => Promise<readonly string[] | undefined>,
): Check[] {
  const ask = async (domain: string): Promise<Answer> => delegation(domain, await ownServers(domain));
  return zone === undefined ? [] : [{ id, about: "Delegation of the domain", needs, ask: () => ask(zone) }];
}

async function resolveNs(domain: string): Promise<string[]> {
  const dns = await import("node:dns/promises");
  return dns.resolveNs(domain);
}

/** None where the domain has none; the error where nobody could be asked. */
async function serversOf(zone: string, resolve: ResolveNs): Promise<string[] | Error> {
  try {
    return (await resolve(zone)).map(tidy).sort();
  } catch (error) {
    const { code } = error as { code?: string };
    return code === "ENOTFOUND" || code === "ENODATA" ? [] : new Error(code ?? messageOf(error));
  }
}

function parentOf(zone: string): string {
  const parent = zone.split(".").slice(1).join(".");
  return parent.includes(".") ? `${parent} or your registrar` : "your registrar";
}
