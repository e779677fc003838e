import { createHash } from "node:crypto";
import { standInKey } from "../workspace/standInKey.js";
import type { Json } from "../kubernetes/objects.js";
import type { SecretSpec, SettingToken, TokenEntry } from "./types.js";

/** A setting that Tutor or a plugin declares, as it stands before rendering. */
export interface DeclaredSetting {
  key: string;
  source: "default" | "unique" | "override";
  /** The plugin, or `core`. */
  owner: string;
  /** The unrendered value, if it is a string. */
  text?: string;
}

/** What an operator wrote for a key: a plain value, a Jinja template, nothing, or a list or map. */
export type WrittenShape = "text" | "template" | "empty" | "other";

/** All that decides which settings become tokens. */
export interface TokenQuestion {
  declared: readonly DeclaredSetting[];
  /** The keys of config.yml. */
  written: Readonly<Record<string, WrittenShape>>;
  givenSecrets: readonly string[];
  /** Settings of this project's own with plain values: what Tutor would generate in their place is not. */
  settings?: Readonly<Record<string, Json>>;
  /** Settings of this project's own with late values. */
  tokens?: Readonly<Record<string, SettingToken>>;
  /** Settings whose values the plugins made up in Python. */
  madeUp: ReadonlyMap<string, SecretSpec>;
}

/** A setting that becomes a token, before the token has its text. */
export interface SecretSetting {
  key: string;
  spec: SecretSpec;
  secret: boolean;
  owner: string;
  fromConfig: boolean;
  /** Tutor's template, where a token replaces only a part of it (`namespace:{{ 24|random_string }}`). */
  template?: string;
  /** What stays literal around the token, which `{}` stands for. */
  around?: string;
}

/** Which of the two sets a token is from: they share no letter at either end and differ in length. */
export type TokenSet = "a" | "b";

/**
 * Names of settings that hold a secret, for those which Tutor does not generate: they become tokens when config.yml gives
 * them in plain text. Identifiers such as an access key's id, an OAuth client's id or a public key stay plain.
 */
const secretName =
  /(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIALS|(SECRET|SECRET_ACCESS|PRIVATE|ACCOUNT|API|LICENSE|SSH|MASTER|SIGNING|ENCRYPTION)_KEY)$/;

/** Generated settings that only identify something, and may be read by who reads ConfigMaps. */
const identifierName = /(_ID|_UID|_ID_DEV|_USER|_USERNAME|_PREFIX|_INDEX)$/;

/** Settings that templates test or take apart, so that a token in their place changes what is rendered. */
const structuralName =
  /^(ID|PLUGINS|PLUGIN_INDEXES|MOUNTS|K8S_NAMESPACE)$|_(HOST|PORT|URL|AUTH_MECHANISM|AUTH_SOURCE)$|^(RUN|ENABLE)_/;

const generators = /(\d+)\s*\|\s*(random_string|uuid)\b/g;
const hmacTemplate = /^\{\{\s*(\w+)\s*\|\s*uid_master_hash\(\s*(\w+)\s*\)\s*\}\}$/;
const bcryptTemplate = /^\{\{\s*(\w+)\s*\|\s*encrypt\s*\}\}$/;

/** Faults in the keys of the secrets that the operator gives by stack config; empty when all is well. */
export function givenSecretFaults(question: Omit<TokenQuestion, "madeUp">): string[] {
  const known = new Set([
    ...question.declared.map((setting) => setting.key),
    ...Object.keys(question.written),
  ]);
  return question.givenSecrets.flatMap((key) => {
    if (!known.has(key)) {
      return [`secret ${key} of the stack is not a setting of this instance's Tutor or plugins`];
    }
    if (structuralName.test(key)) {
      return [
        `${key} cannot be a secret of the stack: Tutor needs its value while rendering; set it in config.yml`,
      ];
    }
    const shape = question.written[key];
    return shape === undefined || shape === "empty"
      ? []
      : [`${key} is given twice, as a secret of the stack and in config.yml; take it out of config.yml`];
  });
}

