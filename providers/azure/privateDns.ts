import type * as pulumi from "@pulumi/pulumi";
import { PrivateZone } from "@pulumi/azure-native/privatedns/privateZone.js";
import { VirtualNetworkLink } from "@pulumi/azure-native/privatedns/virtualNetworkLink.js";
import { type AzureContext, tagsOf } from "./context.js";
import type { Network } from "./network.js";

export interface AzurePrivateZone {
  id: pulumi.Input<string>;
  /** What must be there before names in it lead anywhere. */
  ready: pulumi.Resource[];
}

/**
 * A zone that only the network sees: the existing one that the config names, else the stack's own.
 * @param what names the resources
 */
export function privateZone(
  context: AzureContext,
  network: Network,
  what: "mysql" | "redis",
  zoneName: string,
): AzurePrivateZone {
  const existing = context.settings.existing.privateDnsZones[what];
  if (existing !== undefined) {
    return { id: existing, ready: [] };
  }
  const { name, groups, opts } = context;
  const place = { resourceGroupName: groups.cluster.name, location: "global", tags: tagsOf(context) };
  const zone = new PrivateZone(`${name}-${what}`, { ...place, privateZoneName: zoneName }, opts);
  const link = new VirtualNetworkLink(
    `${name}-${what}`,
    {
      ...place,
      privateZoneName: zone.name,
      virtualNetworkLinkName: what,
      virtualNetwork: { id: network.id },
      registrationEnabled: false,
    },
    // Gone before the subnets are, which Azure holds to be in use otherwise.
    { ...opts, dependsOn: network.ready },
  );
  return { id: zone.id, ready: [link] };
}
