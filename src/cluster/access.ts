import { existsSync, readFileSync } from "node:fs";
import type { AgentOptions, RequestOptions } from "node:https";
import { dirname, resolve } from "node:path";
import type { KubeConfig } from "@kubernetes/client-node";
import { parse } from "yaml";
import { z } from "zod";
import { messageOf, UserError } from "../workspace/errors.js";

/** How to reach one cluster: what the current context of a kubeconfig says. */
export interface ClusterAccess {
  /** Of the API server, without a trailing slash. */
  server: string;
  /** The whole kubeconfig, as `helm` reads it. Secret. */
  kubeconfig: string;
  /** The file it came from; absent where it was given as text. */
  path?: string;
  context: string;
  /** Where objects go that name no namespace. */
  namespace: string;
  /** How the server is known. */
  tls: AgentOptions;
  /** What lets a call in at this moment; what is short-lived is renewed. */
  credentials: () => Promise<Credentials>;
}

interface Credentials {
  /** Value of the header. */
  authorization?: string;
  /** Of the client. */
  cert?: AgentOptions["cert"];
  key?: AgentOptions["key"];
}

const named = z.looseObject({ name: z.string() });
const kubeconfigSchema = z.looseObject({
  "current-context": z.string().optional(),
  clusters: z.array(
    named.extend({
      cluster: z.looseObject({
        server: z.string(),
        "certificate-authority": z.string().optional(),
        "certificate-authority-data": z.string().optional(),
        "insecure-skip-tls-verify": z.boolean().optional(),
        "tls-server-name": z.string().optional(),
      }),
    }),
  ),
  contexts: z.array(
    named.extend({
      context: z.looseObject({ cluster: z.string(), user: z.string(), namespace: z.string().optional() }),
    }),
  ),
  users: z.array(
    named.extend({
      user: z.looseObject({
        "client-certificate": z.string().optional(),
        "client-certificate-data": z.string().optional(),
        "client-key": z.string().optional(),
        "client-key-data": z.string().optional(),
        token: z.string().optional(),
        tokenFile: z.string().optional(),
        username: z.string().optional(),
        password: z.string().optional(),
        exec: z.unknown().optional(),
        "auth-provider": z.unknown().optional(),
      }),
    }),
  ),
});

/**
 * Reads a kubeconfig, given as its text or as the path of a file.
 *
 * Certificates, tokens and passwords are read here, since loading the Kubernetes client costs a second; credential
 * plugins are left to it.
 * @throws UserError when there is no such file, or it is not a kubeconfig.
 */
export function readAccess(kubeconfig: string, contextName?: string): ClusterAccess {
  const isText = kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{");
  const path = isText ? undefined : resolve(kubeconfig);
  if (path !== undefined && !existsSync(path)) {
    throw new UserError(`There is no kubeconfig at ${path}. Name the file of the cluster that you mean.`);
  }
  const where = path ?? "the given kubeconfig";
  const text = path === undefined ? kubeconfig : readFileSync(path, "utf8");
  const config = parseKubeconfig(text, where);
  const context = contextName ?? config["current-context"] ?? "";
  const chosen = config.contexts.find(({ name }) => name === context)?.context;
  const cluster = config.clusters.find(({ name }) => name === chosen?.cluster)?.cluster;
  if (chosen === undefined || cluster === undefined) {
    const known = config.contexts.map(({ name }) => name).join(", ") || "none";
    throw new UserError(`${where}: there is no complete context "${context}"; contexts: ${known}.`);
  }
  const user = config.users.find(({ name }) => name === chosen.user)?.user ?? {};
  const folder = path === undefined ? process.cwd() : dirname(path);
  const read = (data: string | undefined, file: string | undefined): Buffer | undefined => {
    if (data !== undefined) {
      return Buffer.from(data, "base64");
    }
    return file === undefined ? undefined : readFileSync(resolve(folder, file));
  };
  const tls: AgentOptions = {
    ca: read(cluster["certificate-authority-data"], cluster["certificate-authority"]),
    servername: cluster["tls-server-name"],
    rejectUnauthorized: cluster["insecure-skip-tls-verify"] !== true,
  };
  const authorization = (): string | undefined => {
    if (user.tokenFile !== undefined) {
      return `Bearer ${readFileSync(resolve(folder, user.tokenFile), "utf8").trim()}`;
    }
    if (user.token !== undefined) {
      return `Bearer ${user.token}`;
    }
    return user.username === undefined
      ? undefined
      : `Basic ${Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64")}`;
  };
  const own = {
    cert: read(user["client-certificate-data"], user["client-certificate"]),
    key: read(user["client-key-data"], user["client-key"]),
  };
  const byPlugin = user.exec !== undefined || user["auth-provider"] !== undefined;
  return {
    server: cluster.server.replace(/\/$/, ""),
    kubeconfig: text,
    path,
    context,
    namespace: chosen.namespace ?? "default",
    tls,
    credentials: byPlugin
      ? pluginCredentials(text, context)
      : () => Promise.resolve({ ...own, authorization: authorization() }),
  };
}

function parseKubeconfig(text: string, where: string): z.infer<typeof kubeconfigSchema> {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new UserError(`${where} is not YAML: ${messageOf(error).split("\n")[0]}`);
  }
  const checked = kubeconfigSchema.safeParse(document);
  if (!checked.success) {
    const keys = checked.error.issues.map((issue) => issue.path.join(".") || "(top)").join(", ");
    throw new UserError(`${where} is not a kubeconfig: look at ${keys}.`);
  }
  return checked.data;
}

/** How long what a plugin gave is used without a question, in milliseconds. */
const pluginPause = 10_000;

/**
 * Credential plugins (`aws eks get-token` and the like). The client library keeps what they give until it expires, and what
 * has no such time not at all: calls in a row share it.
 */
function pluginCredentials(text: string, context: string): () => Promise<Credentials> {
  const ask = askPlugin(text, context);
  let last: { since: number; given: Promise<Credentials> } | undefined;
  return () => {
    if (last === undefined || Date.now() - last.since > pluginPause) {
      const asked = { since: Date.now(), given: ask() };
      asked.given.catch(() => (last = undefined));
      last = asked;
    }
    return last.given;
  };
}

function askPlugin(text: string, context: string): () => Promise<Credentials> {
  let loaded: Promise<KubeConfig> | undefined;
  const load = async (): Promise<KubeConfig> => {
    const client = await import("@kubernetes/client-node");
    const config = new client.KubeConfig();
    config.loadFromString(text);
    config.setCurrentContext(context);
    return config;
  };
  return async () => {
    loaded ??= load();
    const options: RequestOptions = {};
    await (await loaded).applyToHTTPSOptions(options as Parameters<KubeConfig["applyToHTTPSOptions"]>[0]);
    const { cert, key } = options;
    const header = (options.headers as Record<string, unknown> | undefined)?.Authorization;
    return { cert, key, ...(typeof header === "string" && { authorization: header }) };
  };
}
