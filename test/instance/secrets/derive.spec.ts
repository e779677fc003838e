import assert from "node:assert/strict";
import {
  type Purpose,
  derivePassword,
  deriveSalt,
  deriveUuid,
} from "../../../src/instance/secrets/derive.js";
import { run } from "../../../src/workspace/run.js";

const seed = "s".repeat(64);
const purpose: Purpose = { instance: "campus", key: "OPENEDX_SECRET_KEY", generation: 1 };

/** HKDF-SHA-256 as RFC 5869 has it, written out in Python. */
const hkdf = `
import hashlib, hmac, json, sys
seed, info, length = json.load(sys.stdin)
key = hmac.new(b"\\0" * 32, seed.encode(), hashlib.sha256).digest()
out, block, count = b"", b"", 1
while len(out) < length:
    block = hmac.new(key, block + info.encode() + bytes([count]), hashlib.sha256).digest()
    out, count = out + block, count + 1
print(out[:length].hex(), end="")
`;

describe("derived secrets", () => {
  it("are HKDF-SHA-256 of the seed, and so can be made again by any other tool", async () => {
    const info = JSON.stringify([
      "openedx-pulumi secret 1",
      "campus",
      "OPENEDX_SECRET_KEY",
      1,
      "password",
      0,
    ]);
    const { stdout } = await run("python3", ["-c", hkdf], { input: JSON.stringify([seed, info, 64]) });
    const letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const text = [...Buffer.from(stdout, "hex")]
      .filter((byte) => byte < 248)
      .map((byte) => letters[byte % 62])
      .join("");
    assert.equal(derivePassword(seed, purpose, 24), text.slice(0, 24));
  });

  it("stay as they are: sites run with them", () => {
    assert.equal(derivePassword(seed, purpose, 32), "xrcTRU9oNHSnbGHZcBsxUgQsL2p2nG9M");
    assert.equal(derivePassword(seed, purpose, 24, true), "d72jh09uwd7ynbx67fs1s306");
    assert.equal(deriveUuid(seed, purpose), "ca15120a-ec12-4919-bdc6-8c669b00f567");
    assert.equal(deriveSalt(seed, purpose), "ZLAnBJSxnOp0TrUawnMOIUzk");
  });

  it("differ by seed, instance, key, generation and kind", () => {
    const others: [string, Purpose][] = [
      [seed, purpose],
      ["t".repeat(64), purpose],
      [seed, { ...purpose, instance: "alumni" }],
      [seed, { ...purpose, key: "OTHER" }],
      [seed, { ...purpose, generation: 2 }],
      // Two purposes whose parts are the same when they are joined.
      [seed, { ...purpose, instance: "campusO", key: "PENEDX_SECRET_KEY" }],
      [seed, { ...purpose, key: "OPENEDX_SECRET_KEY1", generation: 1 }],
      [seed, { ...purpose, key: "OPENEDX_SECRET_KEY", generation: 11 }],
    ];
    const values = others.flatMap(([from, what]) => [
      derivePassword(from, what, 24),
      deriveSalt(from, what),
      deriveUuid(from, what),
    ]);
    assert.equal(new Set(values).size, values.length);
  });

  it("have the length that was asked for, in letters and digits, and none in upper case where so asked", () => {
    for (const length of [1, 24, 62, 64, 65, 200, 1000]) {
      assert.match(derivePassword(seed, purpose, length), new RegExp(`^[0-9A-Za-z]{${length}}$`));
      assert.match(derivePassword(seed, purpose, length, true), new RegExp(`^[0-9a-z]{${length}}$`));
    }
  });

  it("have every character as often as any other", () => {
    for (const [lower, count] of [
      [false, 62],
      [true, 36],
    ] as const) {
      const text = derivePassword(seed, purpose, 100_000, lower);
      const counts = new Map<string, number>();
      [...text].forEach((letter) => counts.set(letter, (counts.get(letter) ?? 0) + 1));
      assert.equal(counts.size, count);
      const expected = text.length / count;
      const chiSquared = [...counts.values()].reduce(
        (sum, each) => sum + (each - expected) ** 2 / expected,
        0,
      );
      // One in a million of fair texts is beyond it; a plain modulo is far beyond.
      assert.ok(chiSquared < count + 5 * Math.sqrt(2 * count), `${lower}: ${chiSquared}`);
    }
  });

  it("are UUIDs of version 4", () => {
    for (let generation = 1; generation < 100; generation++) {
      assert.match(
        deriveUuid(seed, { ...purpose, generation }),
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
    }
  });
});
