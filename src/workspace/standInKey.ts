import { checkPrimeSync, createHash, createPrivateKey } from "node:crypto";

/** An RSA key that stands for one that rendering must not know. */
export interface StandInKey {
  /** PKCS#1, as Tutor keeps it in JWT_RSA_PRIVATE_KEY. */
  pem: string;
  /** The numbers of its JWK but for `e`, which is 65537 in every key: base64url without padding. */
  numbers: Record<(typeof jwkNumbers)[number], string>;
}

const jwkNumbers = ["n", "d", "p", "q", "dp", "dq", "qi"] as const;
const exponent = 65537n;
const primeBits = 512; // short, because finding primes takes time and these need not be safe
const known = new Map<string, StandInKey>();

/**
 * The stand-in key of a seed, always the same one, so that a render is the same on every machine. It guards nothing.
 */
export function standInKey(seed: string): StandInKey {
  let key = known.get(seed);
  if (key === undefined) {
    key = make(seed);
    known.set(seed, key);
  }
  return key;
}

function make(seed: string): StandInKey {
  const p = prime(`${seed} p`);
  const q = prime(`${seed} q`);
  const d = inverse(exponent, (p - 1n) * (q - 1n));
  const values = { n: p * q, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const numbers = Object.fromEntries(jwkNumbers.map((name) => [name, base64url(values[name])]));
  const key = createPrivateKey({ key: { kty: "RSA", e: base64url(exponent), ...numbers }, format: "jwk" });
  const pem = key.export({ type: "pkcs1", format: "pem" }).toString().trim();
  return { pem, numbers: numbers as StandInKey["numbers"] };
}

function prime(seed: string): bigint {
  const top = 3n << BigInt(primeBits - 2); // both top bits, so that the product has its full length
  let candidate = top | BigInt(`0x${bytes(seed).toString("hex")}`) | 1n;
  while (candidate % exponent === 1n || !checkPrimeSync(candidate)) {
    candidate += 2n;
  }
  return candidate;
}

function bytes(seed: string): Buffer {
  const blocks = [0, 1].map((block) => createHash("sha256").update(`${seed} ${block}`).digest());
  return Buffer.concat(blocks);
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [remainder, next] = [modulus, value % modulus];
  let [coefficient, nextCoefficient] = [0n, 1n];
  while (next !== 0n) {
    const quotient = remainder / next;
    [remainder, next] = [next, remainder - quotient * next];
    [coefficient, nextCoefficient] = [nextCoefficient, coefficient - quotient * nextCoefficient];
  }
  return ((coefficient % modulus) + modulus) % modulus;
}

function base64url(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex").toString("base64url");
}
