import { z } from "zod";
import type { ServiceFacts, ServiceMode } from "../facts.js";
import { host, port } from "../schemaParts.js";

const modes = ["bundled", "external", "managed"] as const satisfies ServiceMode[];

const mailSchema = z.strictObject({
  mode: z
    .enum(modes)
    .default("bundled")
    .describe(
      "bundled: Tutor's own Exim, which needs port 25 to the internet; external: a relay; managed: the cloud's; docs/mail.md.",
    ),
  from: z
    .string()
    .regex(
      /^[A-Za-z0-9._%+{}-]+@[A-Za-z0-9{}]([A-Za-z0-9.{}-]*[A-Za-z0-9])?$/,
      "is not an e-mail address, such as no-reply@example.com; {instance} may stand in it",
    )
    .optional()
    .describe(
      "Address that the sites' mail comes from, with {instance} where the instance's name belongs. Default: CONTACT_EMAIL of each.",
    ),
  external: z
    .strictObject({
      host: host.optional(),
      port: port.default(587),
      tls: z
        .enum(["starttls", "implicit", "off"])
        .default("starttls")
        .describe(
          "starttls: begins in plain text, for port 587; implicit: TLS from the first byte, for 465; off: in plain text.",
        ),
      auth: z
        .boolean()
        .default(true)
        .describe(
          "With openedx:credentials.mail.username and .password, or mail-INSTANCE's. false: the relay knows the cluster by its address.",
        ),
    })
    .prefault({})
    .describe("For `mode: external`: a relay that clients submit mail to."),
});

export const mailFacts = {
  title: "Outgoing mail",
  schema: mailSchema.prefault({}),
  modes,
  notOffered: "docs/mail.md says for each cloud which relay to use by external",
  charts: [],
  workloads: {},
  ports: [],
  credentials: { names: ["username", "password"], perInstance: true, quoted: true },
  ownKeys: /^(RUN_SMTP|SMTP_[A-Z_]+)$/,
} satisfies ServiceFacts;
