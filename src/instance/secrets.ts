import { createHash, createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import bcrypt from "bcryptjs";
import type { Json } from "../kubernetes/objects.js";
import type { SecretSpec, TokenEntry } from "../tutor/types.js";
import { rsaNumbers } from "./jwk.js";

/** The value of a setting, once it is known. */
export interface SecretValue {
  entry: TokenEntry;
  value: pulumi.Output<string>;
}

export interface SecretsArgs {
  /** Prefix of the resources' names. */
  instance: string;
  entries: readonly TokenEntry[];
  /** Values that the operator gives, checked. They take the place of what would be generated. */
  given: Readonly<Record<string, string>>;
  /** Values that come with other resources, such as the address of a managed database. */
  bound: Readonly<Record<string, pulumi.Input<string>>>;
  /** Tutor's config without secrets, for what derives from a plain setting. */
  settings: Readonly<Record<string, Json>>;
  parent: pulumi.Resource;
}

/** Shortest generated password: Tutor's own, some of 8 characters, were made for a single machine. */
const minPasswordLength = 24;
const rsaBits = 2048;
const bcryptCost = 10;

/**
 * The values of all secret settings, by key: one resource for each that is generated, none for those that are given or
 * that derive from another.
 */
export function createSecrets(args: SecretsArgs): Map<string, SecretValue> {
  const source = new SecretSource(args);
  return new Map(args.entries.map((entry) => [entry.key, { entry, value: source.valueOf(entry.key) }]));
}

/** The texts that take the place of a setting's tokens, given its value. */
export function textsFor(entry: TokenEntry, value: string): [token: string, text: string][] {
  const numbers = entry.tokens.some(({ part }) => part !== undefined) ? rsaNumbers(value) : undefined;
  return entry.tokens.map(({ text, part }) => {
    const replacement = part === undefined ? value : numbers?.[part as keyof typeof numbers];
    if (replacement === undefined) {
      throw new Error(`${entry.key}: an RSA key has no part ${part}`);
    }
    return [text, replacement];
  });
}

/** Makes each value once, whoever asks for it first. */
class SecretSource {
  private readonly args: SecretsArgs;
  private readonly entries: ReadonlyMap<string, TokenEntry>;
  private readonly values = new Map<string, pulumi.Output<string>>();
  private readonly hashes = new Map<string, pulumi.Output<string>>();

  constructor(args: SecretsArgs) {
    this.args = args;
    this.entries = new Map(args.entries.map((entry) => [entry.key, entry]));
  }

  valueOf(key: string): pulumi.Output<string> {
    const made = this.values.get(key);
    if (made !== undefined) {
      return made;
    }
    const value = this.make(key);
    this.values.set(key, value);
    return value;
  }

  private make(key: string): pulumi.Output<string> {
    const given = this.args.given[key];
    if (given !== undefined) {
      return pulumi.secret(given);
    }
    const entry = this.entries.get(key);
    if (entry === undefined) {
      const setting = this.args.settings[key];
      if (typeof setting !== "string") {
        throw new Error(`${this.args.instance}: there is no setting ${key} to derive a secret from`);
      }
      return pulumi.output(setting);
    }
    const value = this.generate(key, entry.spec);
    return entry.secret ? value : pulumi.unsecret(value);
  }

  private generate(key: string, spec: SecretSpec): pulumi.Output<string> {
    switch (spec.kind) {
      case "password":
        return this.password(key, spec.length, spec.lower);
      case "uuid":
        return new random.RandomUuid(this.nameOf(key), {}, { parent: this.args.parent }).result;
      case "rsa":
        return new tls.PrivateKey(
          this.nameOf(key),
          { algorithm: "RSA", rsaBits },
          { parent: this.args.parent, ignoreChanges: ["algorithm", "rsaBits"] },
        ).privateKeyPem;
      case "hmac":
        return pulumi
          .all([this.valueOf(spec.key), this.valueOf(spec.message)])
          .apply(([secret, message]) => createHmac("sha256", secret).update(message).digest("hex"));
      case "bcrypt":
        return this.bcryptHash(key, spec.of);
      case "bound":
        return this.bound(key);
      case "given":
        throw new Error(`${this.args.instance}: no value was given for ${key}`);
    }
  }

  private bound(key: string): pulumi.Output<string> {
    const value = this.args.bound[key];
    if (value === undefined) {
      throw new Error(`${this.args.instance}: no value was bound to ${key}`);
    }
    return pulumi.secret(value);
  }

  private password(key: string, length: number, lower = false): pulumi.Output<string> {
    const password = new random.RandomPassword(
      this.nameOf(key),
      // Letters and digits only: they survive YAML, SQL, shells and URLs unquoted.
      { length: Math.max(length, minPasswordLength), special: false, upper: !lower },
      {
        parent: this.args.parent,
        // Another rule for new passwords, ours or a plugin's, must not replace those of a running site.
        ignoreChanges: ["length", "special", "upper"],
      },
    );
    this.hashes.set(key, password.bcryptHash);
    return password.result;
  }

  private bcryptHash(key: string, of: string): pulumi.Output<string> {
    const value = this.valueOf(of);
    const hash = this.hashes.get(of);
    if (hash !== undefined) {
      return hash;
    }
    // The salt is kept in the state, so that the hash stays the same while the value does.
    const salt = new random.RandomPassword(
      `${this.nameOf(key)}-salt`,
      { length: minPasswordLength, special: false, upper: true },
      { parent: this.args.parent, ignoreChanges: ["length", "special", "upper"] },
    );
    return pulumi.all([value, salt.result]).apply(([text, seed]) => bcryptWith(text, seed));
  }

  private nameOf(key: string): string {
    return `${this.args.instance}-${key.toLowerCase().replaceAll("_", "-")}`;
  }
}

/** The bcrypt hash of a text, with a salt made from `seed`: the same input gives the same hash. */
export async function bcryptWith(text: string, seed: string): Promise<string> {
  const salt = createHash("sha256").update(seed).digest().subarray(0, 16);
  return bcrypt.hash(text, `$2b$${bcryptCost}$${bcrypt.encodeBase64([...salt], salt.length)}`);
}
