import { DnsManagedZoneIamMember } from "@pulumi/gcp/dns/dnsManagedZoneIamMember.js";
import { ManagedZone } from "@pulumi/gcp/dns/managedZone.js";
import { IAMMember } from "@pulumi/gcp/projects/iammember.js";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudDns } from "../../src/cloud/types.js";
import { gcpId } from "./ids.js";
import { after } from "../part.js";
import { type GcpContext, labelsOf } from "./context.js";
import type { Granting, Principal } from "./identity.js";
import type { CustomRoles } from "./roles.js";

/** A zone, and what depends on it. */
export interface GcpZone {
  /** Rights on it, by purpose. */
  grants: Record<"cert-manager" | "external-dns", Granting>;
  /** What cert-manager and external-dns are told of it. */
  facts: CloudDns;
}

/** The stack's own zone for a domain, or the existing one that the config names. */
export function gcpZone(context: GcpContext, roles: CustomRoles, domain: string): GcpZone {
  const { dnsZone } = context.settings.existing;
  if (dnsZone !== undefined) {
    const { name: zone } = gcpId(dnsZone, "dnsZone");
    return { grants: zoneGrants(context, roles, zone), facts: zoneFacts(context, domain, zone) };
  }
  const zone = makeZone(context, domain);
  return {
    grants: zoneGrants(context, roles, zone.name),
    facts: { ...zoneFacts(context, domain, zone.name), nameServers: zone.nameServers },
  };
}

function makeZone(context: GcpContext, domain: string): ManagedZone {
  const { name, base, stack, retained, disposable, deletionPolicy } = context;
  return new ManagedZone(
    `${name}-zone`,
    {
      name: `${base}-${domain.replaceAll(".", "-")}`.slice(0, 63).replace(/-+$/, ""),
      dnsName: `${domain}.`,
      description: `Hosts of the sites of the Open edX stack ${stack}.`,
      labels: labelsOf(context),
      visibility: "public",
      dnssecConfig: { state: "on", nonExistence: "nsec3" },
      // Records that external-dns made.
      forceDestroy: disposable,
      deletionPolicy,
    },
    retained,
  );
}

function zoneGrants(
  context: GcpContext,
  roles: CustomRoles,
  managedZone: pulumi.Input<string>,
): GcpZone["grants"] {
  const { settings, name, granting } = context;
  const { project } = settings;
  const records = ({ name: who, member, ready }: Principal): pulumi.Resource =>
    new DnsManagedZoneIamMember(
      `${name}-${who}-records`,
      { project, managedZone, role: roles("record_writer"), member },
      after(granting, ready),
    );
  return {
    // It is told the zone's name, so it need not look for it.
    "cert-manager": (principal) => [records(principal)],
    "external-dns": (principal) => [
      records(principal),
      new IAMMember(
        `${name}-${principal.name}-zones`,
        { project, role: roles("zone_finder"), member: principal.member },
        after(granting, principal.ready),
      ),
    ],
  };
}

function zoneFacts({ settings }: GcpContext, domain: string, zone: pulumi.Input<string>): CloudDns {
  const { project } = settings;
  return {
    zones: [domain],
    solver: { cloudDNS: { project, hostedZoneName: zone } },
    externalDns: {
      provider: { name: "google" },
      extraArgs: { "google-project": project, "google-zone-visibility": "public" },
    },
  };
}
