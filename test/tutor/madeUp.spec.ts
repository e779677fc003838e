import assert from "node:assert/strict";
import bcrypt from "bcryptjs";
import { createHash } from "node:crypto";
import { findMadeUp } from "../../src/tutor/madeUp.js";
import type { DeclaredSetting } from "../../src/tutor/tokens.js";

const settings = (values: Record<string, string>): DeclaredSetting[] =>
  Object.entries(values).map(([key, text]) => ({ key, text, owner: "lrs", source: "unique" }));

describe("findMadeUp", () => {
  it("finds what is new in each process, and its form", async () => {
    const { specs, faults } = await findMadeUp(
      settings({
        SAME: "ralph",
        PASSWORD: "abcdefghij",
        MIXED: "aB3defgh",
        UID: "9b2f0c1e-1111-4222-8333-444455556666",
      }),
      settings({
        SAME: "ralph",
        PASSWORD: "zyxwvutsrq",
        MIXED: "Zy9wvuts",
        UID: "0b2f0c1e-1111-4222-8333-444455556666",
      }),
    );
    assert.deepEqual(faults, []);
    assert.deepEqual(Object.fromEntries(specs), {
      PASSWORD: { kind: "password", length: 10, lower: true },
      MIXED: { kind: "password", length: 8 },
      UID: { kind: "uuid" },
    });
  });

  it("finds which value a bcrypt hash is of, by trying", async () => {
    const hash = (text: string): string => bcrypt.hashSync(text, 4);
    const { specs } = await findMadeUp(
      settings({ X_PASSWORD: "first12345", Y_PASSWORD: "other12345", Z: hash("other12345") }),
      settings({ X_PASSWORD: "second2345", Y_PASSWORD: "again12345", Z: hash("again12345") }),
    );
    assert.deepEqual(specs.get("Z"), { kind: "bcrypt", of: "Y_PASSWORD" });
  });

  it("refuses what it cannot make, with plugin and key", async () => {
    const sha = (text: string): string => createHash("sha256").update(text).digest("hex");
    const { faults } = await findMadeUp(
      settings({ PASSWORD: "abcdefghij", DIGEST: sha("abcdefghij"), TIME: "10:20:30" }),
      settings({ PASSWORD: "zyxwvutsrq", DIGEST: sha("zyxwvutsrq"), TIME: "10:20:31" }),
    );
    assert.equal(faults.length, 2);
    assert.match(faults[0] ?? "", /plugin lrs makes DIGEST up/);
    assert.match(faults[1] ?? "", /plugin lrs makes TIME up/);
  });
});
