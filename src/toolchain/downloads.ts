import { createHash } from "node:crypto";
import { chmodSync, createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { extract } from "tar";
import { EnvHttpProxyAgent, fetch, type Response } from "undici";
import { messageOf, UserError } from "../workspace/errors.js";
import { withLock } from "../workspace/lock.js";
import { cacheSubfolder, partialFolder } from "../workspace/paths.js";
import { type Progress, withStep } from "../workspace/progress.js";
import type { GoToolName } from "./goTools.js";
import type { ReleaseFile, Releases } from "./releases.js";
import { shareOfWork } from "./work.js";

/** Seconds that the decision may take whether downloads can be reached. */
const decisionSeconds = 5;
/** Seconds in which a download that is under way must bring something. */
const stallSeconds = 30;
/** How often a download that broke off is begun again. */
const attempts = 3;

export interface DownloadOptions {
  releases: Releases;
  progress: Progress;
  env: NodeJS.ProcessEnv;
}

/** What there is now, by name, and why the rest is not. */
export interface Downloaded {
  paths: Partial<Record<GoToolName, string>>;
  why?: string;
}

/** Paths of the tools that were downloaded before. */
export function downloadedBefore(names: readonly GoToolName[], releases: Releases): Downloaded["paths"] {
  const root = cacheSubfolder("tools", "releases");
  const paths = names.flatMap((name) => {
    const release = releases[name];
    const path = join(root, release?.key ?? "", name);
    return release !== undefined && existsSync(path) ? [[name, path] as const] : [];
  });
  return Object.fromEntries(paths);
}

/**
 * Brings official releases into the cache. Whether that is done is decided for all at once: all are asked for, and each
 * must answer in time. A tool appears in the cache whole and checked, or not at all.
 * @throws UserError for a file that is another one than its digest says, and when the disk is full.
 */
export async function download(names: readonly GoToolName[], options: DownloadOptions): Promise<Downloaded> {
  if (names.every((name) => options.releases[name] === undefined)) {
    return { paths: {} };
  }
  const root = cacheSubfolder("tools", "releases");
  return withLock(root, async () => {
    const { releases, env } = options;
    const before = downloadedBefore(names, releases);
    const missing = names.flatMap((name) => {
      const release = releases[name];
      return release === undefined || name in before ? [] : [{ name, ...release }];
    });
    if (missing.length === 0) {
      return { paths: before };
    }
    const partial = partialFolder(root);
    const client = new Client(env);
    try {
      const responses = await client.openAll(missing.map(({ url }) => url));
      const files = missing.map((file, index) => ({ ...file, response: responses[index] as Response }));
      await save(files, { root, partial, client, progress: options.progress });
      return { paths: downloadedBefore(names, releases) };
    } catch (error) {
      if (error instanceof Unreachable) {
        return { paths: downloadedBefore(names, releases), why: error.message };
      }
      throw isDiskFull(error)
        ? new UserError(
            `There is no space left in ${root} for ${names.join(", ")}: about 400 MB are needed. Free some, or set ` +
              "OPENEDX_CACHE to another folder, and run this again.",
          )
        : error;
    } finally {
      await client.close();
      rmSync(partial, { recursive: true, force: true });
    }
  });
}

/** Whether a host answers in time, by way of the user's proxy where there is one. */
export async function answers(url: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const client = new Client(env);
  try {
    const signal = AbortSignal.timeout(decisionSeconds * 1000);
    return (await client.get(url, signal, "HEAD")).status < 500;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}

/** It cannot be had from here: there is another way. */
class Unreachable extends Error {}

class Client {
  readonly #dispatcher: EnvHttpProxyAgent;

  constructor(env: NodeJS.ProcessEnv) {
    this.#dispatcher = new EnvHttpProxyAgent({
      httpProxy: env.http_proxy ?? env.HTTP_PROXY ?? "",
      httpsProxy: env.https_proxy ?? env.HTTPS_PROXY ?? "",
      noProxy: env.no_proxy ?? env.NO_PROXY ?? "",
      bodyTimeout: stallSeconds * 1000,
    });
  }

  get(url: string, signal: AbortSignal, method = "GET"): Promise<Response> {
    // The digests are of what lies there, not of what a server may pack or unpack on the way.
    const headers = { "accept-encoding": "identity" };
    return fetch(url, { method, headers, signal, dispatcher: this.#dispatcher });
  }

  /** Each is answered in time and well, or none is used. */
  async openAll(urls: readonly string[]): Promise<Response[]> {
    const all = new AbortController();
    const timer = setTimeout(
      () => all.abort(new Error(`no answer within ${decisionSeconds} s`)),
      decisionSeconds * 1000,
    );
    try {
      return await Promise.all(urls.map((url) => this.#open(url, all.signal)));
    } catch (error) {
      all.abort();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #open(url: string, signal: AbortSignal): Promise<Response> {
    const response = await this.get(url, signal).catch((error: unknown) => {
      throw new Unreachable(`${url}: ${reasonOf(error)}`);
    });
    if (!response.ok || response.body === null) {
      throw new Unreachable(`${url}: ${response.status} ${response.statusText}`);
    }
    return response;
  }

  close(): Promise<void> {
    return this.#dispatcher.destroy();
  }
}

interface Download extends ReleaseFile {
  name: GoToolName;
  response: Response;
}

interface Target {
  root: string;
  partial: string;
  client: Client;
  progress: Progress;
}

async function save(files: readonly Download[], target: Target): Promise<void> {
  const title = `Downloading ${files.map(({ name }) => name).join(", ")}, once`;
  const sizes = files.map(({ response }) => Number(response.headers.get("content-length") ?? NaN));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const share = shareOfWork(Number.isNaN(total) ? 0 : total, (bytes) => `${Math.floor(bytes / 1e6)} MB`);
  await withStep(target.progress, title, (step) =>
    Promise.all(
      files.map((file) => saveOne(file, target, (bytes) => step.update(`${title}: ${share(bytes)}`))),
    ),
  );
}

async function saveOne(file: Download, target: Target, onBytes: (bytes: number) => void): Promise<void> {
  const { name, url, key, member, sha256 } = file;
  const scratch = join(target.partial, key);
  mkdirSync(scratch);
  const received = join(scratch, member === undefined ? name : "archive");
  const digest = await transfer(file, received, target.client, onBytes);
  if (digest !== sha256) {
    throw new UserError(
      `${url} is not the file of the official release: its SHA-256 is ${digest}, and ${sha256} is expected ` +
        "(src/toolchain/releases.ts). It was thrown away. Find out who changes downloads on the way, such as a proxy " +
        `that answers with a page of its own; or install ${name} yourself.`,
    );
  }
  if (member !== undefined) {
    const strip = member.split("/").length - 1;
    await extract({ file: received, cwd: scratch, strip }, [member]);
    rmSync(received);
  }
  chmodSync(join(scratch, name), 0o755);
  const folder = join(target.root, key);
  rmSync(folder, { recursive: true, force: true });
  renameSync(scratch, folder);
}

/** @returns the SHA-256 of what came. */
async function transfer(
  { response, url }: Download,
  path: string,
  client: Client,
  onBytes: (bytes: number) => void,
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const hash = createHash("sha256");
    let came = 0;
    try {
      const { body } = attempt === 1 ? response : ((await client.openAll([url]))[0] as Response);
      await pipeline(
        body as AsyncIterable<Uint8Array>, // `open` has seen that there is one
        async function* (chunks) {
          for await (const chunk of chunks) {
            hash.update(chunk);
            came += chunk.length;
            onBytes(chunk.length);
            yield chunk;
          }
        },
        createWriteStream(path),
      );
      return hash.digest("hex");
    } catch (error) {
      onBytes(-came);
      if (isDiskFull(error)) {
        throw error;
      }
      if (attempt === attempts) {
        throw new Unreachable(`${url} broke off ${attempts} times: ${reasonOf(error)}`);
      }
    }
  }
}

function isDiskFull(error: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
}

/** "fetch failed" has the reason as its cause. */
function reasonOf(error: unknown): string {
  const { cause } = error as Error;
  return messageOf(cause ?? error);
}
