// A resource plugin that plays those of clouds: outputs are inputs, and what a cloud would tell is made up. What makes a
// cloud refuse or replace something is in `rules`. Plain JavaScript: the engine starts it for each run.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { guards, rules } from "./rules.mjs";
import { answers, nameOf, told } from "./told.mjs";
import { bare, changedPaths, hidden, merged } from "./values.mjs";

const load = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
const grpc = load("@grpc/grpc-js");
const { Empty } = load("google-protobuf/google/protobuf/empty_pb.js");
const { Struct } = load("google-protobuf/google/protobuf/struct_pb.js");
const plugin = load("./proto/plugin_pb.js");
const provider = load("./proto/provider_pb.js");
const { ResourceProviderService } = load("./proto/provider_grpc_pb.js");

const { ECHO_FOLDER: folder, ECHO_PACKAGE: name, ECHO_VERSION: version } = process.env;
const facts = JSON.parse(readFileSync(join(folder, "facts.json"), "utf8"));
const log = join(folder, "calls.jsonl");

/** All that was done to the clouds' resources so far. */
function calls() {
  return existsSync(log)
    ? readFileSync(log, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
}

function note(call) {
  appendFileSync(log, `${JSON.stringify({ ...call, at: Date.now() })}\n`);
}

/** `aws:rds/instance:Instance` of a URN, whose type names those of the parents first. */
function typeOf(urn) {
  return urn.split("::")[2].split("$").at(-1);
}

function ruleOf(urn) {
  const type = typeOf(urn);
  const rule = rules[type];
  if (rule === undefined) {
    throw new Error(`the echo has no rules for ${type}: what replaces it must be looked up`);
  }
  return rule;
}

function plain(struct) {
  return struct?.toJavaScript() ?? {};
}

function filled(message, values) {
  for (const [setter, value] of Object.entries(values)) {
    message[setter](value);
  }
  return message;
}

function struct(value) {
  return Struct.fromJavaScript(value);
}

/** Inputs, and above them what the cloud tells; in the preview of something new that is unknown. */
function outputsOf(urn, id, inputs, preview) {
  const { __defaults: _, ...given } = inputs;
  const cloud = told({ type: typeOf(urn), name: urn.split("::").at(-1), id, inputs: bare(given), facts });
  return merged(preview ? hidden(cloud) : cloud, given);
}

/** Whether `path` is the rule's, or lies in or above it. */
function touches(path, rule) {
  return path === rule || path.startsWith(`${rule}.`) || rule.startsWith(`${path}.`);
}

const calling = {
  getPluginInfo: () => filled(new plugin.PluginInfo(), { setVersion: version }),
  getSchema: () => filled(new provider.GetSchemaResponse(), { setSchema: JSON.stringify({ name, version }) }),
  handshake: () => filled(new provider.ProviderHandshakeResponse(), { setAcceptSecrets: true }),
  checkConfig: (request) => filled(new provider.CheckResponse(), { setInputs: request.getNews() }),
  diffConfig: () =>
    filled(new provider.DiffResponse(), { setChanges: provider.DiffResponse.DiffChanges.DIFF_NONE }),
  configure: () =>
    filled(new provider.ConfigureResponse(), {
      setAcceptsecrets: true,
      setAcceptresources: true,
      setAcceptoutputs: true,
      setSupportspreview: true,
    }),

  check(request) {
    const [olds, news, urn] = [plain(request.getOlds()), plain(request.getNews()), request.getUrn()];
    const { named } = ruleOf(urn);
    if (named !== undefined && news[named] === undefined) {
      news[named] = olds[named] ?? `${urn.split("::").at(-1)}-${randomSuffix()}`;
      news.__defaults = [named];
    }
    return filled(new provider.CheckResponse(), { setInputs: struct(news) });
  },

  diff(request) {
    const [olds, news] = [plain(request.getOldInputs()), plain(request.getNews())];
    const { replace = [], named, recreated = false } = ruleOf(request.getUrn());
    const changed = changedPaths(olds, news).filter((path) => path !== "__defaults");
    const replacing = changed.filter((path) => replace.some((rule) => touches(path, rule)));
    const top = (paths) => [...new Set(paths.map((path) => path.split(".")[0]))];
    const { DIFF_NONE, DIFF_SOME } = provider.DiffResponse.DiffChanges;
    // With a name that the program gives, the old one must be gone first; unless it is the name that changes.
    const ownName = named !== undefined && news.__defaults === undefined && !changed.includes(named);
    const response = new provider.DiffResponse();
    for (const path of changed) {
      const { UPDATE, UPDATE_REPLACE } = provider.PropertyDiff.Kind;
      const kind = replacing.includes(path) ? UPDATE_REPLACE : UPDATE;
      response
        .getDetaileddiffMap()
        .set(path, filled(new provider.PropertyDiff(), { setKind: kind, setInputdiff: true }));
    }
    return filled(response, {
      setHasdetaileddiff: true,
      setChanges: changed.length === 0 ? DIFF_NONE : DIFF_SOME,
      setDiffsList: top(changed),
      setReplacesList: top(replacing),
      setDeletebeforereplace: replacing.length > 0 && (recreated || ownName),
    });
  },

  create(request) {
    const [urn, inputs, preview] = [request.getUrn(), plain(request.getProperties()), request.getPreview()];
    const id = preview ? "" : idOf(urn, bare(inputs));
    if (!preview) {
      const reason = ruleOf(urn).refuses?.(bare(inputs));
      if (reason !== undefined) {
        throw new Error(reason);
      }
      note({ op: "create", urn, id, inputs: bare(inputs) });
    }
    return filled(new provider.CreateResponse(), {
      setId: id,
      setProperties: struct(outputsOf(urn, id, inputs, preview)),
    });
  },

  update(request) {
    const [urn, id, inputs] = [request.getUrn(), request.getId(), plain(request.getNews())];
    const changed = changedPaths(plain(request.getOldInputs()), inputs);
    const { frozen = [] } = ruleOf(urn);
    const refused = changed.filter((path) => frozen.some((rule) => touches(path, rule)));
    if (!request.getPreview()) {
      if (refused.length > 0) {
        throw new Error(`the cloud changes no ${refused.join(", ")} of a ${typeOf(urn)}`);
      }
      note({ op: "update", urn, id, changed });
    }
    return filled(new provider.UpdateResponse(), {
      setProperties: struct(outputsOf(urn, id, inputs, false)),
    });
  },

  read: (request) =>
    filled(new provider.ReadResponse(), {
      setId: request.getId(),
      setProperties: struct(merged(plain(request.getProperties()), {})),
      setInputs: request.getInputs(),
    }),

  delete(request) {
    const [urn, id, state] = [request.getUrn(), request.getId(), bare(plain(request.getProperties()))];
    const reason = guards.flatMap((guard) => guard({ type: typeOf(urn), id, state, calls }) ?? [])[0];
    if (reason !== undefined) {
      throw new Error(reason);
    }
    note({ op: "delete", urn, id });
    return new Empty();
  },

  invoke(request) {
    const answer = answers[request.getTok()];
    if (answer === undefined) {
      throw new Error(`the echo has no answer to ${request.getTok()}`);
    }
    return filled(new provider.InvokeResponse(), {
      setReturn: struct(answer(plain(request.getArgs()), facts)),
    });
  },

  cancel: () => new Empty(),
  attach: () => new Empty(),
};

function randomSuffix() {
  return Math.random().toString(16).slice(2, 9);
}

/** Each one made is another one, even under the same name. */
function idOf(urn, inputs) {
  return nameOf({ type: typeOf(urn), name: urn.split("::").at(-1), inputs, suffix: randomSuffix(), facts });
}

const service = Object.fromEntries(
  Object.entries(calling).map(([method, answer]) => [
    method,
    (call, reply) => {
      try {
        reply(null, answer(call.request));
      } catch (error) {
        reply({ code: grpc.status.UNKNOWN, details: error.message });
      }
    },
  ]),
);

// An engine that was killed ends nobody.
setInterval(() => process.ppid === 1 && process.exit(), 1000).unref();

const server = new grpc.Server({
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
});
server.addService(ResourceProviderService, service);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) {
    throw error;
  }
  process.stdout.write(`${port}\n`);
});
