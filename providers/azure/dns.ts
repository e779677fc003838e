import * as pulumi from "@pulumi/pulumi";
import { Zone } from "@pulumi/azure-native/dns/zone.js";
import type { CloudDns } from "../../src/cloud/types.js";
import { existingTypes, resourceId } from "./ids.js";
import { type AzureContext, tagsOf } from "./context.js";
import type { Granting, Identities } from "./identity.js";
import { grantCustom, principal } from "./roles.js";

/** A zone, and what depends on it. */
export interface AzureZone {
  /** Rights on it, by purpose. */
  grants: Record<"cert-manager" | "external-dns", Granting>;
  /** What cert-manager and external-dns are told of it. */
  facts: (identities: Identities) => CloudDns;
}

interface ZoneParts {
  /** The domain. */
  name: string;
  id: pulumi.Input<string>;
  group: pulumi.Input<string>;
  groupId: pulumi.Input<string>;
  /** Undefined for a zone that exists. */
  nameServers?: pulumi.Output<string[]>;
}

/** The stack's own zone for a domain, or the existing one that the config names. */
export function azureZone(context: AzureContext, domain: string): AzureZone {
  const { dnsZone } = context.settings.existing;
  const zone = dnsZone === undefined ? makeZone(context, domain) : findZone(context, domain, dnsZone);
  return {
    grants: zoneGrants(context, zone),
    facts: (identities) => zoneFacts(context, zone, identities),
  };
}

function findZone({ settings }: AzureContext, name: string, id: string): ZoneParts {
  const { group } = resourceId(id, existingTypes.dnsZone);
  const groupId = `/subscriptions/${settings.subscriptionId}/resourceGroups/${group}`;
  return { name, id, group, groupId };
}

function makeZone(context: AzureContext, domain: string): ZoneParts {
  const { name, groups, retained } = context;
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
    group: groups.data.name,
    groupId: groups.data.id,
    nameServers: zone.nameServers,
  };
}

function zoneGrants(context: AzureContext, zone: ZoneParts): AzureZone["grants"] {
  const scope = { name: "zone", id: zone.id };
  return {
    "cert-manager": (identity) => [
      grantCustom(context, principal("cert-manager", identity), "challenge-writer", scope, zone.groupId),
    ],
    "external-dns": (identity) => {
      const dns = principal("external-dns", identity);
      return [
        grantCustom(context, dns, "record-writer", scope, zone.groupId),
        // It looks for its zone among all of the group.
        grantCustom(context, dns, "zone-finder", { name: "zone-group", id: zone.groupId }, zone.groupId),
      ];
    },
  };
}

function zoneFacts({ settings }: AzureContext, zone: ZoneParts, identities: Identities): CloudDns {
  return {
    zones: [zone.name],
    ...(zone.nameServers !== undefined && { nameServers: zone.nameServers }),
    // Only who asks for it makes the identity.
    get solver() {
      return {
        azureDNS: {
          subscriptionID: settings.subscriptionId,
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
        tenantId: settings.tenantId,
        subscriptionId: settings.subscriptionId,
        resourceGroup: zone.group,
        useWorkloadIdentityExtension: true,
      }),
    },
  };
}
