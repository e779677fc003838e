import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { programFolder } from "../workspace/paths.js";

const pem = /^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/;

/** An authority as the config gives it, PEM text or a file relative to the program; or what is wrong with it. */
export function readAuthority(ca: string | undefined, key: string): { ca?: string; faults: string[] } {
  if (ca === undefined) {
    return { faults: [] };
  }
  if (ca.trimStart().startsWith("-----BEGIN")) {
    return pem.test(ca.trim())
      ? { ca: ca.trim(), faults: [] }
      : { faults: [`${key}: is not a certificate in PEM`] };
  }
  const file = resolve(programFolder, ca);
  if (!existsSync(file)) {
    return { faults: [`${key}: is neither PEM text nor a file: there is no ${ca}`] };
  }
  const text = readFileSync(file, "utf8").trim();
  return pem.test(text)
    ? { ca: text, faults: [] }
    : { faults: [`${key}: ${ca} holds no certificate in PEM`] };
}
