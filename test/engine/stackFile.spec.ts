import assert from "node:assert/strict";
import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readStack } from "../../src/engine/stackFile.js";
import { UserError } from "../../src/workspace/errors.js";

const passphrase = "correct horse";
const saltBytes = randomBytes(8);
const key = pbkdf2Sync(passphrase, saltBytes, 1_000_000, 32, "sha256");

/** As `pulumi config set --secret` does it. */
function seal(text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const sealed = Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

const salt = `v1:${saltBytes.toString("base64")}:${seal("pulumi")}`;

describe("readStack", () => {
  let folder: string;
  let stacks: string;
  const environment = { ...process.env };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "stacks-"));
    stacks = join(folder, "stacks");
    mkdirSync(stacks);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: openedx\nruntime: nodejs\n");
    delete process.env.PULUMI_CONFIG_PASSPHRASE;
    delete process.env.PULUMI_CONFIG_PASSPHRASE_FILE;
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    process.env = { ...environment };
  });

  function write(text: string, stack = "dev"): void {
    writeFileSync(join(stacks, `Pulumi.${stack}.yaml`), text);
  }

  function fails(pattern: RegExp, options = {}): void {
    assert.throws(
      () => readStack("dev", stacks, options),
      (error) => error instanceof UserError && pattern.test(error.message),
    );
  }

  it("qualifies keys, and writes objects as sorted JSON", () => {
    write(
      "config:\n  cloud: existing\n  aws:region: eu-west-1\n  n: 3\n  on: true\n  openedx:config:old: x\n  o: {b: [1, two], a: {}}\n",
    );
    assert.deepEqual(readStack("dev", stacks), {
      project: "openedx",
      stack: "dev",
      config: {
        "openedx:cloud": "existing",
        "aws:region": "eu-west-1",
        "openedx:n": "3",
        "openedx:on": "true",
        "openedx:old": "x",
        "openedx:o": '{"a":{},"b":[1,"two"]}',
      },
      secretKeys: [],
      withheldKeys: [],
    });
  });

  it("takes the defaults of the project", () => {
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      "name: p\nconfig:\n  a: {default: 1}\n  b: {value: two}\n  c: three\n  d: {type: string}\n",
    );
    write("config:\n  c: mine\n");
    assert.deepEqual(readStack("dev", stacks).config, { "p:a": "1", "p:b": "two", "p:c": "mine" });
  });

  it("decrypts secrets with the passphrase, nested ones too", () => {
    write(
      `encryptionsalt: ${salt}\nconfig:\n  s:\n    secure: ${seal("hush")}\n  o:\n    list:\n      - secure: ${seal("deep")}\n`,
    );
    process.env.PULUMI_CONFIG_PASSPHRASE = passphrase;
    const { config, secretKeys, withheldKeys } = readStack("dev", stacks, undefined);
    assert.deepEqual(config, { "openedx:s": "hush", "openedx:o": '{"list":["deep"]}' });
    assert.deepEqual([secretKeys, withheldKeys], [["openedx:s", "openedx:o"], []]);
  });

  it("takes the passphrase from a file", () => {
    write(`encryptionsalt: ${salt}\nconfig:\n  s:\n    secure: ${seal("hush")}\n`);
    writeFileSync(join(folder, "pass"), `${passphrase}\n`);
    process.env.PULUMI_CONFIG_PASSPHRASE_FILE = join(folder, "pass");
    assert.equal(readStack("dev", stacks, { secrets: "required" }).config["openedx:s"], "hush");
  });

  it("refuses a wrong passphrase, and a damaged secret", () => {
    write(`encryptionsalt: ${salt}\nconfig:\n  s:\n    secure: ${seal("hush")}\n`);
    process.env.PULUMI_CONFIG_PASSPHRASE = "wrong";
    fails(/passphrase in PULUMI_CONFIG_PASSPHRASE is not the one.*Pulumi\.dev\.yaml/);
    write(`encryptionsalt: ${salt}\nconfig:\n  s:\n    secure: v1:AAAA:AAAA\n`);
    process.env.PULUMI_CONFIG_PASSPHRASE = passphrase;
    fails(/cannot be decrypted/);
  });

  it("withholds secrets without a passphrase, unless they are required", () => {
    write(`encryptionsalt: ${salt}\nconfig:\n  plain: p\n  s:\n    secure: ${seal("hush")}\n`);
    const { config, secretKeys, withheldKeys } = readStack("dev", stacks);
    assert.deepEqual(config, { "openedx:plain": "p", "openedx:s": "withheld" });
    assert.deepEqual([secretKeys, withheldKeys], [["openedx:s"], ["openedx:s"]]);
    fails(/Set PULUMI_CONFIG_PASSPHRASE/, { secrets: "required" });
    write("secretsprovider: awskms://x\nconfig:\n  s:\n    secure: v1:a:b\n");
    fails(/only the Pulumi CLI can decrypt/, { secrets: "required" });
  });

  it("needs no passphrase where there is no secret", () => {
    write(`encryptionsalt: ${salt}\nconfig:\n  plain: p\n`);
    assert.deepEqual(readStack("dev", stacks, { secrets: "required" }).secretKeys, []);
  });

  it("names the stacks there are", () => {
    write("", "prod");
    write("", "a.b");
    fails(/There is no stack dev: .*Pulumi\.dev\.yaml does not exist. Known stacks: a\.b, prod\./);
  });

  it("names file and line of broken YAML", () => {
    write("config:\n  a: 1\n  b: [1\n  c: 2\n");
    fails(/Pulumi\.dev\.yaml:\d+ is not valid YAML/);
    write("- a\n");
    fails(/Pulumi\.dev\.yaml must hold a map/);
    write("config: text\n");
    fails(/`config` must be a map/);
  });

  it("reads the sandbox stack of the repository", () => {
    assert.equal(readStack("sandbox").config["openedx:cloud"], "existing");
  });
});
