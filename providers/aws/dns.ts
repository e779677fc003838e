import * as route53 from "@pulumi/aws/route53/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudDns } from "../../src/cloud/types.js";
import { component, type Place, retained } from "./place.js";

export interface Dns {
  zoneId: pulumi.Input<string>;
  dns: CloudDns;
}

/** The zone that the config asks for, made or existing; undefined where it asks for none. */
export function createDns(place: Place): Dns | undefined {
  const { settings } = place;
  const { dns, existing } = settings.config;
  if (dns === undefined) {
    return undefined;
  }
  const at = component(place, "Dns", `${settings.name}-dns`);
  const made =
    existing.dnsZone === undefined
      ? new route53.Zone(
          `${settings.name}-zone`,
          {
            name: dns.zone,
            comment: `${settings.name}: Open edX`,
            // The records are external-dns's, which is gone by then.
            forceDestroy: settings.disposable,
            tags: { Name: dns.zone },
          },
          retained(at),
        )
      : undefined;
  const zoneId = made?.zoneId ?? existing.dnsZone ?? "";
  return {
    zoneId,
    dns: {
      zones: [dns.zone],
      ...(made !== undefined && { nameServers: made.nameServers }),
      solver: { route53: { region: settings.region, hostedZoneID: zoneId } },
      externalDns: {
        provider: { name: "aws" },
        env: [{ name: "AWS_DEFAULT_REGION", value: settings.region }],
        extraArgs: { "aws-zone-type": "public" },
      },
    },
  };
}
