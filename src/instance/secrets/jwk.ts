import { createPrivateKey } from "node:crypto";

/** The numbers of an RSA private key as a JWK has them: base64url without padding, of minimal length. */
export type RsaNumbers = Record<"n" | "d" | "p" | "q" | "dp" | "dq" | "qi", string>;

/**
 * Reads an RSA private key in PEM (PKCS #1 or #8, without a passphrase).
 * @throws Error that says what is wrong with the key, and nothing of the key.
 */
export function rsaNumbers(pem: string): RsaNumbers {
  let jwk;
  try {
    jwk = createPrivateKey(pem).export({ format: "jwk" });
  } catch {
    throw new Error("is not a private key in PEM");
  }
  const { kty, e, n, d, p, q, dp, dq, qi } = jwk;
  if (kty !== "RSA" || !n || !d || !p || !q || !dp || !dq || !qi) {
    throw new Error("is not an RSA key");
  }
  if (e !== "AQAB") {
    // The exponent stands in Tutor's settings as a number of its own.
    throw new Error("has another public exponent than 65537");
  }
  return { n, d, p, q, dp, dq, qi };
}
