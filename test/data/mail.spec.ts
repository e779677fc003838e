import assert from "node:assert/strict";
import { directMailWarnings } from "../../src/data/mail/sender.js";
import { fullCloud, planOf } from "./stack.js";

/** A relay that differs in this from one that is right. */
function relay(external: object, password = "p@ss#word"): Parameters<typeof planOf> {
  return [
    { mail: { mode: "external", external: { host: "relay.example.com", ...external } } },
    undefined,
    { credentials: { mail: { username: "sites", password } } },
  ];
}

describe("the plan of outgoing mail", () => {
  it("takes passwords that other services' files could not carry", () => {
    assert.equal(planOf(...relay({})).mail.mode, "external");
  });

  it("warns of sites whose Exim the cloud keeps from delivering, and of no others", () => {
    const instances = [
      ["campus", { RUN_SMTP: true, SMTP_HOST: "smtp" }],
      ["own", { RUN_SMTP: true, SMTP_HOST: "relay.example.com" }],
      ["academy", { RUN_SMTP: false, SMTP_HOST: "smtp" }],
    ] as const;
    const [warning, ...more] = directMailWarnings({ directMail: "blocks that port (its page)" }, instances);
    assert.match(
      warning ?? "",
      /^Mail of campus will .* the cloud blocks that port \(its page\)\..*docs\/mail\.md$/,
    );
    assert.deepEqual([...more, ...directMailWarnings({}, instances)], []);
  });

  const faulty: { what: string; args: Parameters<typeof planOf>; says: RegExp[] }[] = [
    {
      what: "managed mail where the cloud has none, with the page that says what else there is",
      args: [{ mail: { mode: "managed" } }],
      says: [/openedx:services\.mail\.mode: is managed.*; it can be bundled, external; docs\/mail\.md/],
    },
    {
      what: "managed mail for the sites of other stacks",
      args: [{ mail: { mode: "managed" } }, fullCloud, { scope: "platform", instances: {} }],
      says: [/openedx:services\.mail\.mode: is managed, .* use bundled, external here, or `scope: all`/],
    },
    {
      what: "a relay without host and accounts, for each instance",
      args: [
        { mail: { mode: "external" } },
        undefined,
        { credentials: { "mail-academy": { username: "a", password: "b" } } },
      ],
      says: [
        /openedx:services\.mail\.external\.host: is missing/,
        /openedx:credentials\.mail\.username: is missing, and campus has none of its own/,
        /openedx:credentials\.mail\.password: is missing, and campus has none of its own/,
        /^(?![\s\S]*academy has none)/,
      ],
    },
    {
      what: "STARTTLS on the port that speaks TLS at once",
      args: relay({ port: 465 }),
      says: [/openedx:services\.mail\.external\.tls: is starttls, and port 465.*Set it to implicit/],
    },
    {
      what: "TLS at once on the port that begins in plain text",
      args: relay({ tls: "implicit" }),
      says: [/openedx:services\.mail\.external\.tls: is implicit, and port 587.*the port to 465/],
    },
    {
      what: "a relay's password in plain text",
      args: relay({ tls: "off" }),
      says: [/openedx:services\.mail\.external\.tls: is off, and the password would cross/],
    },
    {
      what: "an account for a relay that asks for none",
      args: relay({ auth: false }),
      says: [
        /openedx:credentials\.mail: nothing reads it, since openedx:services\.mail\.external\.auth is false/,
      ],
    },
    {
      what: "a relay's password that ends a string, without showing it",
      args: relay({}, 'pass"word'),
      says: [/^(?!.*pass")[\s\S]*openedx:credentials\.mail\.password: holds a quotation mark/],
    },
  ];
  for (const { what, args, says } of faulty) {
    it(`refuses ${what}`, () => {
      for (const message of says) {
        assert.throws(() => planOf(...args), { name: "UserError", message });
      }
    });
  }
});
