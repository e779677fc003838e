/*
 * Stands in for the Pulumi CLI where there is none: the calls that the Automation API makes, their exit codes and words,
 * the locks of a state folder, and the event log. It runs no program. What an operation does stands in the file that
 * STAND_IN_SCENARIO names: by `up`, or `up STACK`, with events made after the SDK's types.
 */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Document, parseDocument } from "yaml";

const args = process.argv.slice(2).filter((arg) => arg !== "--non-interactive");
const backend = process.env.PULUMI_BACKEND_URL;
if (args[0] === "version") {
  process.stdout.write("v3.248.0\n");
  process.exit(0);
}
if (backend === undefined) {
  fail("PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions");
}
const root = fileURLToPath(backend);
const pulumi = join(root, ".pulumi");
mkdirSync(pulumi, { recursive: true });
appendFileSync(join(root, "calls.jsonl"), `${JSON.stringify(args)}\n`);

const words = args.filter((arg) => !arg.startsWith("-"));
const stack = optionOf("--stack") ?? args.at(-1);
const stateFile = join(pulumi, `${stack}.json`);
const lockFolder = join(pulumi, "locks/organization/openedx", stack);

const commands = {
  whoami: () => print({ user: "operator", organizations: [], url: backend }),
  "stack select": requireStack,
  "stack init": () => writeState({ outputs: {} }),
  "stack output": () => {
    const outputs = readState().outputs;
    print(args.includes("--show-secrets") ? open(outputs) : mask(outputs));
  },
  "stack history": () => print([]),
  "config get": getConfig,
  "config set": setConfig,
  "config rm": () => editConfig((document, path) => document.deleteIn(path)),
  cancel: () => rmSync(lockFolder, { recursive: true, force: true }),
  preview: () => operate("preview"),
  up: () => operate("up"),
  refresh: () => operate("refresh"),
  destroy: () => operate("destroy"),
};
const command = commands[words.slice(0, 2).join(" ")] ?? commands[words[0]];
if (command === undefined) {
  fail(`unknown command ${args.join(" ")}`);
}
await command();

async function operate(verb) {
  requireStack();
  if (process.env.PULUMI_CONFIG_PASSPHRASE === undefined) {
    fail(
      'constructing secrets manager of type "passphrase": unable to find either `PULUMI_CONFIG_PASSPHRASE` or ' +
        "`PULUMI_CONFIG_PASSPHRASE_FILE` when trying to access the Passphrase Secrets Provider",
    );
  }
  if (verb !== "preview") {
    lock();
  }
  const scenario = JSON.parse(readFileSync(process.env.STAND_IN_SCENARIO, "utf8"));
  const {
    events = [],
    outputs,
    stderr = "",
    exit = 0,
    wait = 0,
    stubborn = false,
  } = scenario[`${verb} ${stack}`] ?? scenario[verb] ?? {};
  const log = await eventLog(optionOf("--event-log"));
  let cancelled = false;
  process.on("SIGINT", () => {
    if (cancelled) {
      process.exit(255); // a second one: everything stays as it is
    }
    cancelled = true;
  });
  for (const event of events) {
    log.write(event);
  }
  for (const end = Date.now() + wait; Date.now() < end && (!cancelled || stubborn);) {
    await sleep(20);
  }
  await log.end();
  if (verb !== "preview") {
    rmSync(lockFolder, { recursive: true, force: true });
  }
  if (cancelled) {
    fail("update canceled");
  }
  if (exit !== 0) {
    process.stderr.write(stderr);
    process.exit(exit);
  }
  if (verb === "up" && outputs !== undefined) {
    writeState({ outputs });
  }
}

function lock() {
  const locks = existsSync(lockFolder) ? readdirSync(lockFolder) : [];
  if (locks.length > 0) {
    const lines = locks.map((file) => {
      const {
        pid,
        username,
        hostname: host,
        timestamp,
      } = JSON.parse(readFileSync(join(lockFolder, file), "utf8"));
      return `\n  ${backend}/${file}: created by ${username}@${host} (pid ${pid}) at ${timestamp}`;
    });
    fail(
      `the stack is currently locked by ${locks.length} lock(s). Either wait for the other process(es) to end or ` +
        `delete the lock file with \`pulumi cancel\`.${lines.join("")}`,
    );
  }
  mkdirSync(lockFolder, { recursive: true });
  const [username, timestamp] = [userInfo().username, new Date().toISOString()];
  const content = { pid: process.pid, username, hostname: hostname(), timestamp };
  writeFileSync(join(lockFolder, "0.json"), JSON.stringify(content));
}

