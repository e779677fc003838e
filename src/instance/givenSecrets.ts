import { join } from "node:path";
import type { TokenEntry } from "../tutor/types.js";
import { joinFaults, messageOf } from "../workspace/errors.js";
import { standIn, withStandIns } from "../workspace/standIns.js";
import { rsaNumbers } from "./jwk.js";
import type { InstanceInput } from "./types.js";

/** Survive YAML, Python, SQL, shells and URLs, in which Tutor's templates put them without an escape. */
const safeText = /^[A-Za-z0-9._~-]+$/;
/** As clouds make them: base64. Templates put these only in quotes, never in URLs. */
const cloudText = /^[A-Za-z0-9._~+/=-]+$/;
const cloudKeys = /(ACCESS_KEY|ACCOUNT_KEY|SMTP_PASSWORD)$/;

/**
 * The values that the operator gives, by key: from stack config, else from the instance's config.yml.
 * @throws UserError that lists every missing or unfit value by instance and key, without the value.
 */
export function givenValues(
  { source, siteConfig, secrets }: Pick<InstanceInput, "source" | "siteConfig" | "secrets">,
  entries: readonly TokenEntry[],
): Record<string, string> {
  const file = join(source.folder, "config.yml");
  const values: Record<string, string> = {};
  const faults: string[] = [];
  for (const entry of entries) {
    const { key, fromConfig, spec } = entry;
    const written = fromConfig ? siteConfig.texts[key] : undefined;
    // A plan that is made to be compared has a stand-in for each secret; of those in config.yml only this program knows.
    const value = secrets[key] ?? (written !== undefined && withStandIns() ? standIn(key) : written);
    if (value !== undefined) {
      const where = secrets[key] === undefined ? file : `stack config openedx:secrets.${source.name}.${key}`;
      const fault = faultOf(entry, value);
      if (fault !== undefined) {
        faults.push(`${key} (${where}) ${fault}`);
      }
      values[key] = value;
    } else if (fromConfig || spec.kind === "given") {
      faults.push(
        `${key} has no value. Set it by ` +
          `\`pulumi config set --secret --path openedx:secrets.${source.name}.${key}\`.`,
      );
    }
  }
  if (faults.length > 0) {
    throw joinFaults(`instance ${source.name}: secrets that can't be used`, faults);
  }
  return values;
}

function faultOf({ key, tokens }: TokenEntry, value: string): string | undefined {
  if (tokens.some(({ part }) => part !== undefined)) {
    try {
      rsaNumbers(value);
      return undefined;
    } catch (error) {
      return `${messageOf(error)}. An RSA private key without a passphrase is needed.`;
    }
  }
  if (value.startsWith("-----BEGIN ")) {
    return undefined;
  }
  const isCloudKey = cloudKeys.test(key);
  return (isCloudKey ? cloudText : safeText).test(value)
    ? undefined
    : "is empty or has a character that Tutor's templates don't quote. " +
        `Allowed are letters, digits and . _ ~ -${isCloudKey ? " + / =" : ""}; choose another value.`;
}
