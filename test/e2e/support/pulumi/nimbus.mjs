// A resource plugin of a cloud that keeps what it made in a file (NIMBUS), and whose calls hang until there is `.calm` beside
// it: a thing called `made` is in it before, `lost` never comes so far. Plain JavaScript: the engine starts it for each run.
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const load = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
const { main } = load("./provider");
const { Struct } = load("google-protobuf/google/protobuf/struct_pb.js");
const { ReadRequest } = load("./proto/provider_pb.js");

// An import comes without properties, which the SDK's server does not expect.
const { getProperties } = ReadRequest.prototype;
ReadRequest.prototype.getProperties = function () {
  return getProperties.call(this) ?? new Struct();
};

// An engine that was killed ends nobody.
setInterval(() => process.ppid === 1 && process.exit(), 1000).unref();

const file = process.env.NIMBUS;

function things() {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}

function keep(all) {
  writeFileSync(file, JSON.stringify(all));
}

main(
  {
    version: "1.0.0",
    check: async (_urn, _olds, inputs) => ({ inputs }),
    diff: async (_id, _urn, olds, news) => ({ changes: olds.name !== news.name }),
    create: async (_urn, inputs) => {
      const id = randomUUID();
      const calm = existsSync(`${file}.calm`);
      if (calm || inputs.name === "made") {
        keep({ ...things(), [id]: inputs });
      }
      if (!calm) {
        await new Promise((resolve) => setTimeout(resolve, 600_000));
      }
      return { id, outs: inputs };
    },
    read: async (id) => {
      const found = things()[id];
      return found === undefined ? {} : { id, props: found, inputs: found };
    },
    delete: async (id) => {
      const { [id]: _, ...rest } = things();
      keep(rest);
    },
  },
  process.argv.slice(2),
);
