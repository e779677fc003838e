import type { CloudAbilities } from "../../cloud/types.js";
import type { Json } from "../../kubernetes/objects.js";

type Rendered = Readonly<Record<string, Json>>;

/** Address that a rendered instance's mail comes from, which is a setting of every Tutor. */
export function mailSender({ OPENEDX_PULUMI_MAIL_FROM: from, CONTACT_EMAIL: contact }: Rendered): string {
  return (from === undefined || from === "" ? contact : from) as string;
}

/**
 * Warns of sites whose mail goes out by Tutor's own Exim where the cloud keeps it in.
 * @param instances name and full rendered config of each
 */
export function directMailWarnings(
  { directMail }: Pick<CloudAbilities, "directMail">,
  instances: readonly (readonly [string, Rendered])[],
): string[] {
  const names = instances
    // Exim may run beside another relay, which is then the one that is used.
    .filter(([, { RUN_SMTP, SMTP_HOST }]) => RUN_SMTP === true && SMTP_HOST === "smtp")
    .map(([name]) => name);
  return directMail === undefined || names.length === 0
    ? []
    : [
        `Mail of ${names.join(", ")} will hardly arrive: Tutor's Exim sends it to port 25 of others' servers, and the cloud ` +
          `${directMail}. Set openedx:services.mail.mode to external, or to managed where the cloud has it; docs/mail.md`,
      ];
}
