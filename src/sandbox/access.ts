import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { stringify } from "yaml";
import type { SandboxLocation } from "./location.js";
import { componentNames, processesOf } from "./processes.js";

interface Credentials {
  ca: Buffer;
  cert: Buffer;
  key: Buffer;
}

function readCredentials(location: SandboxLocation): Credentials {
  const read = (file: string): Buffer => readFileSync(join(location.clusterFolder, "pki", file));
  return { ca: read("ca.crt"), cert: read("admin.crt"), key: read("admin.key") };
}

/** The API server's address, from what kwokctl wrote for its own use. */
export function serverOf(location: SandboxLocation): string {
  const own = readFileSync(join(location.clusterFolder, "kubeconfig.yaml"), "utf8");
  const server = /server:\s*(\S+)/.exec(own)?.[1];
  if (server === undefined) {
    throw new Error(`${location.clusterFolder}/kubeconfig.yaml names no server`);
  }
  return server;
}

/** Writes a kubeconfig that holds its certificates, so that its text alone reaches the sandbox. */
export function writeKubeconfig(location: SandboxLocation, server: string): void {
  const { ca, cert, key } = readCredentials(location);
  const name = location.name === "default" ? "openedx-sandbox" : `openedx-sandbox-${location.name}`;
  const base64 = (data: Buffer): string => data.toString("base64");
  const text = stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      "current-context": name,
      clusters: [{ name, cluster: { server, "certificate-authority-data": base64(ca) } }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      users: [{ name, user: { "client-certificate-data": base64(cert), "client-key-data": base64(key) } }],
    },
    { lineWidth: 0 },
  );
  writeFileSync(location.kubeconfig, text, { mode: 0o600 });
}

/** What a look at a sandbox's processes and API server found. */
export interface Health {
  /** Components whose process does not run. */
  missing: string[];
  /** Whether all components run and the API server says of itself that it is ready. */
  ready: boolean;
}

export async function checkHealth(location: SandboxLocation, server: string): Promise<Health> {
  const running = new Set((await processesOf(location)).map(({ name }) => name));
  const missing = componentNames.filter((name) => !running.has(name));
  // Asked only when all of them run: without etcd the API server takes seconds to answer.
  return { missing, ready: missing.length === 0 && (await isReady(location, server)) };
}

function isReady(location: SandboxLocation, server: string): Promise<boolean> {
  return new Promise((resolve) => {
    let credentials: Credentials;
    try {
      credentials = readCredentials(location);
    } catch {
      return resolve(false);
    }
    const call = request(`${server}/readyz`, { ...credentials, agent: false, timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => resolve(false));
    call.end();
  });
}
