// A resource plugin that stands in for those of `random` and `tls` where neither can be downloaded: for the sandbox and
// for tests. It makes real values of the types that this program uses, and knows no other. Plain JavaScript: the engine
// starts it for each run, and Node needs no loader for it.
import { generateKeyPairSync, randomBytes, randomInt, randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import bcrypt from "bcryptjs";

const { main } = createRequire(import.meta.url)("@pulumi/pulumi/provider");

const lowers = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";

function password(inputs) {
  const { length, overrideSpecial = "!@#$%&*()-_=+[]{}<>:?" } = inputs;
  const kinds = [
    { from: lowers, isIn: inputs.lower, least: inputs.minLower },
    { from: lowers.toUpperCase(), isIn: inputs.upper, least: inputs.minUpper },
    { from: digits, isIn: inputs.numeric, least: inputs.minNumeric },
    { from: overrideSpecial, isIn: inputs.special, least: inputs.minSpecial },
  ];
  const all = kinds.flatMap(({ from, isIn }) => (isIn ? [...from] : []));
  const needed = kinds.flatMap(({ from, least }) => Array.from({ length: least }, () => anyOf(from)));
  if (needed.length > length || all.length === 0) {
    throw new Error(`no password of ${length} characters has what is asked for`);
  }
  const characters = [...needed, ...Array.from({ length: length - needed.length }, () => anyOf(all))];
  const result = shuffled(characters).join("");
  return { id: "none", values: { result, bcryptHash: bcrypt.hashSync(result, 10) } };
}

function anyOf(characters) {
  return characters[randomInt(characters.length)];
}

function shuffled(list) {
  for (let last = list.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [list[last], list[other]] = [list[other], list[last]];
  }
  return list;
}

function privateKey({ algorithm, rsaBits }) {
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

function identifier({ byteLength, prefix = "" }) {
  const bytes = randomBytes(byteLength);
  const hex = bytes.toString("hex");
  const texts = {
    hex,
    b64Url: bytes.toString("base64url"),
    b64Std: bytes.toString("base64"),
    dec: BigInt(`0x${hex}`).toString(),
  };
  const values = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, prefix + text]));
  return { id: texts.b64Url, values };
}

/** By type: how its values are made, and the inputs' defaults, which are the true plugins'. */
const types = {
  "random:index/randomId:RandomId": { make: identifier, defaults: {} },
  "random:index/randomUuid:RandomUuid": { make: uuid, defaults: {} },
  "random:index/randomPassword:RandomPassword": {
    make: password,
    defaults: {
      lower: true,
      minLower: 0,
      minNumeric: 0,
      minSpecial: 0,
      minUpper: 0,
      numeric: true,
      special: true,
      upper: true,
    },
  },
  "tls:index/privateKey:PrivateKey": { make: privateKey, defaults: { ecdsaCurve: "P224", rsaBits: 2048 } },
};

/** What values depend on: with another one of these another value is made. */
const inputKeys = [
  "algorithm",
  "byteLength",
  "ecdsaCurve",
  "keepers",
  "length",
  "lower",
  "minLower",
  "minNumeric",
  "minSpecial",
  "minUpper",
  "numeric",
  "overrideSpecial",
  "prefix",
  "rsaBits",
  "special",
  "upper",
];

/** `random:index/randomPassword:RandomPassword` of a URN, whose type names those of the parents first. */
function typeOf(urn) {
  const name = urn.split("::")[2].split("$").at(-1);
  const type = types[name];
  if (type === undefined) {
    throw new Error(`the stand-in plugin makes no ${name}: install Pulumi's own plugin`);
  }
  return type;
}

// An engine that is killed tells nobody. Node's server of plugins does not notice, and would wait for it for ever.
const engine = process.ppid;
setInterval(() => process.ppid !== engine && process.exit(), 1000).unref();

main(
  {
    version: process.env.OPENEDX_STAND_IN_VERSION ?? "0.0.0",
    check: async (urn, _olds, inputs) => ({ inputs: { ...typeOf(urn).defaults, ...inputs } }),
    // As with the true plugins: a value is never changed, another one is made.
    diff: async (_id, urn, olds, news) => {
      const { defaults } = typeOf(urn); // an older stand-in's outputs lack them
      const replaces = inputKeys.filter((key) => {
        const old = olds[key] ?? defaults[key];
        return JSON.stringify(old) !== JSON.stringify(news[key]);
      });
      return { changes: replaces.length > 0, replaces };
    },
    create: async (urn, inputs) => {
      const { id, values } = typeOf(urn).make(inputs);
      return { id, outs: { ...inputs, ...values } };
    },
    read: async (id, _urn, props) => ({ id, props }),
    delete: async () => undefined,
  },
  process.argv.slice(2),
);
