import assert from "node:assert/strict";
import {
  givenSecretFaults,
  secretSettings,
  tokensFor,
  tokenText,
  type DeclaredSetting,
  type TokenQuestion,
} from "../../src/tutor/tokens.js";

const unique = (key: string, text: string, owner = "core"): DeclaredSetting => ({
  key,
  text,
  owner,
  source: "unique",
});

const declared: DeclaredSetting[] = [
  unique("ID", "{{ 24|random_string }}"),
  unique("OPENEDX_SECRET_KEY", "{{ 24|random_string }}"),
  unique("JWT_RSA_PRIVATE_KEY", "{{ 2048|rsa_private_key }}"),
  unique("MEILISEARCH_MASTER_KEY", "{{ 24|random_string }}"),
  unique("MEILISEARCH_API_KEY_UID", "{{ 4|uuid }}"),
  unique("MEILISEARCH_API_KEY", "{{ MEILISEARCH_MASTER_KEY|uid_master_hash(MEILISEARCH_API_KEY_UID) }}"),
  unique("FLOWER_BASIC_AUTH", "flower:{{ 12 | random_string }}", "celery"),
  unique("INDEX_PREFIX", "{{ 8|random_string|lower }}-", "harmony"),
  unique("HTPASSWD", "{{ FLOWER_BASIC_AUTH|encrypt }}", "celery"),
  unique("RALPH_USERNAME", "ralph", "aspects"),
  { key: "SMTP_PASSWORD", text: "", owner: "core", source: "default" },
  { key: "MONGODB_HOST", text: "mongodb", owner: "core", source: "default" },
  { key: "JWT_COMMON_SECRET_KEY", text: "{{ OPENEDX_SECRET_KEY }}", owner: "core", source: "default" },
];

const ask = (question: Partial<TokenQuestion> = {}): Map<string, ReturnType<typeof secretSettings>[number]> =>
  new Map(
    secretSettings({ declared, written: {}, givenSecrets: [], madeUp: new Map(), ...question }).map(
      (setting) => [setting.key, setting],
    ),
  );

describe("secretSettings", () => {
  it("takes what Tutor generates, never the ID, plain values or templates of other settings", () => {
    assert.deepEqual(
      [...ask().keys()],
      [
        "FLOWER_BASIC_AUTH",
        "HTPASSWD",
        "INDEX_PREFIX",
        "JWT_RSA_PRIVATE_KEY",
        "MEILISEARCH_API_KEY",
        "MEILISEARCH_API_KEY_UID",
        "MEILISEARCH_MASTER_KEY",
        "OPENEDX_SECRET_KEY",
      ],
    );
  });

  it("says how each value comes to be, and whose it is", () => {
    const settings = ask();
    const spec = (key: string): unknown => settings.get(key)?.spec;
    assert.deepEqual(spec("OPENEDX_SECRET_KEY"), { kind: "password", length: 24 });
    assert.deepEqual(spec("INDEX_PREFIX"), { kind: "password", length: 8, lower: true });
    assert.deepEqual(spec("JWT_RSA_PRIVATE_KEY"), { kind: "rsa" });
    assert.deepEqual(spec("MEILISEARCH_API_KEY_UID"), { kind: "uuid" });
    assert.deepEqual(spec("HTPASSWD"), { kind: "bcrypt", of: "FLOWER_BASIC_AUTH" });
    assert.deepEqual(spec("MEILISEARCH_API_KEY"), {
      kind: "hmac",
      key: "MEILISEARCH_MASTER_KEY",
      message: "MEILISEARCH_API_KEY_UID",
    });
    assert.equal(settings.get("FLOWER_BASIC_AUTH")?.owner, "celery");
    assert.equal(settings.get("MEILISEARCH_API_KEY_UID")?.secret, false);
    assert.equal(settings.get("MEILISEARCH_API_KEY")?.secret, true);
  });

  it("takes secrets that stand in config.yml, generated ones and those with a secret's name", () => {
    const settings = ask({
      written: {
        OPENEDX_SECRET_KEY: "text",
        SMTP_PASSWORD: "text",
        MY_API_KEY: "text",
        CMS_OAUTH2_KEY_SSO: "text",
        LMS_HOST: "text",
      },
    });
    for (const key of ["OPENEDX_SECRET_KEY", "SMTP_PASSWORD", "MY_API_KEY"]) {
      assert.deepEqual(settings.get(key)?.spec, { kind: "given" }, key);
      assert.equal(settings.get(key)?.fromConfig, true, key);
    }
    assert.equal(settings.has("CMS_OAUTH2_KEY_SSO") || settings.has("LMS_HOST"), false);
  });

  it("leaves templates and emptied settings of config.yml as they are", () => {
    const settings = ask({ written: { OPENEDX_SECRET_KEY: "template", MEILISEARCH_MASTER_KEY: "empty" } });
    assert.equal(settings.has("OPENEDX_SECRET_KEY") || settings.has("MEILISEARCH_MASTER_KEY"), false);
  });

  it("takes what the operator gives, in place of what would be derived", () => {
    const settings = ask({ givenSecrets: ["SMTP_PASSWORD", "MEILISEARCH_API_KEY"] });
    assert.deepEqual(settings.get("SMTP_PASSWORD")?.spec, { kind: "given" });
    assert.deepEqual(settings.get("MEILISEARCH_API_KEY")?.spec, { kind: "given" });
    assert.equal(settings.get("MEILISEARCH_API_KEY")?.fromConfig, false);
  });
});

