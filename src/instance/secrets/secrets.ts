import { createHash, createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import bcrypt from "bcryptjs";
import type { Json } from "../../kubernetes/objects.js";
import type { SecretSpec, TokenEntry } from "../../tutor/types.js";
import { digest } from "../../workspace/digest.js";
import { standIn, withStandIns } from "../../workspace/standIns.js";
import { derivePassword, deriveSalt, deriveUuid, type Purpose } from "./derive.js";
import { rsaNumbers } from "./jwk.js";
import { generationOf, type Rotated } from "./rotation.js";

/** The value of a setting, once it is known. */
export interface SecretValue {
  entry: TokenEntry;
  value: pulumi.Output<string>;
  /**
   * What the program knows of the value before any resource is made: another one whenever the operator or the program
   * wants another value. It may be shown.
   */
  version: string;
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
  /** Generations of generated secrets, by key. Default: the first of each. */
  rotated?: Rotated;
  /** What is generated can't be lost by a mistake in the config. */
  protect: boolean;
  parent: pulumi.Resource;
}

/** Shortest generated password: Tutor's own, some of 8 characters, were made for a single machine. */
const minPasswordLength = 24;
const rsaBits = 2048;
const bcryptCost = 10;

/**
 * The values of all secret settings, by key. One resource holds the seed of all that are generated, but for RSA keys,
 * which have one each.
 */
export function createSecrets(args: SecretsArgs): Map<string, SecretValue> {
  const source = new SecretSource(args);
  return new Map(
    args.entries.map((entry) => [
      entry.key,
      { entry, value: source.valueOf(entry.key), version: source.versionOf(entry.key) },
    ]),
  );
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
  readonly #args: SecretsArgs;
  readonly #entries: ReadonlyMap<string, TokenEntry>;
  readonly #values = new Map<string, pulumi.Output<string>>();
  #seed: pulumi.Output<string> | undefined;

  constructor(args: SecretsArgs) {
    this.#args = args;
    this.#entries = new Map(args.entries.map((entry) => [entry.key, entry]));
  }

  valueOf(key: string): pulumi.Output<string> {
    const value = this.#values.get(key) ?? this.#make(key);
    this.#values.set(key, value);
    return value;
  }

  versionOf(key: string): string {
    const given = this.#args.given[key];
    if (given !== undefined) {
      return `given ${trace(given)}`;
    }
    const spec = this.#entries.get(key)?.spec;
    switch (spec?.kind) {
      case undefined:
        return JSON.stringify(this.#args.settings[key] ?? "");
      case "hmac":
        return `hmac of ${this.versionOf(spec.key)}, ${this.versionOf(spec.message)}`;
      case "bcrypt":
        return `bcrypt of ${this.versionOf(spec.of)}`;
      case "bound": {
        const value = this.#args.bound[key];
        return typeof value === "string" ? `bound ${trace(value)}` : "bound";
      }
      default:
        return JSON.stringify([spec, generationOf(this.#args.rotated ?? {}, key)]);
    }
  }

  #make(key: string): pulumi.Output<string> {
    const given = this.#args.given[key];
    if (given !== undefined) {
      return pulumi.secret(given);
    }
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      const setting = this.#args.settings[key];
      if (typeof setting !== "string") {
        throw new Error(`${this.#args.instance}: there is no setting ${key} to derive a secret from`);
      }
      return pulumi.output(setting);
    }
    const value = this.#generate(key, entry.spec);
    return entry.secret ? value : pulumi.unsecret(value);
  }

  #generate(key: string, spec: SecretSpec): pulumi.Output<string> {
    switch (spec.kind) {
      case "password": {
        const length = Math.max(spec.length, minPasswordLength);
        return this.#derived(key, (seed, purpose) => derivePassword(seed, purpose, length, spec.lower));
      }
      case "uuid":
        return this.#derived(key, deriveUuid);
      case "rsa":
        return this.#rsaKey(key);
      case "hmac":
        return pulumi
          .all([this.valueOf(spec.key), this.valueOf(spec.message)])
          .apply(([secret, message]) => createHmac("sha256", secret).update(message).digest("hex"));
      case "bcrypt":
        return pulumi
          .all([this.valueOf(spec.of), this.#derived(key, deriveSalt)])
          .apply(([text, salt]) => bcryptWith(text, salt));
      case "bound":
      case "given": {
        const value = this.#args.bound[key];
        if (value === undefined) {
          throw new Error(`${this.#args.instance}: no value was ${spec.kind} for ${key}`);
        }
        return pulumi.secret(value);
      }
    }
  }

  #derived(key: string, derive: (seed: string, purpose: Purpose) => string): pulumi.Output<string> {
    const { instance, rotated = {} } = this.#args;
    const generation = generationOf(rotated, key);
    const purpose: Purpose = { instance, key, generation };
    // What is derived from a stand-in would not show as one.
    const asStandIn = withStandIns();
    this.#seed ??= this.#createSeed();
    return this.#seed.apply((seed) =>
      asStandIn ? standIn(this.#nameOf(key, generation)) : derive(seed, purpose),
    );
  }

  #createSeed(): pulumi.Output<string> {
    const { instance, protect, parent } = this.#args;
    return new random.RandomPassword(
      `${instance}-secrets`,
      { length: 64, special: false },
      // Another rule for new seeds must not replace those of a running site.
      { parent, protect, ignoreChanges: ["length", "special"] },
    ).result;
  }

  /**
   * The first key stays, protected, when it was rotated: going back to it is possible, and rotating again need not delete
   * what is protected, which Pulumi refuses. Later keys are not protected for that reason.
   */
  #rsaKey(key: string): pulumi.Output<string> {
    const { parent, protect, rotated = {} } = this.#args;
    const create = (generation: number, isProtected: boolean): pulumi.Output<string> =>
      new tls.PrivateKey(
        this.#nameOf(key, generation),
        { algorithm: "RSA", rsaBits },
        { parent, protect: isProtected, ignoreChanges: ["algorithm", "rsaBits"] },
      ).privateKeyPem;
    const generation = generationOf(rotated, key);
    const first = create(1, protect);
    return generation === 1 ? first : create(generation, false);
  }

  #nameOf(key: string, generation: number): string {
    const name = `${this.#args.instance}-${key.toLowerCase().replaceAll("_", "-")}`;
    return generation === 1 ? name : `${name}-generation-${generation}`;
  }
}

/**
 * Tells a secret from the one that takes its place: 16 bits, which are too few to check guesses of a weak password by.
 * Two that look alike do no harm: the hash of the bound content, in the objects' own names, tells them apart.
 */
function trace(secret: string): string {
  return digest(secret).slice(0, 4);
}

/** The bcrypt hash of a text, with a salt made from `seed`: the same input gives the same hash. */
export async function bcryptWith(text: string, seed: string): Promise<string> {
  const salt = createHash("sha256").update(seed).digest().subarray(0, 16);
  return bcrypt.hash(text, `$2b$${bcryptCost}$${bcrypt.encodeBase64([...salt], salt.length)}`);
}
