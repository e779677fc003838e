import { randomBytes, randomInt, randomUUID } from "node:crypto";
import bcrypt from "bcryptjs";
import type { JsonObject } from "../../kubernetes/objects.js";
import { UserError } from "../../workspace/errors.js";
import { generatePrivateKey } from "./privateKey.js";

/** A made-up resource: its id and what it has beside its inputs. */
export interface Generated {
  id: string;
  outputs: JsonObject;
}

interface Generator {
  /** Outputs that must never be shown. */
  secretOutputs: string[];
  generate(inputs: JsonObject, name: string): Generated | Promise<Generated>;
}

/** The characters that `special` stands for where the program gives none. */
const specialCharacters = "!@#$%&*()-_=+[]{}<>:?";

const generators: Record<string, Generator> = {
  "random:index/randomPassword:RandomPassword": {
    secretOutputs: ["result", "bcryptHash"],
    generate: (inputs, name) => {
      const result = randomText(inputs, name);
      return { id: "none", outputs: { result, bcryptHash: bcryptHash(result) } };
    },
  },
  "random:index/randomString:RandomString": {
    secretOutputs: [],
    generate: (inputs, name) => {
      const result = randomText(inputs, name);
      return { id: result, outputs: { result } };
    },
  },
  "random:index/randomUuid:RandomUuid": {
    secretOutputs: [],
    generate: () => {
      const result = randomUUID();
      return { id: result, outputs: { result } };
    },
  },
  "random:index/randomId:RandomId": {
    secretOutputs: [],
    generate: (inputs, name) => {
      const bytes = randomBytes(wholeNumber(inputs.byteLength, "byteLength", name));
      const prefix = typeof inputs.prefix === "string" ? inputs.prefix : "";
      const hex = bytes.toString("hex");
      return {
        id: bytes.toString("base64url"),
        outputs: {
          b64Url: prefix + bytes.toString("base64url"),
          b64Std: prefix + bytes.toString("base64"),
          hex: prefix + hex,
          dec: prefix + BigInt(`0x${hex}`).toString(),
        },
      };
    },
  },
  "random:index/randomBytes:RandomBytes": {
    secretOutputs: ["base64", "hex"],
    generate: (inputs, name) => {
      const bytes = randomBytes(wholeNumber(inputs.length, "length", name));
      return { id: "none", outputs: { base64: bytes.toString("base64"), hex: bytes.toString("hex") } };
    },
  },
  "tls:index/privateKey:PrivateKey": {
    secretOutputs: ["privateKeyPem", "privateKeyPemPkcs8", "privateKeyOpenssh"],
    generate: generatePrivateKey,
  },
};

/** True for the types of @pulumi/random and @pulumi/tls that are made here. */
export function isGenerated(type: string): boolean {
  return Object.hasOwn(generators, type);
}

/** Outputs of a generated type that must never be shown. */
export function secretOutputsOf(type: string): string[] {
  return generators[type]?.secretOutputs ?? [];
}

/**
 * Makes the value of a resource as the real provider would.
 * @throws UserError that names the resource when its inputs cannot be met.
 */
export async function generate(type: string, name: string, inputs: JsonObject): Promise<Generated> {
  const generator = generators[type];
  if (generator === undefined) {
    throw new Error(`${type} is not generated`);
  }
  return generator.generate(inputs, name);
}

function randomText(inputs: JsonObject, name: string): string {
  const length = wholeNumber(inputs.length, "length", name);
  const special = typeof inputs.overrideSpecial === "string" ? inputs.overrideSpecial : "";
  const classes = [
    { on: inputs.upper !== false, least: inputs.minUpper, characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
    { on: inputs.lower !== false, least: inputs.minLower, characters: "abcdefghijklmnopqrstuvwxyz" },
    {
      on: (inputs.numeric ?? inputs.number) !== false,
      least: inputs.minNumeric,
      characters: "0123456789",
    },
    {
      on: inputs.special !== false,
      least: inputs.minSpecial,
      characters: special === "" ? specialCharacters : special,
    },
  ];
  const all = classes.map(({ on, characters }) => (on ? characters : "")).join("");
  const required = classes.flatMap(({ least, characters }) =>
    Array.from({ length: typeof least === "number" ? least : 0 }, () => pick(characters)),
  );
  if (all === "" || length < 1 || required.length > length) {
    throw new UserError(
      `${name}: no text of ${length} characters meets its rules. Allow more characters or a greater length.`,
    );
  }
  const text = [...required, ...Array.from({ length: length - required.length }, () => pick(all))];
  for (let last = text.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [text[last], text[other]] = [text[other] ?? "", text[last] ?? ""];
  }
  return text.join("");
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}

function wholeNumber(value: unknown, key: string, name: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0) {
    throw new UserError(`${name}: ${key} must be a whole number.`);
  }
  return value;
}

/**
 * Slowness protects guessable passwords only: long random ones get bcrypt's least cost, since a stack has hundreds.
 */
function bcryptHash(password: string): string {
  const cost = password.length >= 20 ? 4 : 10;
  const considered = Buffer.from(password).subarray(0, 72).toString();
  return bcrypt.hashSync(considered, cost).replace(/^\$2b\$/, "$2a$");
}
