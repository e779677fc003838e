import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import bcrypt from "bcryptjs";
import { type OpenedStack, outputs, refresh, up } from "../../src/automation/index.js";
import { standInPlugins } from "../../src/toolchain/standIns/folder.js";
import { programFolder } from "../../src/workspace/paths.js";
import { SmallProgram } from "./support/pulumi/smallProgram.js";

type Outputs = Record<string, unknown>;

/** By the engine, whichever plugins this machine has: ours come first on the PATH. */
describe("the plugin that stands in for random and tls", () => {
  let small: SmallProgram;
  let opened: OpenedStack;
  let program: () => Outputs;

  before(async () => {
    small = new SmallProgram();
    const plugins = ["random", "tls"].map((name) => ({ name, version: "9.9.9" }));
    const folder = standInPlugins(plugins, small.folder);
    const environment = { ...small.environment, PATH: `${folder}:${process.env.PATH ?? ""}` };
    opened = await small.open("prod", true, { environment, program: () => Promise.resolve(program()) });
  });

  after(() => small.remove());

  /** Deploys a program of its own, and gives its outputs in the clear. */
  async function deployed(makes: () => Outputs): Promise<Outputs> {
    program = makes;
    await up(opened);
    return outputs(opened, { showSecrets: true });
  }

  interface Stored {
    type: string;
    id: string;
    outputs: Record<string, unknown>;
  }
  async function stored(type: string): Promise<Stored> {
    const { deployment } = (await opened.stack.exportStack()) as { deployment: unknown };
    const { resources } = deployment as { resources: Stored[] };
    return resources.find((resource) => resource.type === type) ?? assert.fail(`no ${type}`);
  }

  const kinds = (text: string): number[] =>
    [/[a-z]/g, /[A-Z]/g, /[0-9]/g, /[^a-zA-Z0-9]/g].map((kind) => (text.match(kind) ?? []).length);

  it("makes passwords of the length, of the characters and with the least numbers that are asked for", async () => {
    const asked: Record<string, random.RandomPasswordArgs> = {
      plain: { length: 400 },
      words: { length: 400, special: false, upper: false },
      digits: { length: 400, lower: false, upper: false, special: false },
      least: { length: 8, minLower: 1, minUpper: 2, minNumeric: 3, minSpecial: 2, overrideSpecial: "-" },
      dashes: { length: 400, overrideSpecial: "-" },
    };
    const made = (await deployed(() =>
      Object.fromEntries(
        Object.entries(asked).map(([name, args]) => [name, new random.RandomPassword(name, args).result]),
      ),
    )) as Record<string, string>;
    const [plain = "", words = "", digits = "", least = "", dashes = ""] = Object.keys(asked).map(
      (name) => made[name],
    );
    [plain, words, digits, dashes].forEach((text) => assert.equal(text.length, 400));
    assert.ok(kinds(plain).every((count) => count > 0));
    assert.match(words, /^[a-z0-9]+$/);
    assert.match(digits, /^[0-9]+$/);
    assert.match(dashes, /^[a-zA-Z0-9-]*-[a-zA-Z0-9-]*$/);
    assert.deepEqual(kinds(least), [1, 2, 3, 2]);
    assert.match(least, /^[^-]*-[^-]*-[^-]*$/);
  });

  it("refuses a password that cannot be", async () => {
    program = () => ({ result: new random.RandomPassword("short", { length: 3, minLower: 4 }).result });
    await assert.rejects(up(opened), /no password of 3 characters has what is asked for/);
  });

  /** One of each type that the program makes, with all that the SDK's class has of it. */
  const each = (keepers: Record<string, string>) => (): Outputs => {
    const password = new random.RandomPassword("password", { length: 20, keepers });
    const id = new random.RandomId("id", { byteLength: 4, prefix: "p-", keepers });
    const uuid = new random.RandomUuid("uuid", { keepers });
    const key = new tls.PrivateKey("key", { algorithm: "RSA", rsaBits: 2048 });
    return {
      ...{ password: password.result, bcryptHash: password.bcryptHash, uuid: uuid.result },
      ...{ hex: id.hex, b64Url: id.b64Url, b64Std: id.b64Std, dec: id.dec, byteLength: id.byteLength },
      ...{ pem: key.privateKeyPem, pkcs8: key.privateKeyPemPkcs8, publicPem: key.publicKeyPem },
    };
  };

  it("makes values that fit each other, keeps them, and makes others where a keeper changes", async () => {
    const first = await deployed(each({ round: "1" }));
    const text = (name: string): string => String(first[name]);
    assert.ok(bcrypt.compareSync(text("password"), text("bcryptHash")));
    assert.match(text("uuid"), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.match(text("hex"), /^p-[0-9a-f]{8}$/);
    const bytes = Buffer.from(text("hex").slice(2), "hex");
    assert.equal(text("b64Url"), `p-${bytes.toString("base64url")}`);
    assert.equal(text("b64Std"), `p-${bytes.toString("base64")}`);
    assert.equal(text("dec"), `p-${bytes.readUInt32BE()}`);
    const key = createPrivateKey(text("pem"));
    assert.equal(key.asymmetricKeyDetails?.modulusLength, 2048);
    assert.match(text("pem"), /^-----BEGIN RSA PRIVATE KEY-----/); // PKCS#1, as the true plugin
    assert.ok(createPrivateKey(text("pkcs8")).equals(key));
    assert.ok(createPublicKey(key).equals(createPublicKey(text("publicPem"))));

    assert.deepEqual(await deployed(each({ round: "1" })), first);
    await refresh(opened);
    assert.deepEqual(await deployed(each({ round: "1" })), first);

    const second = await deployed(each({ round: "2" }));
    const changed = Object.keys(first).filter((name) => first[name] !== second[name]);
    assert.deepEqual(changed.sort(), ["b64Std", "b64Url", "bcryptHash", "dec", "hex", "password", "uuid"]);
  });

  it("keeps secrets encrypted in the state", async () => {
    const made = await deployed(each({ round: "3" }));
    const masked = await outputs(opened);
    const hidden = Object.keys(masked).filter((name) => masked[name] === "[secret]");
    assert.deepEqual(hidden.sort(), ["bcryptHash", "password", "pem", "pkcs8"]);
    const state = readFileSync(join(small.folder, "state/.pulumi/stacks/openedx/prod.json"), "utf8");
    const secrets = ["password", "bcryptHash", "pem", "pkcs8"].map((name) => String(made[name]));
    secrets.forEach((secret) => assert.ok(!state.includes(JSON.stringify(secret).slice(1, -1))));
    assert.ok(state.includes(String(made.hex)));
  });

  it("gives what the SDK's classes have, but for what this program does not use", async () => {
    await deployed(each({ round: "4" }));
    const lacking: Record<string, string[]> = {};
    for (const [file, type] of [
      ["random/randomId", "random:index/randomId:RandomId"],
      ["random/randomPassword", "random:index/randomPassword:RandomPassword"],
      ["random/randomUuid", "random:index/randomUuid:RandomUuid"],
      ["tls/privateKey", "tls:index/privateKey:PrivateKey"],
    ] as const) {
      const declared = readFileSync(join(programFolder, "node_modules/@pulumi", `${file}.d.ts`), "utf8");
      const names = [...declared.matchAll(/^ {4}readonly (\w+): pulumi\.Output</gm)].map(
        ([, name]) => name ?? "",
      );
      const has = Object.keys((await stored(type)).outputs);
      assert.deepEqual(
        has.filter((name) => !names.includes(name)),
        [],
        type,
      );
      lacking[file] = names.filter((name) => !has.includes(name)).sort();
    }
    assert.deepEqual(lacking, {
      "random/randomId": [],
      "random/randomPassword": ["number", "overrideSpecial"], // another name of `numeric`; not set here
      "random/randomUuid": [],
      "tls/privateKey": [
        ...["privateKeyOpenssh", "publicKeyFingerprintMd5", "publicKeyFingerprintSha256", "publicKeyOpenssh"],
      ],
    });
  });

  it("says so when it is asked for another type or another kind of key", async () => {
    program = () => ({ pet: new random.RandomPet("pet").id });
    await assert.rejects(
      up(opened),
      /makes no random:index\/randomPet:RandomPet: install Pulumi's own plugin/,
    );
    program = () => ({ key: new tls.PrivateKey("ec", { algorithm: "ECDSA" }).publicKeyPem });
    await assert.rejects(up(opened), /makes RSA keys only, not ECDSA/);
  });
});
