import { createDecipheriv, pbkdf2Sync } from "node:crypto";
import { readFileSync } from "node:fs";
import { processEnvironment } from "../workspace/environment.js";
import { messageOf, UserError } from "../workspace/errors.js";

/** Turns one `secure:` text of a stack file into the value. */
export type Decrypt = (secure: string) => string;

const keys = new Map<string, Buffer>();

/** The key of a passphrase; half a second of work by design, so each is derived once a process. */
function deriveKey(passphrase: string, salt: string): Buffer {
  const id = JSON.stringify([passphrase, salt]);
  let key = keys.get(id);
  if (key === undefined) {
    key = pbkdf2Sync(passphrase, Buffer.from(salt, "base64"), 1_000_000, 32, "sha256");
    keys.set(id, key);
  }
  return key;
}

function open(key: Buffer, sealed: string): string {
  const [version, nonce = "", text = ""] = sealed.split(":");
  if (version !== "v1") {
    throw new Error("unknown format");
  }
  const bytes = Buffer.from(text, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString();
}

/**
 * The passphrase in PULUMI_CONFIG_PASSPHRASE or in the file that PULUMI_CONFIG_PASSPHRASE_FILE names, as Pulumi reads
 * it; undefined where neither is set.
 * @throws UserError when the file cannot be read.
 */
export function givenPassphrase(env: NodeJS.ProcessEnv = processEnvironment()): string | undefined {
  const { PULUMI_CONFIG_PASSPHRASE: passphrase, PULUMI_CONFIG_PASSPHRASE_FILE: file } = env;
  if (passphrase !== undefined || file === undefined || file === "") {
    return passphrase;
  }
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new UserError(`PULUMI_CONFIG_PASSPHRASE_FILE cannot be read: ${messageOf(error)}`);
  }
}

/**
 * Opens the secrets of a stack whose secrets provider is a passphrase.
 * @param salt the stack file's `encryptionsalt`.
 * @param file named in errors.
 * @throws UserError when the passphrase is not that of the stack.
 */
export function passphraseDecrypter(passphrase: string, salt: string, file: string): Decrypt {
  const [version, saltText = "", ...check] = salt.split(":");
  const key = deriveKey(passphrase, saltText);
  try {
    if (version !== "v1" || open(key, check.join(":")) !== "pulumi") {
      throw new Error("unknown format");
    }
  } catch {
    throw new UserError(
      `The passphrase in PULUMI_CONFIG_PASSPHRASE is not the one that the secrets of ${file} were made with.`,
    );
  }
  return (secure) => {
    try {
      return open(key, secure);
    } catch {
      throw new UserError(
        `A secret in ${file} cannot be decrypted: it was made with another passphrase, or damaged. ` +
          "Set it again with `pulumi config set --secret`.",
      );
    }
  };
}
