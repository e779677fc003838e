import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import type { InstanceSource } from "../../src/tutor/types.js";
import { Drafts, renderOne, type Draft } from "./rendering.js";

const requirements = ["tutor==20.0.5", "tutor-mfe==20.1.1"]; // as academy, so that there is one environment less
const drafts = new Drafts();
after(() => drafts.remove());

/** A plugin that adds one patch. */
const patch = (name: string, content: string): string =>
  `from tutor import hooks\nhooks.Filters.ENV_PATCHES.add_item((${JSON.stringify(name)}, ${JSON.stringify(content)}))\n`;

const withPlugin = (text: string, config = ""): Draft => ({
  requirements,
  config: `LMS_HOST: bad.example.com\nPLUGINS: [mine]\n${config}`,
  plugins: { "mine.py": text },
});
const withConfig = (config: string, more: Partial<Draft> = {}): Draft => ({
  requirements,
  config: `LMS_HOST: bad.example.com\nPLUGINS: []\n${config}`,
  ...more,
});

const failures: [what: string, draft: Draft, ...messages: RegExp[]][] = [
  [
    "a plugin that is not installed",
    { requirements, config: "LMS_HOST: a.b\nPLUGINS: [mfe, credentials]\n" },
    /plugin credentials in PLUGINS is not installed; known here: mfe/,
  ],
  [
    "a plugin that raises while it is loaded",
    withPlugin("import tutor\nraise ValueError('no moon')\n"),
    /plugin mine cannot be loaded: ValueError: no moon \(.*\/bad\/plugins\/mine\.py, line 2\)/,
  ],
  ["a plugin that is not Python", withPlugin("def\n"), /plugin mine cannot be loaded: SyntaxError/],
  [
    "a setting that a patch misses",
    withPlugin(patch("openedx-lms-common-settings", "A = '{{ NO_SUCH_SETTING }}'")),
    /'NO_SUCH_SETTING' is undefined in patch openedx-lms-common-settings of plugin mine in template apps\/openedx/,
  ],
  [
    "a template that is not Jinja",
    withPlugin(patch("k8s-services", "{{ A | }}")),
    /Template syntax error.* in patch k8s-services of plugin mine in template k8s\/services\.yml/,
  ],
  [
    "an init task that is not Jinja",
    withPlugin(
      `from tutor import hooks\nhooks.Filters.CLI_DO_INIT_TASKS.add_item(("lms", "echo {{ NOTHING }}"))\n`,
    ),
    /'NOTHING' is undefined in the init task of mine in service lms/,
  ],
  [
    "a setting that config.yml misses",
    withConfig('PLATFORM_NAME: "{{ NOWHERE }}"'),
    /PLATFORM_NAME.*'NOWHERE' is undefined/,
  ],
  [
    "a setting that stays a template",
    withConfig('PLATFORM_NAME: "{{ Z_TITLE }}"\nZ_TITLE: "The {{ LMS_HOST }}"'),
    /PLATFORM_NAME still holds a template/,
  ],
  [
    "a patch for an object that does not exist",
    withPlugin(
      patch("k8s-override", "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: absent\n"),
    ),
    /kustomize refuses.*absent/s,
  ],
  [
    "a secret that a plugin encodes",
    withPlugin(
      "import base64\nfrom tutor import hooks\n" +
        "hooks.Filters.ENV_TEMPLATE_FILTERS.add_item(('b64', lambda t: base64.b64encode(t.encode()).decode()))\n" +
        patch("openedx-common-settings", "B = '{{ OPENEDX_SECRET_KEY|b64 }}'"),
    ),
    /OPENEDX_SECRET_KEY is encoded in base64 in ConfigMap\.openedx-settings-cms\.data\["production\.py"\] line \d+/,
    /plugin mine \(patch openedx-common-settings\)/,
  ],
  [
    "a secret that a plugin cuts",
    withPlugin(patch("lms-env", "SHORT: '{{ MYSQL_ROOT_PASSWORD[:6] }}'")),
    /MYSQL_ROOT_PASSWORD is cut in ConfigMap\.openedx-config\.data\["lms\.env\.yml"\] line \d+/,
  ],
  [
    "a secret that is made in a template",
    withPlugin(patch("openedx-common-settings", "C = '{{ 20|random_string }}'")),
    /ConfigMap\.openedx-settings-cms\.data\["production\.py"\] line \d+ is new in every render/,
  ],
  [
    "a secret that a plugin makes up in a form of its own",
    withPlugin(
      "import hashlib, os\nfrom tutor import hooks\nPASSWORD = os.urandom(8).hex()\n" +
        "hooks.Filters.CONFIG_UNIQUE.add_items([('MINE_PASSWORD', PASSWORD)," +
        " ('MINE_DIGEST', hashlib.sha256(PASSWORD.encode()).hexdigest())])\n",
    ),
    /plugin mine makes MINE_DIGEST up anew at each start/,
  ],
  [
    "an init task without its Job",
    withPlugin(`from tutor import hooks\nhooks.Filters.CLI_DO_INIT_TASKS.add_item(("absent", "true"))\n`),
    /mine has an init task for the service absent, but no Job absent-job is rendered/,
  ],
  ["drydock's own init Jobs", withConfig("DRYDOCK_INIT_JOBS: true"), /DRYDOCK_INIT_JOBS is true/],
  [
    "secrets of the stack that do not fit",
    withConfig("SMTP_PASSWORD: a-b", { givenSecrets: ["SMTP_PASSWORD", "SMTP_PASWORD", "LMS_HOST"] }),
    /SMTP_PASSWORD is given twice/,
    /SMTP_PASWORD of the stack is not a setting/,
    /LMS_HOST cannot be a secret/,
  ],
  [
    "a requirement that does not exist",
    { requirements: ["tutor==22.0.999"], config: "LMS_HOST: a.b\nPLUGINS: []\n" },
    /requirements\.txt cannot be installed[^]*tutor==22\.0\.999/,
  ],
];

describe("a bad instance", () => {
  for (const [what, draft, ...messages] of failures) {
    it(`is refused: ${what}`, async () => {
      const source = drafts.write("bad", draft);
      const error = await refusalOf(source);
      assert.equal(error.name, "UserError", error.stack);
      assert.match(error.message, /^Instance bad\b/);
      for (const message of messages) {
        assert.match(error.message, message);
      }
      assert.doesNotMatch(error.message, /\/tutor-bad-/, "the scratch folder is nobody's business");
    });
  }

  it("leaves no scratch folder behind", () => {
    assert.deepEqual(
      readdirSync(tmpdir()).filter((name) => name.startsWith("tutor-bad-")),
      [],
    );
  });
});

async function refusalOf(source: InstanceSource): Promise<Error> {
  try {
    await renderOne(source);
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  return assert.fail(`${source.name} was rendered`);
}
