import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import bcrypt from "bcryptjs";
import { generate } from "../../../src/engine/local/generate.js";
import { UserError } from "../../../src/workspace/errors.js";

const password = "random:index/randomPassword:RandomPassword";

/** A random text without the hash that a password has, which costs time. */
async function textOf(inputs: Parameters<typeof generate>[2]): Promise<string> {
  const { outputs } = await generate("random:index/randomString:RandomString", "p", inputs);
  return text(outputs.result);
}

function text(value: unknown): string {
  assert.ok(typeof value === "string");
  return value;
}

describe("generated values", () => {
  it("draws every character with the same chance", async () => {
    const length = 62 * 1000;
    const drawn = await textOf({ length, special: false });
    const counts = new Map<string, number>();
    for (const character of drawn) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    assert.equal(counts.size, 62);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // 61 degrees of freedom: above 130 once in a million runs; a byte modulo 62 gives over 600.
    assert.ok(chiSquare < 130, `chi square ${chiSquare}`);
  });

  it("keeps to the classes, the least counts and the special characters that are asked for", async () => {
    for (let round = 0; round < 50; round += 1) {
      const drawn = await textOf({
        length: 8,
        lower: false,
        overrideSpecial: "-_",
        minNumeric: 3,
        minSpecial: 2,
      });
      assert.match(drawn, /^[A-Z0-9_-]{8}$/);
      assert.ok(drawn.replace(/[^0-9]/g, "").length >= 3, drawn);
      assert.ok(drawn.replace(/[^_-]/g, "").length >= 2, drawn);
    }
  });

  it("shuffles what is required, so that no place in a password is of a known class", async () => {
    const firsts = await Promise.all(
      Array.from({ length: 60 }, () => textOf({ length: 6, special: false, minUpper: 3, upper: true })),
    );
    assert.ok(firsts.some((drawn) => !/^[A-Z]/.test(drawn)));
  });

  it("hashes a password so that bcrypt finds it again", async () => {
    const { outputs } = await generate(password, "p", { length: 80, special: false });
    assert.match(text(outputs.bcryptHash), /^\$2a\$/);
    assert.ok(bcrypt.compareSync(text(outputs.result).slice(0, 72), text(outputs.bcryptHash)));
  });

  it("says which resource has rules that no text meets", async () => {
    const noClass = { length: 4, lower: false, upper: false, numeric: false, special: false };
    await assert.rejects(
      textOf(noClass),
      (error) => error instanceof UserError && /^p: /.test(error.message),
    );
    await assert.rejects(textOf({ length: 2, minLower: 3 }), UserError);
  });

  it("writes the same bytes of a random id in all its forms", async () => {
    const { id, outputs } = await generate("random:index/randomId:RandomId", "i", {
      byteLength: 8,
      prefix: "x-",
    });
    const hex = Buffer.from(id, "base64url").toString("hex");
    assert.equal(outputs.hex, `x-${hex}`);
    assert.equal(outputs.b64Std, `x-${Buffer.from(hex, "hex").toString("base64")}`);
    assert.equal(outputs.dec, `x-${BigInt(`0x${hex}`)}`);
  });

  const keys: [string, Parameters<typeof generate>[2], RegExp][] = [
    ["RSA", { algorithm: "RSA", rsaBits: 1024 }, /^-----BEGIN RSA PRIVATE KEY-----/],
    ["ECDSA", { algorithm: "ECDSA", ecdsaCurve: "P256" }, /^-----BEGIN EC PRIVATE KEY-----/],
    ["ED25519", { algorithm: "ED25519" }, /^-----BEGIN PRIVATE KEY-----/],
  ];
  for (const [name, inputs, header] of keys) {
    it(`makes ${name} keys whose halves belong together`, async () => {
      const { outputs } = await generate("tls:index/privateKey:PrivateKey", "k", inputs);
      assert.match(text(outputs.privateKeyPem), header);
      const data = Buffer.from("signed");
      const algorithm = name === "ED25519" ? null : "sha256";
      const signature = sign(algorithm, data, createPrivateKey(text(outputs.privateKeyPem)));
      assert.ok(verify(algorithm, data, createPublicKey(text(outputs.publicKeyPem)), signature));
    });
  }
});
