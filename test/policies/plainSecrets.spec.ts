import assert from "node:assert/strict";
import { plainSecrets } from "../../src/policies/rules/plainSecrets.js";
import { secretLines, secretShape } from "../../src/policies/rules/secretShapes.js";
import { deployment, object, released, resource, said, stack } from "./stacks.js";

// Put together here, so that no scanner takes this file for a leak.
const awsKey = ["AKIA", "IOSFODNN7EXAMPLE"].join("");
const privateKey = ["-----BEGIN RSA", "PRIVATE KEY-----\nMIIE"].join(" ");
const password = "hunter2-hunter2";

describe("no-plain-secrets", () => {
  for (const [what, text] of [
    ["a private key", privateKey],
    ["an AWS access key", `id = ${awsKey}`],
    ["a GitHub token", `ghp_${"a1B2".repeat(9)}`],
    ["a password in a URL", "mysql://openedx:hunter2@mysql:3306/openedx"],
    ["a password in a URL", "redis://:hunter2@redis:6379/1"],
  ] as const) {
    it(`knows ${what} by its look: ${text.slice(0, 12)}…`, () => assert.equal(secretShape(text), what));
  }

  for (const text of [
    "https://campus.example.com/oauth2/access_token",
    "redis://redis:6379/1",
    "mysql://openedx:[secret MYSQL_PASSWORD]@mysql:3306/openedx",
    "mysql://openedx:$(MYSQL_PASSWORD)@mysql:3306",
    "postgres://user:${PASSWORD}@db/x",
    "-----BEGIN CERTIFICATE-----\nMIIE",
    "git@github.com:openedx/edx-platform.git",
    "image: docker.io/caddy@sha256:0011",
  ]) {
    it(`takes ${text.slice(0, 40)} for none`, () => assert.equal(secretShape(text), undefined));
  }

  it("finds settings by their names in files of any form", () => {
    const file = [
      `DB_PASSWORD = "${password}"`,
      `secret_key: ${password}`,
      `  "apiKey": "${password}",`,
      `requirepass ${password}`,
      `export AUTH_TOKEN=${password}`,
    ].join("\n");
    assert.deepEqual(
      secretLines(file).map(({ line }) => line),
      [1, 2, 3, 4, 5],
    );
  });

  it("passes over references, masks, comments and settings that only sound so", () => {
    const file = [
      "# password = example",
      "password = ${DB_PASSWORD}",
      "password: '{{ DB_PASSWORD }}'",
      "SECRET_KEY = os.environ['SECRET_KEY']",
      "secretName: campus-openedx",
      "existingSecret: grafana-admin",
      "passwordKey: admin-password",
      "password_file: /run/secrets/x",
      "token = /var/run/secrets/token",
      "secret: [secret]",
      "password = [secret MYSQL_PASSWORD]",
      "http_tokens: required",
      "password =",
    ].join("\n");
    assert.deepEqual(secretLines(file), []);
  });

  it("tells of a ConfigMap's line, and never the secret", () => {
    const map = object("ConfigMap", "settings", { data: { "app.ini": `a = 1\nDB_PASSWORD = ${password}` } });
    const [message = "", ...more] = said(plainSecrets, released(map));
    assert.match(message, /^mandatory: ConfigMap\/settings: app\.ini sets DB_PASSWORD in line 2/);
    assert.match(message, /pulumi config set --secret/);
    assert.ok(!message.includes(password));
    assert.deepEqual(more, []);
  });

  it("looks into ConfigMaps that are resources of the stack", () => {
    const map = resource("kubernetes:core/v1:ConfigMap", "c", {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "c" },
      data: { key: privateKey },
    });
    assert.match(said(plainSecrets, stack([map])).join("\n"), /ConfigMap\/c: key holds a private key/);
  });

  it("looks into the environment and the command line of every container", () => {
    const bad = deployment("lms", {
      env: [
        { name: "MYSQL_PASSWORD", value: password },
        { name: "BROKER", value: "redis://:hunter2@redis:6379/1" },
      ],
      args: ["--dsn=mysql://root:hunter2@mysql/x"],
    });
    assert.equal(said(plainSecrets, released(bad)).length, 3);
  });

  it("lets environments refer to Secrets", () => {
    const good = deployment("lms", {
      env: [
        { name: "MYSQL_PASSWORD", valueFrom: { secretKeyRef: { name: "s", key: "p" } } },
        { name: "URL_PASSWORD", value: "$(MYSQL_PASSWORD)" },
        { name: "SECRET_KEY", value: "[secret]" },
        { name: "SERVICE_VARIANT", value: "lms" },
      ],
    });
    assert.deepEqual(said(plainSecrets, released(good)), []);
  });

  it("finds secrets in a release's values, and no names of Secrets", () => {
    const release = resource("kubernetes:helm.sh/v3:Release", "grafana", {
      chart: "grafana",
      values: {
        adminPassword: password,
        admin: { existingSecret: "grafana-admin", passwordKey: "admin-password" },
        tls: [{ secretName: "grafana-tls" }],
        auth: { password: "[secret]", token: "[unknown]" },
      },
    });
    assert.deepEqual(
      said(plainSecrets, stack([release])).map((message) => /values\.\S+/.exec(message)?.[0]),
      ["values.adminPassword"],
    );
  });

  it("finds a cloud resource's password that is not marked as secret", () => {
    const server = resource("aws:rds/instance:Instance", "db", { password, username: "admin" });
    assert.match(
      said(plainSecrets, stack([server])).join(),
      /Instance db: password holds a secret by its name/,
    );
    const masked = resource("aws:rds/instance:Instance", "db", { password: "[secret]" });
    assert.deepEqual(said(plainSecrets, stack([masked])), []);
  });

  it("says of unknown ConfigMaps and values that it could not check them", () => {
    const map = object("ConfigMap", "later", { data: "[unknown]" });
    const release = resource("kubernetes:helm.sh/v3:Release", "r", { chart: "x", values: "[unknown]" });
    assert.match(
      said(plainSecrets, released(map)).join(),
      /^advisory: What ConfigMap\/later holds could not be checked/,
    );
    assert.match(
      said(plainSecrets, stack([release])).join(),
      /^advisory: The values of release r could not be checked/,
    );
  });
});
