import assert from "node:assert/strict";
import { type PropertyMap, type Registration, Secret } from "../../../src/engine/types.js";
import { awsCase } from "../../contract/aws.js";
import { statementsOf } from "../../contract/awsRights.js";
import { type CloudRun, inputsOf, runCloud } from "../../contract/clouds.js";
import { evaluate } from "./evaluate.js";
import { account } from "./identities.js";

/** Records by name and type, with what they say. */
function recordsOf({ registrations }: CloudRun): Record<string, string> {
  return Object.fromEntries(
    registrations
      .filter(({ type }) => type === "aws:route53/record:Record")
      .map((record) => inputsOf(record) as { name: string; type: string; records: string[] })
      .map(({ name, type, records }) => [`${name} ${type}`, records.join()]),
  );
}

function run(aws: object): Promise<CloudRun> {
  return runCloud(awsCase, {
    preview: false,
    config: { aws: { ...(awsCase.config.aws as object), ...aws } },
  });
}

describe("mail by SES", () => {
  let made: CloudRun;
  before(async () => {
    made = await run({});
  });

  it("is known to receivers by records in the zone: three keys, a domain for bounces with its sender, a policy", () => {
    assert.deepEqual(recordsOf(made), {
      "one._domainkey.example.com CNAME": "one.dkim.amazonses.com",
      "two._domainkey.example.com CNAME": "two.dkim.amazonses.com",
      "three._domainkey.example.com CNAME": "three.dkim.amazonses.com",
      "bounce.example.com MX": "10 feedback-smtp.eu-west-1.amazonses.com",
      "bounce.example.com TXT": "v=spf1 include:amazonses.com ~all",
      "_dmarc.example.com TXT": "v=DMARC1; p=none;",
    });
  });

  it("has its keys where the region has them, and leaves the policy of a zone that exists alone", async () => {
    const elsewhere = { region: "eu-south-1", existing: { dnsZone: "Z1" } };
    const records = recordsOf(await run(elsewhere));
    assert.equal(records["one._domainkey.example.com CNAME"], "one.dkim.eu-south-1.amazonses.com");
    assert.equal(records["_dmarc.example.com TXT"], undefined);
    const asked = recordsOf(await run({ ...elsewhere, mail: { dmarc: "v=DMARC1; p=reject;" } }));
    assert.equal(asked["_dmarc.example.com TXT"], "v=DMARC1; p=reject;");
  });

  it("lets each site send as itself, by SMTP alone", () => {
    const policy = made.registrations.find(
      ({ type, name }) => type === "aws:iam/userPolicy:UserPolicy" && name === "contract-site-campus-mail",
    ) as Registration;
    const identity = `arn:aws:ses:eu-west-1:${account}:identity/example.com`;
    const may = (from: string, action = "ses:SendRawEmail", resource = identity) =>
      evaluate(statementsOf(inputsOf(policy).policy), {
        action,
        resource,
        context: { "ses:FromAddress": from },
      });
    for (const from of ["campus@example.com", "MA101-campus@example.com"]) {
      assert.equal(may(from), "allowed", from);
    }
    for (const from of [
      "academy@example.com",
      "campus@example.com.evil.example",
      "hippocampus@example.com",
    ]) {
      assert.equal(may(from), "denied", from);
    }
    assert.equal(may("campus@example.com", "ses:SendEmail"), "denied");
    assert.equal(may("campus@example.com", "ses:SendRawEmail", `${identity}.au`), "denied");
  });

  it("gives each site a password of its own, as a secret, that comes after the right to use it", () => {
    const accounts = made.answers.instances as Record<string, { mail: PropertyMap }>;
    assert.deepEqual(
      ["campus", "academy"].map((site) => accounts[site]?.mail.password),
      ["campus", "academy"].map((site) => new Secret(`smtp-contract-site-${site}-mail`)),
    );
    const ready = JSON.stringify(accounts.campus?.mail.ready);
    assert.match(ready, /UserPolicy::contract-site-campus-mail/);
  });
});
