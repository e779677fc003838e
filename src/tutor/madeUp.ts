import bcrypt from "bcryptjs";
import { createHash } from "node:crypto";
import type { DeclaredSetting } from "./tokens.js";
import type { SecretSpec } from "./types.js";

/** What two processes of the same project declare differently: values that a plugin made up in Python. */
export interface MadeUp {
  specs: Map<string, SecretSpec>;
  /** Values that cannot be made by us, each with its plugin and key. */
  faults: string[];
}

/**
 * Compares what two processes declare. A value that is new in each is a secret that a plugin made up; it becomes one of
 * ours, of the same form. A bcrypt hash is found out by checking it against the other made-up values.
 */
export async function findMadeUp(
  first: readonly DeclaredSetting[],
  second: readonly DeclaredSetting[],
): Promise<MadeUp> {
  const others = new Map(second.map((setting) => [setting.key, setting.text]));
  const differing = first.filter(({ key, text }) => text !== undefined && others.get(key) !== text);
  const specs = new Map<string, SecretSpec>();
  const faults: string[] = [];
  for (const { key, owner, text = "" } of differing) {
    const spec = isBcrypt(text) ? await bcryptSpec(text, key, differing) : plainSpec(text, key, differing);
    if (spec === undefined) {
      faults.push(
        `plugin ${owner} makes ${key} up anew at each start, in a form that cannot be taken over. ` +
          `Set ${key} in config.yml, or as a secret of the stack`,
      );
    } else {
      specs.set(key, spec);
    }
  }
  return { specs, faults };
}

const isBcrypt = (text: string): boolean => /^\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}$/.test(text);

async function bcryptSpec(
  hash: string,
  key: string,
  candidates: readonly DeclaredSetting[],
): Promise<SecretSpec | undefined> {
  const likely = key.replace(/_?HASH(ED)?/, "");
  const plain = candidates
    .filter(({ text }) => text !== undefined && !isBcrypt(text))
    .sort((a, b) => Number(b.key === likely) - Number(a.key === likely));
  for (const candidate of plain) {
    if (await bcrypt.compare(candidate.text ?? "", hash)) {
      return { kind: "bcrypt", of: candidate.key };
    }
  }
  return undefined;
}

function plainSpec(text: string, key: string, all: readonly DeclaredSetting[]): SecretSpec | undefined {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) {
    return { kind: "uuid" };
  }
  if (
    !/^[A-Za-z0-9_-]{6,}$/.test(text) ||
    all.some((other) => other.key !== key && isDigestOf(text, other.text))
  ) {
    return undefined;
  }
  return text === text.toLowerCase()
    ? { kind: "password", length: text.length, lower: true }
    : { kind: "password", length: text.length };
}

function isDigestOf(text: string, of: string | undefined): boolean {
  return ["md5", "sha1", "sha256", "sha512"].some((algorithm) => {
    const hash = createHash(algorithm).update(of ?? "");
    const value = hash.digest();
    return [value.toString("hex"), value.toString("base64"), value.toString("base64url")].includes(text);
  });
}
