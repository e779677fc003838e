import { z } from "zod";
import type { CloudRequest } from "../../src/cloud/request.js";
import type { MailShape } from "../../src/cloud/services.js";

/**
 * Regions of SES, and where the public DKIM keys of each stand: AWS General Reference, "Amazon SES endpoints and quotas",
 * DKIM domains. Those of which that is not known are left out, and so are China's, which have no SES.
 */
const sharedKeys =
  `ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1
  eu-west-2 eu-west-3 me-south-1 sa-east-1 us-east-1 us-east-2 us-gov-west-1 us-west-1 us-west-2`.split(
    /\s+/,
  );
const ownKeys =
  `af-south-1 ap-northeast-3 ap-south-2 ap-southeast-3 ap-southeast-5 ca-west-1 eu-central-2 eu-south-1 il-central-1
  me-central-1 us-gov-east-1`.split(/\s+/);

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export const awsMailSchema = z
  .strictObject({
    mailFrom: z
      .string()
      .regex(label, "is not a label of a domain, such as bounce")
      .default("bounce")
      .describe(
        "Subdomain of dns.zone that bounces return to; no mail is received or sent there by anybody else.",
      ),
    dmarc: z
      .string()
      .regex(/^v=DMARC1;[ -~]{0,240}$/, "is not a DMARC record, such as v=DMARC1; p=none;")
      .optional()
      .describe(
        "Record at _dmarc. Default: `v=DMARC1; p=none;` in a zone that the stack makes, none in one that exists.",
      ),
  })
  .prefault({})
  .describe("SES, where services.mail.mode is managed.");

/** Where the public DKIM keys of a region's identities stand; undefined where no SES is known. */
export function dkimDomain(region: string): string | undefined {
  if (sharedKeys.includes(region)) {
    return "dkim.amazonses.com";
  }
  return ownKeys.includes(region) ? `dkim.${region}.amazonses.com` : undefined;
}

/** SES, which sends for the zone's domain alone; undefined where there is no zone, or no SES. */
export function mailShape(region: string, zone: string | undefined): MailShape | undefined {
  return zone === undefined || dkimDomain(region) === undefined
    ? undefined
    : {
        host: `email-smtp.${region}.amazonaws.com`,
        // Unlike 25, no network of AWS throttles it.
        port: 587,
        tls: "starttls",
        auth: true,
        users: "managed",
        domain: zone,
      };
}

/** Why SES is not offered, where it is asked for. */
export function mailFaults(
  { services }: Pick<CloudRequest, "services">,
  region: string,
  zone: string | undefined,
): string[] {
  if (services.mail.mode !== "managed") {
    return [];
  }
  const elsewhere = "or set openedx:services.mail.mode to external; docs/mail.md";
  return [
    ...(zone === undefined
      ? [`openedx:aws.dns.zone: is not set, and SES sends for a zone's domain. Set it, ${elsewhere}`]
      : []),
    ...(dkimDomain(region) === undefined
      ? [
          `openedx:services.mail.mode: is managed, and ${region} has no SES that is known here; take another region, ${elsewhere}`,
        ]
      : []),
  ];
}
