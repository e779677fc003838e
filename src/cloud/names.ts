import { digest } from "../workspace/digest.js";

/** What a cloud allows as the name of one kind of thing. Lengths are in characters, both ends included. */
export interface NameLimit {
  min: number;
  max: number;
  /** False: letters and digits only. Default: inner hyphens too. */
  hyphens?: boolean;
}

/** Characters of the digest that a name too long ends with. */
const digestLength = 8;

/**
 * A name made of parts, within the limit of its kind: joined by hyphens where they are allowed. What is too long keeps
 * its beginning and ends with a digest of the whole, so that different parts never give one name.
 * @param parts lower-case letters, digits and inner hyphens, the first beginning with a letter
 */
export function cloudName({ max, hyphens = true }: NameLimit, ...parts: string[]): string {
  const whole = parts.join("-");
  const written = hyphens ? whole : whole.replaceAll("-", "");
  if (written.length <= max && (hyphens || written === whole)) {
    return written;
  }
  const tail = digest(whole).slice(0, digestLength);
  const head = written.slice(0, max - digestLength - (hyphens ? 1 : 0)).replace(/-+$/, "");
  return hyphens ? `${head}-${tail}` : `${head}${tail}`;
}
