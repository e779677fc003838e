import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey, createSign, createVerify } from "node:crypto";
import { standInKey } from "../../src/workspace/standInKey.js";

describe("standInKey", () => {
  const { pem, numbers } = standInKey("test");

  it("is a sound RSA key", () => {
    const key = createPrivateKey(pem);
    assert.equal(key.asymmetricKeyDetails?.modulusLength, 1024);
    const signature = createSign("sha256").update("text").sign(key);
    assert.ok(createVerify("sha256").update("text").verify(createPublicKey(key), signature));
  });

  it("names the numbers as its JWK has them", () => {
    const { kty, e, ...rest } = createPrivateKey(pem).export({ format: "jwk" });
    assert.deepEqual([kty, e], ["RSA", "AQAB"]);
    assert.deepEqual(rest, numbers);
  });

  it("depends on its seed alone", () => {
    assert.equal(standInKey("test").pem, pem);
    assert.notEqual(standInKey("other").numbers.n, numbers.n);
  });
});
