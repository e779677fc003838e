import { createHash } from "node:crypto";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { archive, type StandIn } from "./standInCharts.js";

/**
 * The pull side of an OCI registry and a classic chart repository in one, on the loopback: `oci` and `https` give the
 * addresses.
 */
export class ChartServer {
  /** Paths that were asked for. */
  readonly requests: string[] = [];
  readonly #server: Server;
  readonly #charts = new Map<string, Buffer>();
  readonly #blobs = new Map<string, Buffer>();
  /** Milliseconds before each answer. */
  delay = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? "";
      this.requests.push(path);
      setTimeout(() => response.destroyed || this.#answer(path, response), this.delay);
    });
  }

  static async start(charts: readonly StandIn[] = []): Promise<ChartServer> {
    const server = new ChartServer();
    charts.forEach((chart) => server.add(chart));
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  add(chart: StandIn, content = archive(chart)): void {
    this.#charts.set(`${chart.name}-${chart.version}`, content);
  }

  get #host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The address of the registry's folder that has the charts. */
  get oci(): string {
    return `oci://${this.#host}/charts`;
  }

  /** The address of the classic repository. */
  get repository(): string {
    return `http://${this.#host}/classic`;
  }

  #answer(path: string, response: ServerResponse): void {
    const [, tagged] = /^\/v2\/charts\/([^/]+\/manifests\/[^/]+)$/.exec(path) ?? [];
    const blob = this.#blobs.get(path.split("/").at(-1) ?? "");
    const manifest = tagged === undefined ? undefined : this.#manifest(tagged.replace("/manifests/", "-"));
    if (path === "/v2/") {
      response.writeHead(200).end();
    } else if (manifest !== undefined) {
      response.writeHead(200, {
        "content-type": "application/vnd.oci.image.manifest.v1+json",
        "content-length": manifest.length,
        "docker-content-digest": sha256(manifest),
      });
      response.end(manifest);
    } else if (blob !== undefined) {
      response.writeHead(200, { "content-type": "application/octet-stream", "content-length": blob.length });
      response.end(blob);
    } else if (path === "/classic/index.yaml") {
      response.writeHead(200).end(this.#index());
    } else {
      const chart = this.#charts.get(/^\/classic\/(.*)\.tgz$/.exec(path)?.[1] ?? "");
      response.writeHead(chart === undefined ? 404 : 200).end(chart);
    }
  }

  /** The manifest of a chart by `NAME-VERSION`; its blobs can be had from then on, and it by its digest. */
  #manifest(key: string): Buffer | undefined {
    const digest = /sha256:[0-9a-f]+$/.exec(key)?.[0];
    const chart = this.#charts.get(key);
    if (chart === undefined) {
      return digest === undefined ? undefined : this.#blobs.get(digest);
    }
    const config = Buffer.from("{}");
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        config: this.#blob(config, "application/vnd.cncf.helm.config.v1+json"),
        layers: [this.#blob(chart, "application/vnd.cncf.helm.chart.content.v1.tar+gzip")],
      }),
    );
    this.#blobs.set(sha256(manifest), manifest);
    return manifest;
  }

  #blob(content: Buffer, mediaType: string): { mediaType: string; digest: string; size: number } {
    const digest = sha256(content);
    this.#blobs.set(digest, content);
    return { mediaType, digest, size: content.length };
  }

  #index(): string {
    const entries: Record<string, unknown[]> = {};
    for (const key of this.#charts.keys()) {
      const [, name = "", version] = /^(.*?)-(v?\d.*)$/.exec(key) ?? [];
      const entry = { name, version, apiVersion: "v2", urls: [`${this.repository}/${key}.tgz`] };
      entries[name] = [...(entries[name] ?? []), entry];
    }
    return JSON.stringify({ apiVersion: "v1", entries });
  }
}

export function sha256(content: Buffer): string {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
