import assert from "node:assert/strict";
import { instanceServices } from "../../src/data/settings.js";
import { objectKey } from "../../src/kubernetes/objects.js";
import type { Render } from "../../src/tutor/types.js";
import { parseYaml } from "../../src/workspace/yaml.js";
import { planOf } from "../data/stack.js";
import { type DjangoSettings, platformSettings, runSettings } from "../render/djangoSettings.js";
import { behindProxy, filesOf, renderOne, sample, tokenOf } from "../render/rendering.js";
import { sendByDjango, type Sent } from "./support/servers/mailRelay.js";

/** Characters that YAML and Python take in quotes alone. */
const account = { username: "campus", password: "p@ss: #$&%'word" };

const relays = [
  { tls: "starttls", port: 587, from: undefined, sender: "help@campus.example.com" },
  { tls: "implicit", port: 465, from: "{instance}@mail.example.com", sender: "campus@mail.example.com" },
] as const;

/** Plugins' settings of which Django's own are used. */
const files = {
  discovery: ["discovery-settings", "production.py"],
  credentials: ["credentials-settings", "production.py"],
} as const;
const services = ["lms", "cms", "discovery", "credentials"] as const;

for (const { tls, port, from, sender } of relays) {
  describe(`mail of a site by a relay with TLS ${tls}`, () => {
    let render: Render;
    before(async () => {
      const plan = planOf(
        { mail: { mode: "external", from, external: { host: "localhost", port, tls } } },
        undefined,
        { credentials: { mail: account } },
      );
      const { settings, tokens } = instanceServices(plan, "campus", new Set());
      render = await renderOne({ ...sample("campus"), settings: { ...behindProxy, ...settings }, tokens });
    });

    /** With the values in the tokens' places, as pods read it. */
    const bound = (text: string): string =>
      text
        .replaceAll(tokenOf(render, "SMTP_USERNAME"), () => account.username)
        .replaceAll(tokenOf(render, "SMTP_PASSWORD"), () => account.password);

    /** What Django has in the end for mail. */
    function mailSettings(service: (typeof services)[number]): DjangoSettings {
      const all = service === "lms" || service === "cms" ? ofPlatform(service) : ofPlugin(service);
      return Object.fromEntries(
        Object.entries(all).filter(([key]) =>
          /^(EMAIL_(?!FILE)|DEFAULT_FROM_EMAIL$|SERVER_EMAIL$)/.test(key),
        ),
      );
    }
    function ofPlatform(service: "lms" | "cms"): DjangoSettings {
      const text = bound(filesOf(render, "openedx-config")[`${service}.env.yml`] ?? "");
      const written = parseYaml(text, service).content as DjangoSettings;
      return { ...written, ...platformSettings(render, service, { ENV_TOKENS: written }) };
    }
    function ofPlugin(service: keyof typeof files): DjangoSettings {
      const [map, file] = files[service];
      return runSettings(bound(filesOf(render, map)[file] ?? ""), {});
    }

    for (const service of services) {
      it(`leaves ${service} with its account and its sender`, async () => {
        const { EMAIL_PORT, ...settings } = mailSettings(service);
        assert.equal(Number(EMAIL_PORT), port);
        const sent = await sendByDjango({ settings, account, tls });
        const expected: Sent = {
          received: { sender, from: sender, to: ["learner@example.com"], by: account.username },
        };
        assert.deepEqual(sent, expected);
      });
    }

    it("is refused with another password", async () => {
      const { EMAIL_PORT: _, ...settings } = mailSettings("lms");
      const other = { ...account, password: "another" };
      const { error, received } = await sendByDjango({ settings, account: other, tls });
      assert.match(error ?? "", /^SMTPAuthenticationError: \(535/);
      assert.equal(received, undefined);
    });

    it("needs no Exim", () => {
      assert.deepEqual(
        render.objects.map(objectKey).filter((key) => /smtp/i.test(key)),
        [],
      );
    });
  });
}