describe("settings of this project's own", () => {
  const bound = { spec: { kind: "bound" }, secret: false } as const;
  const tokens = {
    MONGODB_HOST: { ...bound, template: "mongodb+srv://{}" },
    SMTP_PASSWORD: { ...bound, secret: true },
    MEILISEARCH_API_KEY: { spec: { kind: "hmac", key: "ADMIN", message: "UID" }, secret: true },
  } as const;

  it("are tokens with what stays literal around them, also in the place of what Tutor generates", () => {
    const settings = ask({ tokens });
    assert.deepEqual(settings.get("MEILISEARCH_API_KEY")?.spec, tokens.MEILISEARCH_API_KEY.spec);
    assert.deepEqual(
      [settings.get("MONGODB_HOST")?.secret, settings.get("SMTP_PASSWORD")?.secret],
      [false, true],
    );
    const { entries, values } = tokensFor([...settings.values()], "a");
    const text = entries.find(({ key }) => key === "MONGODB_HOST")?.tokens[0]?.text ?? "";
    assert.equal(values.MONGODB_HOST, `mongodb+srv://${text}`);
  });

  it("with plain values are not generated", () =>
    assert.equal(ask({ settings: { MEILISEARCH_MASTER_KEY: "" } }).has("MEILISEARCH_MASTER_KEY"), false));

  it("give way to config.yml, unless that has nothing, and to secrets of the stack", () => {
    const written = {
      MONGODB_HOST: "text",
      SMTP_PASSWORD: "empty",
      MEILISEARCH_API_KEY: "template",
    } as const;
    const settings = ask({ tokens, written });
    assert.deepEqual([settings.has("MONGODB_HOST"), settings.has("MEILISEARCH_API_KEY")], [false, false]);
    assert.deepEqual(settings.get("SMTP_PASSWORD")?.spec, { kind: "bound" });
    const given = ask({ tokens, givenSecrets: ["SMTP_PASSWORD"] });
    assert.deepEqual(given.get("SMTP_PASSWORD")?.spec, { kind: "given" });
    const own = ask({ settings: { OPENEDX_SECRET_KEY: "ours" }, written: { OPENEDX_SECRET_KEY: "text" } });
    assert.equal(own.get("OPENEDX_SECRET_KEY")?.fromConfig, true);
  });
});

describe("tokensFor", () => {
  it("keeps the literal part of a value and gives both sets tokens of their own", () => {
    const settings = [...ask().values()];
    const [a, b] = [tokensFor(settings, "a"), tokensFor(settings, "b")];
    const token = (set: typeof a, key: string): string =>
      set.entries.find((entry) => entry.key === key)?.tokens[0]?.text ?? "";
    assert.equal(a.values.FLOWER_BASIC_AUTH, `flower:{{ "${token(a, "FLOWER_BASIC_AUTH")}" }}`);
    const prefix = token(a, "INDEX_PREFIX");
    assert.equal(prefix, prefix.toLowerCase());
    assert.equal(a.values.INDEX_PREFIX, `{{ "${prefix}"|lower }}-`);
    assert.equal(a.values.HTPASSWD, token(a, "HTPASSWD"));
    const texts = [...a.entries, ...b.entries].flatMap((entry) => entry.tokens.map((each) => each.text));
    assert.equal(new Set(texts).size, texts.length);
  });

  it("gives an RSA key a token for each number of its JWK", () => {
    const { entries, values } = tokensFor([...ask().values()], "a");
    const rsa = entries.find((entry) => entry.key === "JWT_RSA_PRIVATE_KEY");
    assert.deepEqual(
      rsa?.tokens.map((token) => token.part),
      ["n", "d", "p", "q", "dp", "dq", "qi"],
    );
    assert.match(values.JWT_RSA_PRIVATE_KEY ?? "", /^-----BEGIN RSA PRIVATE KEY-----/);
    const given = tokensFor([...ask({ givenSecrets: ["JWT_RSA_PRIVATE_KEY"] }).values()], "a").entries;
    assert.equal(given.find((entry) => entry.key === "JWT_RSA_PRIVATE_KEY")?.tokens.length, 7);
  });
});

describe("tokenText", () => {
  it("is the same each time, alphanumeric, with a letter first", () => {
    assert.equal(tokenText("A", "a"), tokenText("A", "a"));
    assert.match(tokenText("A", "a"), /^[A-Za-z][A-Za-z0-9]+$/);
  });

  it("shares no letter between the sets at either end, and differs in length", () => {
    for (const lower of [false, true]) {
      const [a, b] = [tokenText("A", "a", lower), tokenText("A", "b", lower)];
      assert.notEqual(a[0], b[0]);
      assert.notEqual(a.at(-1), b.at(-1));
      assert.notEqual(a.length, b.length);
    }
  });
});

describe("givenSecretFaults", () => {
  const faults = (givenSecrets: string[], written: TokenQuestion["written"] = {}): string[] =>
    givenSecretFaults({ declared, written, givenSecrets });

  it("accepts settings that exist", () =>
    assert.deepEqual(faults(["SMTP_PASSWORD", "OPENEDX_SECRET_KEY"]), []));
  it("refuses a key that no plugin knows", () =>
    assert.match(faults(["SMTP_PASWORD"])[0] ?? "", /SMTP_PASWORD .*not a setting/));
  it("refuses what Tutor must know", () => {
    assert.match(faults(["MONGODB_HOST"])[0] ?? "", /MONGODB_HOST cannot be a secret/);
    assert.match(faults(["ID"])[0] ?? "", /ID cannot be a secret/);
  });
  it("refuses a key that config.yml has as well", () =>
    assert.match(faults(["SMTP_PASSWORD"], { SMTP_PASSWORD: "text" })[0] ?? "", /given twice/));
});
