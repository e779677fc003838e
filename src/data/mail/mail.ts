import * as pulumi from "@pulumi/pulumi";
import type { MailServer, MailShape } from "../../cloud/services.js";
import { credential, missingCredentials } from "../credentials.js";
import { forInstance } from "../names.js";
import { needsHost, type PlanContext } from "../planning.js";
import { asked, type DataService, type Decided } from "../service.js";
import { boundSecret } from "../types.js";
import { mailFacts } from "./facts.js";
import { mailSender } from "./sender.js";

interface MailPlan extends MailShape {
  /** A template. Default: the contact address of each instance. */
  from?: string;
}

/** The relay that takes the sites' outgoing mail; each site has an account of its own there, where there are accounts. */
export const mail: DataService<MailPlan, undefined, MailServer> = {
  ...mailFacts,
  offered: ({ abilities, services }) =>
    abilities.managed.mail && withSender(abilities.managed.mail, services),
  elsewhere,
  settings: ({ shape }, { instance }) => {
    const from = shape.from === undefined ? undefined : forInstance(shape.from, instance);
    return {
      settings: {
        RUN_SMTP: false,
        SMTP_HOST: shape.host,
        SMTP_PORT: shape.port,
        SMTP_USE_TLS: shape.tls === "starttls",
        SMTP_USE_SSL: shape.tls === "implicit",
        OPENEDX_PULUMI_MAIL_RELAY: true,
        ...(from !== undefined && { OPENEDX_PULUMI_MAIL_FROM: from, NOTIFICATIONS_DEFAULT_FROM_EMAIL: from }),
      },
    };
  },
  renderedFaults: ({ shape: { domain } }, rendered) => {
    const from = mailSender(rendered);
    const isWithin = domain === undefined || `.${from.split("@")[1]}`.endsWith(`.${domain}`);
    return isWithin
      ? []
      : [
          `its mail comes from ${from}, and the cloud's mail takes senders of ${domain} alone. Set CONTACT_EMAIL in its ` +
            "config.yml, or openedx:services.mail.from",
        ];
  },
  bound: ({ shape: { auth } }) => ({
    ...(auth && {
      SMTP_USERNAME: boundSecret(({ username }) => username),
      SMTP_PASSWORD: boundSecret(({ password }) => password),
    }),
  }),
  own: ({ config, cloud }, { mode, shape: { auth } }, { name, settings }) => {
    if (mode === "managed") {
      const make = asked("mail", cloud.managed.mail);
      const { ready = [], ...server } = make({ instance: name, from: mailSender(settings) });
      return { ...server, ready };
    }
    const given = (part: string): pulumi.Output<string> | undefined => {
      const value = auth ? credential(config, "mail", part, name) : undefined;
      return value === undefined ? undefined : pulumi.secret(value);
    };
    return { username: given("username"), password: given("password"), ready: [] };
  },
};

function withSender(shape: MailShape, { mail: { from } }: PlanContext["services"]): MailPlan {
  return { ...shape, ...(from !== undefined && { from }) };
}

/** Of Tutor's templates, all quote what is given, and none escapes it. */
const unquotable = /["\\\p{Cc}]/u;

function elsewhere({ config, services }: PlanContext): Decided<MailPlan, undefined> {
  const { host, port, tls, auth } = services.mail.external;
  const key = "openedx:services.mail.external";
  const given = Object.keys(config.credentials).filter((name) => name === "mail" || name.startsWith("mail-"));
  const faults = [
    ...needsHost("mail.external.host", host),
    ...(port === 465 && tls === "starttls"
      ? [`${key}.tls: is starttls, and port 465 speaks TLS from the first byte. Set it to implicit`]
      : []),
    ...(port === 587 && tls === "implicit"
      ? [`${key}.tls: is implicit, and port 587 begins in plain text. Set it to starttls, or the port to 465`]
      : []),
    ...(auth
      ? Object.keys(config.instances).flatMap((name) =>
          missingCredentials(config, "mail", mailFacts.credentials.names, name),
        )
      : given.map(
          (name) =>
            `openedx:credentials.${name}: nothing reads it, since ${key}.auth is false. Remove one of the two`,
        )),
    ...(auth && tls === "off"
      ? [
          `${key}.tls: is off, and the password would cross the network in plain text. Set it to starttls or implicit`,
        ]
      : []),
    ...given.flatMap((name) =>
      Object.entries(config.credentials[name] ?? {})
        .filter(([, value]) => unquotable.test(value))
        .map(
          ([part]) =>
            `openedx:credentials.${name}.${part}: holds a quotation mark, a backslash or a control character, which would ` +
            "break the files that it stands in. Give that account another password",
        ),
    ),
  ];
  return {
    shape: withSender({ host: host ?? "", port, tls, auth }, services),
    address: undefined,
    faults,
  };
}
