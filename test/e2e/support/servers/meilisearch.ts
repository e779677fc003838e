import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { Server } from "./server.js";

export interface SearchKey {
  uid: string;
  name: string;
  actions: string[];
  indexes: string[];
}

export interface SearchServer extends Server {
  keys: Map<string, SearchKey>;
  /** Requests that changed something, such as `POST /keys`. */
  changes: string[];
}

/**
 * The part of Meilisearch's API that keeps keys, with its rules: only the master key may ask, and a key's actions stay.
 * No package registry has the server itself.
 */
export async function startMeilisearch(masterKey: string): Promise<SearchServer> {
  const keys = new Map<string, SearchKey>();
  const changes: string[] = [];
  const server = createServer((request, response) => {
    const reply = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    };
    const fail = (status: number, code: string): void =>
      reply(status, { message: code, code, type: "invalid_request" });
    const uid = /^\/keys\/([^/]+)$/.exec(request.url ?? "")?.[1];
    void textOf(request).then((text) => {
      if (request.url === "/health") {
        reply(200, { status: "available" });
      } else if (request.headers.authorization !== `Bearer ${masterKey}`) {
        fail(403, "invalid_api_key");
      } else if (request.method === "POST" && request.url === "/keys") {
        const key = JSON.parse(text) as SearchKey;
        changes.push("POST /keys");
        if (keys.has(key.uid)) {
          fail(409, "api_key_already_exists");
        } else {
          keys.set(key.uid, key);
          reply(201, key);
        }
      } else if (uid === undefined || !keys.has(uid)) {
        fail(404, "api_key_not_found");
      } else if (request.method === "DELETE") {
        changes.push("DELETE /keys");
        keys.delete(uid);
        reply(204, undefined);
      } else {
        reply(200, keys.get(uid));
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    host: "127.0.0.1",
    port,
    keys,
    changes,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
  }
  return text;
}
