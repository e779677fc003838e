import * as route53 from "@pulumi/aws/route53/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudDns } from "../../src/cloud/types.js";
import type { AwsContext } from "./context.js";

export interface Dns {
  domain: string;
  zoneId: pulumi.Input<string>;
  dns: CloudDns;
}

/** The zone for a domain, made or existing. */
export function awsDns(context: AwsContext, domain: string): Dns {
  const { settings } = context;
  const { existing } = settings;
  const made =
    existing.dnsZone === undefined
      ? new route53.Zone(
          `${settings.name}-zone`,
          {
            name: domain,
            comment: `${settings.name}: Open edX`,
            // The records are external-dns's, which is gone by then.
            forceDestroy: context.disposable,
            tags: { Name: domain },
          },
          context.retained,
        )
      : undefined;
  const zoneId = made?.zoneId ?? existing.dnsZone ?? "";
  return {
    domain,
    zoneId,
    dns: {
      zones: [domain],
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
