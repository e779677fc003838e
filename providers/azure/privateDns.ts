import { PrivateZone } from "@pulumi/azure-native/privatedns/privateZone.js";
import { VirtualNetworkLink } from "@pulumi/azure-native/privatedns/virtualNetworkLink.js";
import { type AzureContext, tagsOf } from "./context.js";
import type { Network } from "./network.js";

/**
 * A zone that only the network sees.
 * @param what names the resources
 */
export function privateZone(
  context: AzureContext,
  network: Network,
  what: string,
  zoneName: string,
): { zone: PrivateZone; link: VirtualNetworkLink } {
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
  return { zone, link };
}
