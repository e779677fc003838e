import * as pulumi from "@pulumi/pulumi";
import { Zone } from "@pulumi/azure-native/dns/zone.js";
import type { CloudDns } from "../../src/cloud/types.js";
import { existingTypes, parseResourceId } from "../../src/config/azure.js";
import { type AzureContext, tagsOf } from "./context.js";
import type { Granting, Identities } from "./identity.js";
import { grantCustom, principal } from "./roles.js";

export interface AzureZone {
  /** The domain. */
  name: string;
  id: pulumi.Input<string>;
  subscription: string;
  group: pulumi.Input<string>;
  groupId: pulumi.Input<string>;
  /** Undefined for a zone that exists. */
  nameServers?: pulumi.Output<string[]>;
}

/** The stack's own zone, the existing one that the config names, or none. */
export function azureZone(context: AzureContext): AzureZone | undefined {
  const { config, name, groups, retained } = context;
  if (config.dns === undefined) {
    return undefined;
  }
  const domain = config.dns.zone;
  const id = config.existing.dnsZone;
  if (id !== undefined) {
    const { subscription, group } = parseResourceId(id, existingTypes.dnsZone) ?? {
      subscription: "",
      group: "",
    };
    const groupId = `/subscriptions/${subscription}/resourceGroups/${group}`;
    return { name: domain, id, subscription, group, groupId };
  }
  const zone = new Zone(
    `${name}-zone`,
    {
      resourceGroupName: groups.data.name,
      zoneName: domain,
      location: "global",
      zoneType: "Public",
      tags: tagsOf(context),
    },
    retained,
  );
  return {
    name: domain,
    id: zone.id,
    subscription: config.subscriptionId,
    group: groups.data.name,
    groupId: groups.data.id,
    nameServers: zone.nameServers,
  };
}

/** Rights on the zone, by purpose. */
export function zoneGrants(
  context: AzureContext,
  zone: AzureZone,
): { "cert-manager": Granting; "external-dns": Granting } {
  const scope = { name: "zone", id: zone.id };
  return {
    "cert-manager": (identity) => {
      grantCustom(context, principal("cert-manager", identity), "challenge-writer", scope, zone.groupId);
    },
    "external-dns": (identity) => {
      const dns = principal("external-dns", identity);
      grantCustom(context, dns, "record-writer", scope, zone.groupId);
      // It looks for its zone among all of the group.
      grantCustom(context, dns, "zone-finder", { name: "zone-group", id: zone.groupId }, zone.groupId);
    },
  };
}

/** What cert-manager and external-dns are told of the zone. */
export function azureDns({ config }: AzureContext, zone: AzureZone, identities: Identities): CloudDns {
  return {
    zones: [zone.name],
    ...(zone.nameServers !== undefined && { nameServers: zone.nameServers }),
    // Only who asks for it makes the identity.
    get solver() {
      return {
        azureDNS: {
          subscriptionID: zone.subscription,
          resourceGroupName: zone.group,
          hostedZoneName: zone.name,
          environment: "AzurePublicCloud",
          managedIdentity: { clientID: identities.of("cert-manager").clientId },
        },
      };
    },
    externalDns: { provider: { name: "azure" } },
    externalDnsFiles: {
      "azure.json": pulumi.jsonStringify({
        tenantId: config.tenantId,
        subscriptionId: zone.subscription,
        resourceGroup: zone.group,
        useWorkloadIdentityExtension: true,
      }),
    },
  };
}
