// A resource plugin that stands in for those of `random` and `tls` where neither can be downloaded: for the sandbox and
// for tests. It makes real values of the types that this program uses, and knows no other. Plain JavaScript: the engine
// starts it for each run, and Node needs no loader for it.
import { generateKeyPairSync, randomBytes, randomInt, randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import bcrypt from "bcryptjs";

const { main } = createRequire(import.meta.url)("@pulumi/pulumi/provider");

const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";
const special = "!@#$%&*()-_=+[]{}<>:?";

function password({ length = 16, upper = true, special: withSpecial = true }) {
  const from = lower + digits + (upper ? lower.toUpperCase() : "") + (withSpecial ? special : "");
  const result = Array.from({ length }, () => from[randomInt(from.length)]).join("");
  return { id: "none", values: { result, bcryptHash: bcrypt.hashSync(result, 10) } };
}

function privateKey({ algorithm, rsaBits = 2048 }) {
  if (algorithm !== "RSA") {
    throw new Error(`the stand-in for tls makes RSA keys only, not ${algorithm}`);
  }
  const { privateKey: own, publicKey } = generateKeyPairSync("rsa", { modulusLength: rsaBits });
  return {
    id: randomBytes(20).toString("hex"),
    values: {
      privateKeyPem: own.export({ type: "pkcs1", format: "pem" }),
      privateKeyPemPkcs8: own.export({ type: "pkcs8", format: "pem" }),
      publicKeyPem: publicKey.export({ type: "spki", format: "pem" }),
    },
  };
}

function uuid() {
  const result = randomUUID();
  return { id: result, values: { result } };
}

function identifier({ byteLength }) {
  const bytes = randomBytes(byteLength);
  const [hex, b64Url] = [bytes.toString("hex"), bytes.toString("base64url")];
  return {
    id: b64Url,
    values: { hex, b64Url, b64Std: bytes.toString("base64"), dec: BigInt(`0x${hex}`).toString() },
  };
}

const makers = {
  "random:index/randomId:RandomId": identifier,
  "random:index/randomUuid:RandomUuid": uuid,
  "random:index/randomPassword:RandomPassword": password,
  "tls:index/privateKey:PrivateKey": privateKey,
};

/** What the values depend on; the outputs of the last run have them too. */
const inputKeys = ["algorithm", "byteLength", "keepers", "length", "rsaBits", "special", "upper"];

/** `random:index/randomPassword:RandomPassword` of a URN, whose type names those of the parents first. */
function typeOf(urn) {
  return urn.split("::")[2].split("$").at(-1);
}

function makerOf(urn) {
  const maker = makers[typeOf(urn)];
  if (maker === undefined) {
    throw new Error(`the stand-in plugin makes no ${typeOf(urn)}: install Pulumi's own plugin`);
  }
  return maker;
}

main(
  {
    version: process.env.OPENEDX_STAND_IN_VERSION ?? "0.0.0",
    check: async (_urn, _olds, inputs) => ({ inputs }),
    // As with the true plugins: a value is never changed, another one is made.
    diff: async (_id, _urn, olds, news) => {
      const replaces = inputKeys.filter((key) => JSON.stringify(olds[key]) !== JSON.stringify(news[key]));
      return { changes: replaces.length > 0, replaces };
    },
    create: async (urn, inputs) => {
      const { id, values } = makerOf(urn)(inputs);
      return { id, outs: { ...inputs, ...values } };
    },
    read: async (id, _urn, props) => ({ id, props }),
    delete: async () => undefined,
  },
  process.argv.slice(2),
);
