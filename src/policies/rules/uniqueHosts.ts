import { textsOf } from "../../kubernetes/objects.js";
import { instanceType, unchecked, unknown } from "../objects.js";
import type { Finding, PolicyStack, Rule } from "../types.js";

/** A host that two instances claim leads to one of them, and nobody knows to which. */
export const uniqueHosts: Rule = {
  name: "unique-hosts",
  level: "mandatory",
  description: "No host belongs to two instances, in one stack or in two of the fleet.",
  check: (stack, fleet) => {
    const claims = fleet.flatMap(claimsOf);
    return claims
      .filter((claim) => claim.stack === stack.stack)
      .flatMap(({ urn, instance, hosts }) => hosts.flatMap((host) => clash(host, { urn, instance }, claims)));
  },
};

interface Claim {
  stack: string;
  urn: string;
  instance: string;
  hosts: string[];
}

function claimsOf({ stack, resources }: PolicyStack): Claim[] {
  return resources
    .filter(({ type }) => type === instanceType)
    .map(({ urn, name, inputs }) => ({
      stack,
      urn,
      instance: name,
      hosts: [...new Set(textsOf(inputs.hosts).map((host) => host.toLowerCase().replace(/\.$/, "")))],
    }));
}

function clash(
  host: string,
  { urn, instance }: Pick<Claim, "urn" | "instance">,
  claims: readonly Claim[],
): Finding[] {
  if (host.includes(unknown)) {
    return [unchecked(urn, `A host of ${instance}`)];
  }
  const others = claims.filter((claim) => claim.urn !== urn && claim.hosts.includes(host));
  if (others.length === 0) {
    return [];
  }
  const owners = others.map((other) => `${other.instance} in stack ${other.stack}`).join(", ");
  return [
    {
      urn,
      message: `${instance}: its host ${host} belongs to ${owners} too. Give one of them another host in its config.yml (LMS_HOST, CMS_HOST and those of its plugins).`,
    },
  ];
}
