import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import bcrypt from "bcryptjs";
import { givenValues } from "../../src/instance/givenSecrets.js";
import { rsaNumbers } from "../../src/instance/jwk.js";
import { bcryptWith, textsFor } from "../../src/instance/secrets.js";
import { readConfig } from "../../src/tutor/siteConfig.js";
import { UserError } from "../../src/workspace/errors.js";
import { run } from "../../src/workspace/run.js";
import { password, rsa, rsaParts, token, tokenOf } from "./objects.js";

const pem = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();

describe("rsaNumbers", () => {
  it("are those that openssl reads from the same key, in a JWK's form", async () => {
    const { stdout } = await run("openssl", ["rsa", "-noout", "-text"], { input: pem });
    const fields: Record<string, string> = {
      modulus: "n",
      privateExponent: "d",
      prime1: "p",
      prime2: "q",
      exponent1: "dp",
      exponent2: "dq",
      coefficient: "qi",
    };
    const expected: Record<string, string> = {};
    for (const [, name = "", hex = ""] of stdout.matchAll(/^(\w+):\s*\n((?:\s+[0-9a-f:]+\n)+)/gm)) {
      const digits = hex.replace(/[^0-9a-f]/g, "").replace(/^(00)+/, "");
      expected[fields[name] ?? name] = Buffer.from(digits, "hex").toString("base64url");
    }
    assert.deepEqual(rsaNumbers(pem), expected);
  });

  it("are consistent: the coefficient is the inverse of q modulo p", () => {
    const big = (text: string): bigint => BigInt(`0x${Buffer.from(text, "base64url").toString("hex")}`);
    const { n, d, p, q, dp, dq, qi } = rsaNumbers(pem);
    assert.equal(big(n), big(p) * big(q));
    assert.equal((big(qi) * big(q)) % big(p), 1n);
    assert.equal(big(d) % (big(p) - 1n), big(dp));
    assert.equal(big(d) % (big(q) - 1n), big(dq));
    assert.equal((big(dp) * 65537n) % (big(p) - 1n), 1n);
  });

  it("take the place of the tokens, each of its own", () => {
    const numbers = rsaNumbers(pem);
    assert.deepEqual(
      textsFor(rsa(), pem),
      rsaParts.map((part) => [tokenOf("JWT_RSA_PRIVATE_KEY", part), numbers[part as keyof typeof numbers]]),
    );
  });

  it("say what is wrong with a key, and nothing of it", () => {
    const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
      type: "pkcs8",
      format: "pem",
    });
    const odd = generateKeyPairSync("rsa", { modulusLength: 1024, publicExponent: 3 }).privateKey;
    assert.throws(() => rsaNumbers("hunter2"), /^Error: is not a private key in PEM$/);
    assert.throws(() => rsaNumbers(ec.toString()), /is not an RSA key/);
    assert.throws(() => rsaNumbers(odd.export({ type: "pkcs8", format: "pem" }).toString()), /65537/);
  });
});

describe("bcryptWith", () => {
  it("hashes the value, the same with the same seed", async () => {
    const hash = await bcryptWith("secret", "seed");
    assert.match(hash, /^\$2b\$10\$/);
    assert.ok(await bcrypt.compare("secret", hash));
    assert.ok(!(await bcrypt.compare("other", hash)));
    assert.equal(await bcryptWith("secret", "seed"), hash);
    assert.notEqual(await bcryptWith("secret", "other seed"), hash);
  });
});

describe("givenValues", () => {
  const siteConfig = readConfig(
    "FROM_FILE: abc.DEF_1~-\nNUMBER: 12345678\nOCTAL: 0123456\nTEXT: 12e45678\nBOTH: from-file\n" +
      "FLOAT: 1.10\nUNSAFE: p@ss'word\nJINJA: '{{ OTHER }}'\n",
  ).config;
  const given = (entries: ReturnType<typeof password>[], secrets: Record<string, string>) =>
    givenValues(
      { source: { name: "campus", folder: "/instances/campus", namespace: "campus" }, siteConfig, secrets },
      entries,
    );
  const fromConfig = (key: string) => token(key, { kind: "given" }, { fromConfig: true });

  it("come from stack config, else from config.yml; what is generated has none", () => {
    const keys = ["FROM_FILE", "NUMBER", "OCTAL", "TEXT", "FLOAT", "BOTH"];
    assert.deepEqual(given([...keys.map(fromConfig), password("MADE")], { BOTH: "from-stack" }), {
      FROM_FILE: "abc.DEF_1~-",
      NUMBER: "12345678",
      OCTAL: "42798",
      TEXT: "12e45678",
      FLOAT: "1.1",
      BOTH: "from-stack",
    });
  });

  it("may be an RSA key, in either form", () => {
    const pkcs8 = createPrivateKey(pem).export({ type: "pkcs8", format: "pem" }).toString();
    for (const key of [pem, pkcs8]) {
      assert.deepEqual(given([rsa()], { JWT_RSA_PRIVATE_KEY: key }), {
        JWT_RSA_PRIVATE_KEY: key,
      });
    }
  });

  it("may have base64's characters where clouds make them so", () => {
    const key = "OPENEDX_AWS_SECRET_ACCESS_KEY";
    assert.deepEqual(given([token(key, { kind: "given" })], { [key]: "a+/b=" }), {
      [key]: "a+/b=",
    });
  });

  const faults: [
    title: string,
    entry: ReturnType<typeof password>,
    value: string | undefined,
    message: RegExp,
  ][] = [
    [
      "a character that must be quoted",
      password("KEY"),
      "hunter2'",
      /KEY \(stack config .*campus\.KEY\).*character/,
    ],
    ["an empty value", password("KEY"), "", /is empty/],
    ["a line break", password("KEY"), "hunter2\n", /character/],
    ["base64 in what may stand in a URL", password("REDIS_PASSWORD"), "hunter2+/", /character/],
    ["no RSA key", rsa(), "hunter2", /JWT_RSA_PRIVATE_KEY .*is not a private key in PEM/],
    ["an unfit value in config.yml", fromConfig("UNSAFE"), undefined, /UNSAFE \(.*config\.yml\).*character/],
    ["a template in config.yml", fromConfig("JINJA"), undefined, /JINJA .*character/],
    [
      "nothing where a value must be given",
      token("NONE", { kind: "given" }),
      undefined,
      /NONE has no value.*config set/,
    ],
    ["nothing in config.yml", fromConfig("NONE"), undefined, /NONE has no value/],
  ];
  for (const [title, entry, value, message] of faults) {
    it(`refuses ${title}, without showing it`, () => {
      const secrets = value === undefined ? {} : { [entry.key]: value };
      assert.throws(
        () => given([entry], secrets),
        (error: Error) =>
          error instanceof UserError &&
          error.message.startsWith("instance campus: ") &&
          message.test(error.message) &&
          !/hunter2|p@ss|OTHER/.test(error.message),
      );
    });
  }
});
