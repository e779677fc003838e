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

/** What a generated value's resource gives in a plan with stand-ins; undefined for what none can stand for. */
export function standInOutputs({ type, name }: Registration): PropertyMap | undefined {
  return outputs[type]?.(name);
}
