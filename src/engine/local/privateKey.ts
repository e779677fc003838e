import { createHash, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { JsonObject } from "../../kubernetes/objects.js";
import { UserError } from "../../workspace/errors.js";
import type { Generated } from "./generate.js";

const makePair = promisify(generateKeyPair);
const curves: Record<string, string> = {
  P224: "secp224r1",
  P256: "prime256v1",
  P384: "secp384r1",
  P521: "secp521r1",
};

/**
 * A key as `tls.PrivateKey` makes it: PKCS #1 for RSA, SEC 1 for ECDSA, PKCS #8 for ED25519. The private key in
 * OpenSSH's own format is not made.
 * @throws UserError for an algorithm or a curve that is none of the provider's.
 */
export async function generatePrivateKey(inputs: JsonObject, name: string): Promise<Generated> {
  const { privateKey, type } = await makeKey(inputs, name);
  const publicKey = createPublicKey(privateKey);
  const der = publicKey.export({ type: "spki", format: "der" });
  const publicKeyPem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const ssh = sshPublicKey(publicKey);
  return {
    id: createHash("sha1").update(der).digest("hex"),
    outputs: {
      privateKeyPem: privateKey.export({ type, format: "pem" }).toString(),
      privateKeyPemPkcs8: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      publicKeyPem,
      ...(ssh === undefined
        ? {}
        : {
            publicKeyOpenssh: `${ssh.name} ${ssh.blob.toString("base64")}\n`,
            publicKeyFingerprintSha256: `SHA256:${createHash("sha256").update(ssh.blob).digest("base64").replace(/=+$/, "")}`,
            publicKeyFingerprintMd5: createHash("md5")
              .update(ssh.blob)
              .digest("hex")
              .replace(/(..)(?=.)/g, "$1:"),
          }),
    },
  };
}

async function makeKey(
  inputs: JsonObject,
  name: string,
): Promise<{ privateKey: KeyObject; type: "pkcs1" | "sec1" | "pkcs8" }> {
  if (inputs.algorithm === "RSA") {
    const modulusLength = typeof inputs.rsaBits === "number" ? inputs.rsaBits : 2048;
    return { privateKey: (await makePair("rsa", { modulusLength })).privateKey, type: "pkcs1" };
  }
  if (inputs.algorithm === "ECDSA") {
    const curve = typeof inputs.ecdsaCurve === "string" ? inputs.ecdsaCurve : "P224";
    const namedCurve = curves[curve];
    if (namedCurve === undefined) {
      throw new UserError(`${name}: no curve ${curve}; there are ${Object.keys(curves).join(", ")}.`);
    }
    return { privateKey: (await makePair("ec", { namedCurve })).privateKey, type: "sec1" };
  }
  if (inputs.algorithm === "ED25519") {
    return { privateKey: (await makePair("ed25519")).privateKey, type: "pkcs8" };
  }
  throw new UserError(
    `${name}: no algorithm ${JSON.stringify(inputs.algorithm)}; use RSA, ECDSA or ED25519.`,
  );
}

/** Undefined for ECDSA. */
function sshPublicKey(key: KeyObject): { name: string; blob: Buffer } | undefined {
  const jwk = key.export({ format: "jwk" });
  const bytes = (text: string | undefined): Buffer => Buffer.from(text ?? "", "base64url");
  if (key.asymmetricKeyType === "rsa") {
    const name = "ssh-rsa";
    return { name, blob: sshFields(Buffer.from(name), positive(bytes(jwk.e)), positive(bytes(jwk.n))) };
  }
  if (key.asymmetricKeyType === "ed25519") {
    const name = "ssh-ed25519";
    return { name, blob: sshFields(Buffer.from(name), bytes(jwk.x)) };
  }
  return undefined;
}

function sshFields(...fields: Buffer[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(field.length);
      return [length, field];
    }),
  );
}

/** A leading zero keeps a number with its highest bit set from being read as negative. */
function positive(bytes: Buffer): Buffer {
  return ((bytes[0] ?? 0) & 0x80) === 0 ? bytes : Buffer.concat([Buffer.alloc(1), bytes]);
}