/** The settings that become tokens, sorted by key. */
export function secretSettings(question: TokenQuestion): SecretSetting[] {
  const settings = new Map<string, SecretSetting>();
  for (const { key, owner, text } of question.declared) {
    const generated = question.madeUp.get(key) ?? generatedSpec(text);
    if (generated !== undefined && key !== "ID") {
      settings.set(key, {
        key,
        spec: generated,
        secret: isSecret(key),
        owner,
        fromConfig: false,
        template: text,
      });
    }
  }
  const owners = new Map(question.declared.map((setting) => [setting.key, setting.owner]));
  for (const key of [...Object.keys(question.settings ?? {}), ...Object.keys(question.tokens ?? {})]) {
    if (question.written[key] === undefined) {
      settings.delete(key);
    }
  }
  const given = (key: string, fromConfig: boolean): void => {
    const owner = owners.get(key) ?? "core";
    settings.set(key, { key, spec: { kind: "given" }, secret: isSecret(key), owner, fromConfig });
  };
  for (const [key, shape] of Object.entries(question.written)) {
    const isGenerated = settings.has(key);
    if (shape === "text" && (isGenerated || secretName.test(key))) {
      given(key, true);
    } else {
      settings.delete(key); // the operator's template, list or emptiness stands as it is
    }
  }
  for (const [key, { spec, secret, template }] of Object.entries(question.tokens ?? {})) {
    if ((question.written[key] ?? "empty") === "empty") {
      const owner = owners.get(key) ?? "core";
      settings.set(key, { key, spec, secret, owner, fromConfig: false, around: template });
    }
  }
  question.givenSecrets.forEach((key) => given(key, false));
  return [...settings.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** The text that stands for the value of `key`: letters and digits, a letter first, the same on every machine. */
export function tokenText(key: string, set: TokenSet, lower = false): string {
  const [prefix, length, suffix] = set === "a" ? ["Tk", 22, "tK"] : ["zQ", 35, "Qz"];
  const alphabet = lower ? lowerAlphabet : lowerAlphabet + lowerAlphabet.slice(10).toUpperCase();
  let number = BigInt(`0x${createHash("sha512").update(`${set} ${key}`).digest("hex")}`);
  let text = "";
  while (text.length < length) {
    text += alphabet[Number(number % BigInt(alphabet.length))];
    number /= BigInt(alphabet.length);
  }
  const whole = `${prefix}${text}${suffix}`;
  return lower ? whole.toLowerCase() : whole;
}

const lowerAlphabet = "0123456789abcdefghijklmnopqrstuvwxyz";

/** The tokens of one set, and the values that Tutor's config gets in the place of the secrets. */
export function tokensFor(
  settings: readonly SecretSetting[],
  set: TokenSet,
): { entries: TokenEntry[]; values: Record<string, string> } {
  const values: Record<string, string> = {};
  const entries = settings.map((setting): TokenEntry => {
    const { key, spec, secret, owner, fromConfig, template, around = "{}" } = setting;
    if (key === "JWT_RSA_PRIVATE_KEY" || spec.kind === "rsa") {
      const { pem, numbers } = standInKey(`${set} ${key}`);
      values[key] = pem;
      const tokens = Object.entries(numbers).map(([part, text]) => ({ text, part }));
      return { key, spec, secret, owner, fromConfig, tokens };
    }
    const text = tokenText(key, set, spec.kind === "password" && spec.lower === true);
    const isPart = template !== undefined && (spec.kind === "password" || spec.kind === "uuid");
    values[key] =
      isPart && generates(template) ? template.replace(generators, `"${text}"`) : around.replace("{}", text);
    return { key, spec, secret, owner, fromConfig, tokens: [{ text }] };
  });
  return { entries, values };
}

const isSecret = (key: string): boolean => !identifierName.test(key);
const generates = (template: string): boolean => new RegExp(generators.source).test(template);

function generatedSpec(text: string | undefined): SecretSpec | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (/\|\s*rsa_private_key\b/.test(text)) {
    return { kind: "rsa" };
  }
  const [, key, message] = hmacTemplate.exec(text) ?? [];
  if (key !== undefined && message !== undefined) {
    return { kind: "hmac", key, message };
  }
  const hashed = bcryptTemplate.exec(text)?.[1];
  if (hashed !== undefined) {
    return { kind: "bcrypt", of: hashed };
  }
  const drawn = [...text.matchAll(generators)];
  if (drawn.length === 0) {
    return undefined;
  }
  if (drawn.every((match) => match[2] === "uuid")) {
    return { kind: "uuid" };
  }
  const length = Math.max(...drawn.map((match) => Number(match[1])));
  return /random_string\s*\|\s*lower\b/.test(text)
    ? { kind: "password", length, lower: true }
    : { kind: "password", length };
}
