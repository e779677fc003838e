import type { Facts } from "../cloud/facts.js";
import { standIn, standInPrivateKey } from "../workspace/standIns.js";
import type { PropertyMap, Registration } from "./types.js";

const outputs: Record<string, (name: string) => PropertyMap> = {
  "random:index/randomPassword:RandomPassword": (name) => ({
    result: standIn(name),
    bcryptHash: standIn(`${name}-bcrypt`),
  }),
  "random:index/randomString:RandomString": (name) => ({ result: standIn(name) }),
  "random:index/randomUuid:RandomUuid": (name) => ({ result: standIn(name) }),
  "tls:index/privateKey:PrivateKey": () => ({ privateKeyPem: standInPrivateKey() }),
};

/** What a plan with stand-ins must know of clouds: settings files and names of Jobs are made from their addresses. */
export type CloudAddresses = Pick<Facts, "isCloud" | "addresses">;

/**
 * What a generated value's resource gives in a plan with stand-ins; undefined for what none can stand for. An address is
 * not a secret. One that was renamed keeps the stand-in of its first name, as the engine keeps its value.
 */
export function standInOutputs(
  { type, firstName, inputs }: Registration,
  clouds: CloudAddresses,
): PropertyMap | undefined {
  if (!clouds.isCloud(type)) {
    return outputs[type]?.(firstName);
  }
  const unsaid = clouds.addresses.filter((property) => !(property in inputs));
  return Object.fromEntries(unsaid.map((property) => [property, `${property}.of.${firstName}.invalid`]));
}