/** The SDK's side is a gRPC server that takes a stream of events, each as JSON; for an older CLI, a file that it reads. */
async function eventLog(address) {
  const done = () => Promise.resolve();
  if (address === undefined) {
    return { write: () => undefined, end: done };
  }
  if (!address.startsWith("tcp://")) {
    return { write: (event) => appendFileSync(address, `${JSON.stringify(event)}\n`), end: () => sleep(500) };
  }
  const [{ default: grpc }, { default: services }, { default: messages }] = await Promise.all([
    import("@grpc/grpc-js"),
    import("@pulumi/pulumi/proto/events_grpc_pb.js"),
    import("@pulumi/pulumi/proto/events_pb.js"),
  ]);
  const client = new services.EventsClient(address.replace("tcp://", ""), grpc.credentials.createInsecure());
  let ended;
  const finished = new Promise((resolve) => (ended = resolve));
  const stream = client.streamEvents(ended);
  return {
    write: (event) => {
      const request = new messages.EventRequest();
      request.setEvent(JSON.stringify(event));
      stream.write(request);
    },
    end: async () => {
      stream.end();
      await finished;
      client.close();
    },
  };
}

function getConfig() {
  requireStack();
  const key = words[2];
  const value = document().getIn(configPath(key))?.toJSON?.() ?? document().getIn(configPath(key));
  if (value === undefined) {
    fail(`configuration key '${key}' not found for stack '${stack}'`);
  }
  const sealed = typeof value === "object" && value !== null && "secure" in value;
  const text = sealed ? Buffer.from(value.secure, "base64").toString() : value;
  print({ name: key, value: typeof text === "object" ? JSON.stringify(text) : String(text), secret: sealed });
}

function setConfig() {
  requireStack();
  const secret = args.includes("--secret");
  if (secret && process.env.PULUMI_CONFIG_PASSPHRASE === undefined) {
    fail(
      "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    );
  }
  const rest = args.slice(args.indexOf("--") + 1);
  const key = secret ? rest[0] : words[2];
  const value = secret ? readFileSync(0, "utf8").trimEnd() : rest.at(-1);
  const plain = /^(true|false|\d+)$/.test(value) ? JSON.parse(value) : value;
  const stored = secret ? { secure: Buffer.from(value).toString("base64") } : plain;
  editConfig((edited, path) => edited.setIn(path, edited.createNode(stored)), key);
}

function editConfig(edit, key = words[2]) {
  const edited = document();
  edit(edited, configPath(key));
  writeFileSync(stackFile(), edited.toString());
}

function configPath(key) {
  const full = key.includes(":") ? key : `openedx:${key}`;
  return ["config", ...(args.includes("--path") ? full.split(".") : [full])];
}

function document() {
  return existsSync(stackFile())
    ? parseDocument(readFileSync(stackFile(), "utf8"))
    : new Document({ config: {} });
}

function stackFile() {
  return join(process.cwd(), "stacks", `Pulumi.${stack}.yaml`);
}

function optionOf(name) {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

function requireStack() {
  if (!existsSync(stateFile)) {
    fail(`no stack named '${stack}' found`);
  }
}

function readState() {
  requireStack();
  return JSON.parse(readFileSync(stateFile, "utf8"));
}

function writeState(state) {
  writeFileSync(stateFile, JSON.stringify(state));
}

/** Secrets of outputs are `{ "secret": … }` in scenarios. */
function mask(value) {
  return walk(value, () => "[secret]");
}
function open(value) {
  return walk(value, (secret) => secret);
}
function walk(value, onSecret) {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map((item) => walk(item, onSecret));
  }
  return Object.keys(value).join() === "secret"
    ? onSecret(value.secret)
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, onSecret)]));
}

function print(content) {
  process.stdout.write(`${JSON.stringify(content)}\n`);
}

function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(255);
}
