import { hkdfSync } from "node:crypto";

/** What a derived value is for. No two of an instance's secrets, and no two generations of one, have the same. */
export interface Purpose {
  instance: string;
  /** The setting. */
  key: string;
  /** Counts the operator's rotations of the secret, from 1. */
  generation: number;
}

type Kind = "password" | "uuid" | "salt";

const lowerAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
const alphabet = lowerAlphabet + lowerAlphabet.slice(10).toUpperCase();
const blockBytes = 64;

/*
 * A site has one random seed in the state, and its secrets are derived from it: each is HKDF-SHA-256 (RFC 5869) of the
 * seed, with the instance, the key, the generation and the kind as `info`.
 *
 * This is safe because the seed has some 380 bits of randomness, so that nobody can guess it; because HKDF is one-way, so
 * that who has one secret, or an identifier in a ConfigMap, learns neither the seed nor any other secret; and because
 * `info` is a JSON list, so that no two purposes look alike. It needs no state: a secret of a plugin that is taken out and
 * put in again is the same as before, and taking others out or in changes none.
 *
 * Anything that is changed here, the label included, changes the passwords of every site that runs.
 */
const label = "openedx-pulumi secret 1";

function bytes(seed: string, kind: Kind, { instance, key, generation }: Purpose, block: number): Buffer {
  const info = JSON.stringify([label, instance, key, generation, kind, block]);
  return Buffer.from(hkdfSync("sha256", seed, "", info, blockBytes));
}

/** Letters and digits, with `lower` none in upper case, each as likely as any other. */
export function derivePassword(seed: string, purpose: Purpose, length: number, lower = false): string {
  return characters(seed, "password", purpose, length, lower ? lowerAlphabet : alphabet);
}

/** A UUID in the form of version 4. */
export function deriveUuid(seed: string, purpose: Purpose): string {
  const octets = bytes(seed, "uuid", purpose, 0).subarray(0, 16);
  octets.writeUInt8((octets.readUInt8(6) & 0x0f) | 0x40, 6);
  octets.writeUInt8((octets.readUInt8(8) & 0x3f) | 0x80, 8);
  return octets.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** What the salt of a hash is made from, so that the hash is the same in every run. */
export function deriveSalt(seed: string, purpose: Purpose): string {
  return characters(seed, "salt", purpose, 24, alphabet);
}

function characters(seed: string, kind: Kind, purpose: Purpose, length: number, from: string): string {
  // Bytes from here on are passed over, or the first characters would come more often than the last.
  const limit = 256 - (256 % from.length);
  let text = "";
  for (let block = 0; text.length < length; block++) {
    for (const byte of bytes(seed, kind, purpose, block)) {
      text += byte < limit ? from.charAt(byte % from.length) : "";
    }
  }
  return text.slice(0, length);
}
