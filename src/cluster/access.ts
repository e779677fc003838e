import { existsSync, readFileSync } from "node:fs";
import type { AgentOptions } from "node:https";
import { dirname, resolve } from "node:path";
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
  tls: AgentOptions;
  /** The value of the Authorization header at this moment; short-lived tokens are renewed. */
  authorization: () => Promise<string | undefined>;
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
 * @throws UserError when there is no such file, or it is no kubeconfig.
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
    cert: read(user["client-certificate-data"], user["client-certificate"]),
    key: read(user["client-key-data"], user["client-key"]),
    servername: cluster["tls-server-name"],
    rejectUnauthorized: cluster["insecure-skip-tls-verify"] !== true,
  };
  const authorization = async (): Promise<string | undefined> => {
    if (user.exec !== undefined || user["auth-provider"] !== undefined) {
      return authorizeByPlugin(text, context, tls);
    }
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
  return {
    server: cluster.server.replace(/\/$/, ""),
    kubeconfig: text,
    path,
    context,
    namespace: chosen.namespace ?? "default",
    tls,
    authorization,
  };
}

function parseKubeconfig(text: string, where: string): z.infer<typeof kubeconfigSchema> {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw new UserError(`${where} is no YAML: ${messageOf(error).split("\n")[0]}`);
  }
  const checked = kubeconfigSchema.safeParse(document);
  if (!checked.success) {
    const keys = checked.error.issues.map((issue) => issue.path.join(".") || "(top)").join(", ");
    throw new UserError(`${where} is no kubeconfig: look at ${keys}.`);
  }
  return checked.data;
}

/** Credential plugins (`aws eks get-token` and the like), whose results the client library keeps until they expire. */
async function authorizeByPlugin(
  text: string,
  context: string,
  tls: AgentOptions,
): Promise<string | undefined> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromString(text);
  config.setCurrentContext(context);
  const options: {
    headers?: Record<string, unknown>;
    cert?: AgentOptions["cert"];
    key?: AgentOptions["key"];
  } = {};
  await config.applyToHTTPSOptions(options as Parameters<typeof config.applyToHTTPSOptions>[0]);
  tls.cert ??= options.cert;
  tls.key ??= options.key;
  const header = options.headers?.Authorization;
  return typeof header === "string" ? header : undefined;
}
