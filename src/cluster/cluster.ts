import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { setTimeout as delay } from "node:timers/promises";
import type { KubernetesObject } from "../kubernetes/objects.js";
import { messageOf, UserError } from "../workspace/errors.js";
import type { ClusterAccess } from "./access.js";

/** What the API server answered. */
export interface Answer {
  status: number;
  /** The object, the list or the Status; text for logs. */
  body: unknown;
}

export interface CallOptions {
  query?: Record<string, string>;
  body?: unknown;
  /** Default: application/json. */
  contentType?: string;
  /** Default: application/json. */
  accept?: string;
}

/** An object as the API server holds it. */
export interface LiveObject extends KubernetesObject {
  metadata: KubernetesObject["metadata"] & {
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    deletionTimestamp?: string;
  };
}

/** The API server turned a call down. */
export class ApiError extends Error {
  readonly status: number;
  readonly reason: string;

  constructor(answer: Answer) {
    const status = answer.body as { message?: string; reason?: string } | undefined;
    super(status?.message ?? `the API server answered ${answer.status}`);
    this.name = "ApiError";
    this.status = answer.status;
    this.reason = status?.reason ?? "";
  }
}

const firstAnswerMilliseconds = 5_000;
const attempts = 5;

/**
 * One API server, spoken to over a few kept connections.
 *
 * A thin client by intent: every call is a path, a body and an answer, so that all kinds are alike.
 */
export class Cluster {
  readonly access: ClusterAccess;
  readonly #agent: Agent | HttpAgent;
  #reached = false;

  constructor(access: ClusterAccess) {
    this.access = access;
    const kept = { keepAlive: true, maxSockets: 24 };
    this.#agent = access.server.startsWith("https:")
      ? new Agent({ ...access.tls, ...kept })
      : new HttpAgent(kept);
  }

  /** Closes the connections. */
  close(): void {
    this.#agent.destroy();
  }

  /**
   * One call. Broken connections and an overloaded server are met by trying again, a few times.
   * @throws UserError when the server cannot be reached, or lets nobody in with these credentials.
   */
  async call(method: string, path: string, options: CallOptions = {}): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#send(method, path, options);
        this.#reached = true;
        if (answer.status === 401) {
          throw new UserError(
            `The cluster at ${this.access.server} does not accept the credentials of context ` +
              `"${this.access.context}". Renew them, or give another kubeconfig.`,
          );
        }
        if (
          (answer.status !== 429 && answer.status !== 503 && answer.status !== 504) ||
          attempt >= attempts
        ) {
          return answer;
        }
      } catch (error) {
        // A POST may have been carried out before its connection broke; the others can be repeated.
        if (error instanceof UserError || !this.#reached || method === "POST" || attempt >= attempts) {
          throw error instanceof UserError ? error : this.#unreachable(error);
        }
      }
      await delay(100 * 2 ** attempt);
    }
  }

  /** As `call`, for answers that must be good. @throws ApiError */
  async demand<T = LiveObject>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const answer = await this.call(method, path, options);
    if (answer.status >= 300) {
      throw new ApiError(answer);
    }
    return answer.body as T;
  }

  /** The object or list at `path`; undefined if there is none. */
  async get<T = LiveObject>(path: string, query: Record<string, string> = {}): Promise<T | undefined> {
    const answer = await this.call("GET", path, { query });
    if (answer.status === 404) {
      return undefined;
    }
    if (answer.status >= 300) {
      throw new ApiError(answer);
    }
    return answer.body as T;
  }

  #unreachable(error: unknown): UserError {
    return new UserError(
      `The cluster at ${this.access.server} cannot be reached (${messageOf(error)}). Is it up, and is ` +
        `${this.access.path ?? "the given kubeconfig"} the right kubeconfig? For the sandbox: npm run openedx -- sandbox up`,
    );
  }

  async #send(method: string, path: string, options: CallOptions): Promise<Answer> {
    const { authorization, ...client } = await this.access.credentials();
    const query = options.query === undefined ? "" : `?${new URLSearchParams(options.query).toString()}`;
    const url = new URL(`${this.access.server}${path}${query}`);
    const body = options.body === undefined ? undefined : JSON.stringify(options.body);
    const headers: Record<string, string> = { accept: options.accept ?? "application/json" };
    if (authorization !== undefined) {
      headers.authorization = authorization;
    }
    if (body !== undefined) {
      headers["content-type"] = options.contentType ?? "application/json";
      headers["content-length"] = String(Buffer.byteLength(body));
    }
    const request = url.protocol === "https:" ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      const limit = this.#reached ? 60_000 : firstAnswerMilliseconds;
      const sent = request(url, { method, headers, agent: this.#agent, ...client }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          const isJson = (response.headers["content-type"] ?? "").includes("json");
          try {
            resolve({
              status: response.statusCode ?? 0,
              body: isJson ? (JSON.parse(text) as unknown) : text,
            });
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        });
      });
      sent.setTimeout(limit, () => sent.destroy(new Error(`no answer within ${limit / 1000} s`)));
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

/** Works with a cluster, and closes the connections to it whatever happens. */
export async function withCluster<T>(
  access: ClusterAccess,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const cluster = new Cluster(access);
  try {
    return await work(cluster);
  } finally {
    cluster.close();
  }
}

/** Minor version of the API server, such as 1.36; providers write `36+`. */
export async function clusterVersion(cluster: Cluster): Promise<string> {
  const { major, minor } = await cluster.demand<{ major: string; minor: string }>("GET", "/version");
  return `${major}.${minor.replace(/\D/g, "")}`;
}

/**
 * What a cluster is known by, whatever its address and credentials: the UID of its namespace kube-system.
 * @throws UserError when it cannot be reached; ApiError when these credentials may not see it.
 */
export async function clusterUid(cluster: Cluster): Promise<string> {
  const { metadata } = await cluster.demand<LiveObject>("GET", "/api/v1/namespaces/kube-system");
  return metadata.uid ?? "";
}
