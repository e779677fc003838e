import * as iam from "@pulumi/aws/iam/index.js";
import * as route53 from "@pulumi/aws/route53/index.js";
import * as sesv2 from "@pulumi/aws/sesv2/index.js";
import type * as pulumi from "@pulumi/pulumi";
import type { MailRequest, MailServer } from "../../src/cloud/services.js";
import { told } from "../../src/cloud/told.js";
import { once } from "../../src/workspace/concurrency.js";
import { part } from "../part.js";
import { arn, type AwsContext, instanceTag, roleName, siteName } from "./context.js";
import type { Dns } from "./dns.js";
import { dkimDomain } from "./mailOffer.js";
import { allow, policyDocument } from "./policyDocument.js";

/** CNAME records of one identity: Easy DKIM has three keys, of which it changes one after the other. */
const dkimKeys = [0, 1, 2];
/** Seconds that others may remember a record. */
const ttl = 600;

/** SES for the zone's domain, and for each site an account that may send as that site alone. */
export function awsMail(context: AwsContext, dns: Dns): (request: MailRequest) => MailServer {
  const name = `${context.name}-mail`;
  const identity = once(() => part(context, "Mail", (inside) => makeIdentity(inside, name, dns), { name }));
  return (request) => {
    const ready = identity();
    const site = `${context.name}-${siteName(request.instance)}-mail`;
    return part(context, "MailAccount", (inside) => makeAccount(inside, site, dns.domain, request, ready), {
      name: site,
    });
  };
}

/** The domain's identity, with the records by which receivers know it: DKIM, a MAIL FROM of its own with SPF, DMARC. */
function makeIdentity(
  { settings, opts }: AwsContext,
  name: string,
  { zoneId, domain }: Dns,
): pulumi.Resource[] {
  const { region, existing, mail } = settings;
  const identity = new sesv2.EmailIdentity(name, { emailIdentity: domain, tags: { Name: domain } }, opts);
  const record = (
    what: string,
    type: string,
    at: pulumi.Input<string>,
    value: pulumi.Input<string>,
  ): void => {
    new route53.Record(`${name}-${what}`, { zoneId, type, name: at, ttl, records: [value] }, opts);
  };
  for (const key of dkimKeys) {
    const token = (form: (token: string) => string): pulumi.Output<string> =>
      told(
        identity.dkimSigningAttributes,
        (attributes) => attributes?.tokens?.[key] && form(attributes.tokens[key]),
        `SES: DKIM key ${key + 1} of ${domain}`,
      );
    record(
      `dkim-${key + 1}`,
      "CNAME",
      token((text) => `${text}._domainkey.${domain}`),
      token((text) => `${text}.${dkimDomain(region)}`),
    );
  }
  const mailFrom = `${mail.mailFrom}.${domain}`;
  record("mx", "MX", mailFrom, `10 feedback-smtp.${region}.amazonses.com`);
  record("spf", "TXT", mailFrom, "v=spf1 include:amazonses.com ~all");
  // One that exists may have its record already, of which there can be one only.
  const dmarc = mail.dmarc ?? (existing.dnsZone === undefined ? "v=DMARC1; p=none;" : undefined);
  if (dmarc !== undefined) {
    record("dmarc", "TXT", `_dmarc.${domain}`, dmarc);
  }
  const attributes = new sesv2.EmailIdentityMailFromAttributes(
    name,
    {
      emailIdentity: identity.emailIdentity,
      mailFromDomain: mailFrom,
      // Mail leaves by Amazon's own domain until the record is seen.
      behaviorOnMxFailure: "USE_DEFAULT_VALUE",
    },
    opts,
  );
  return [identity, attributes];
}

/**
 * A name and a password for SES's SMTP. The password is made of the key of an IAM user: SMTP knows no roles, and what else
 * a site runs beside the LMS speaks SMTP alone.
 */
function makeAccount(
  { settings, opts, granting }: AwsContext,
  name: string,
  domain: string,
  { instance, from }: MailRequest,
  ready: pulumi.Resource[],
): MailServer {
  const user = new iam.User(
    name,
    { name: roleName(settings, siteName(instance), "mail"), forceDestroy: true, tags: instanceTag(instance) },
    opts,
  );
  const policy = new iam.UserPolicy(
    name,
    {
      user: user.name,
      policy: policyDocument(
        allow("SendAsItself", ["ses:SendRawEmail"], [arn(settings, "ses", `identity/${domain}`)], {
          // Open edX can put the course's name and a hyphen before the address.
          StringLike: { "ses:FromAddress": [from, `*-${from}`] },
        }),
      ),
    },
    granting,
  );
  const key = new iam.AccessKey(name, { user: user.name }, opts);
  return {
    username: key.id,
    password: key.sesSmtpPasswordV4,
    ready: [...ready, policy],
  };
}
