import { digest } from "../workspace/digest.js";

/** What a cloud allows as the name of one kind of thing. Lengths are in characters, both ends included. */
interface NameLimit {
  min: number;
  max: number;
  /** False: letters and digits only. Default: inner hyphens too. */
  hyphens?: boolean;
}

/** Lengths as the clouds' API references have them. */
export const nameLimits = {
  "aws:bucket": { min: 3, max: 63 },
  "aws:database": { min: 1, max: 63 },
  "aws:cacheGroup": { min: 1, max: 40 },
  "aws:searchDomain": { min: 3, max: 28 },
  "aws:role": { min: 1, max: 64 },
  "aws:loadBalancer": { min: 1, max: 32 },
  "azure:storageAccount": { min: 3, max: 24, hyphens: false },
  "azure:keyVault": { min: 3, max: 24 },
  "azure:registry": { min: 5, max: 50, hyphens: false },
  "azure:nodePool": { min: 1, max: 12, hyphens: false },
  "azure:dnsPrefix": { min: 1, max: 54 },
  "azure:mysql": { min: 3, max: 63 },
  "azure:redis": { min: 1, max: 60 },
  "azure:federatedCredential": { min: 3, max: 120 },
  "gcp:cluster": { min: 1, max: 40 },
  "gcp:nodePool": { min: 1, max: 40 },
  "gcp:serviceAccount": { min: 6, max: 30 },
  "gcp:bucket": { min: 3, max: 63 },
  "gcp:database": { min: 1, max: 67 },
  "gcp:redis": { min: 1, max: 40 },
  "gcp:keyRing": { min: 1, max: 63 },
  "gcp:logBucket": { min: 1, max: 100 },
} satisfies Record<string, NameLimit>;
export type NameKind = keyof typeof nameLimits;

/** Characters of the digest that a name too long ends with. */
const digestLength = 8;

/**
 * A name made of parts, within the limits of its kind: joined by hyphens where they are allowed. What is too long keeps
 * its beginning and ends with a digest of the whole, so that different parts never give one name.
 * @param parts lower-case letters, digits and inner hyphens, the first beginning with a letter
 */
export function cloudName(kind: NameKind, ...parts: string[]): string {
  const { max, hyphens = true }: NameLimit = nameLimits[kind];
  const whole = parts.join("-");
  const written = hyphens ? whole : whole.replaceAll("-", "");
  if (written.length <= max && (hyphens || written === whole)) {
    return written;
  }
  const tail = digest(whole).slice(0, digestLength);
  const head = written.slice(0, max - digestLength - (hyphens ? 1 : 0)).replace(/-+$/, "");
  return hyphens ? `${head}-${tail}` : `${head}${tail}`;
}
