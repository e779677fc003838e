import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { environmentWhere } from "../workspace/environment.js";
import { messageOf } from "../workspace/errors.js";
import type { Json } from "../kubernetes/objects.js";
import type { DeclaredSetting, WrittenShape } from "./tokens.js";
import type { InitTask } from "./types.js";

const bridgeFolder = join(dirname(fileURLToPath(import.meta.url)), "bridge");

/** What a project's Tutor and plugins say about themselves. */
export interface ProjectDescription {
  tutorVersion: string;
  openEdxRelease: string;
  plugins: Record<string, string>;
  written: Record<string, WrittenShape>;
  declared: DeclaredSetting[];
}

/** What `load` needs: paths, and settings that hold no secret. */
export interface LoadRequest {
  /** The scratch folder that plays Tutor's project root. */
  root: string;
  config_file: string;
  settings: Record<string, Json>;
  /** A stand-in for JWT_RSA_PRIVATE_KEY, which Tutor would make anew otherwise. */
  rsa: string;
  own_plugin: string;
}

/** Where a plugin uses a setting. */
export interface Mention {
  word: string;
  plugin: string;
  place: string;
}

/** A mistake that the bridge found in a project. */
export class BridgeError extends Error {
  readonly kind: string;
  /** What Tutor and its plugins printed. */
  readonly context: string;

  constructor(kind: string, message: string, context: string) {
    super(message);
    this.name = "BridgeError";
    this.kind = kind;
    this.context = context;
  }
}

/** One Python process that holds one Tutor project; requests are answered one after another. */
export class Bridge {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  #output = "";

  /**
   * @param python The Python of the instance's environment.
   * @param plugins The folder of local plugins.
   */
  constructor(python: string, plugins: string, workingFolder: string) {
    this.#child = spawn(python, [bridgeFolder], { cwd: workingFolder, env: pythonEnvironment(plugins) });
    this.#child.stderr.on("data", (chunk: Buffer) => (this.#output += chunk.toString()));
    this.#child.stdin.on("error", () => undefined); // a dead child is noticed by its missing reply
    this.#child.on("error", (error) => (this.#output += messageOf(error)));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  load(request: LoadRequest): Promise<ProjectDescription> {
    return this.#ask({ step: "load", ...request });
  }

  /** Renders below the root; returns the full config and the tasks. */
  render(values: Record<string, Json>): Promise<{ settings: Record<string, Json>; tasks: InitTask[] }> {
    return this.#ask({ step: "render", values });
  }

  async mentions(words: readonly string[]): Promise<Mention[]> {
    const { mentions } = await this.#ask<{ mentions: Mention[] }>({ step: "mentions", words: [...words] });
    return mentions;
  }

  close(): void {
    this.#child.kill("SIGKILL");
  }

  async #ask<T>(request: object): Promise<T> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.#lines.next();
    if (line.done === true) {
      throw new BridgeError("bridge", "Python ended without an answer.", this.#output);
    }
    const reply = JSON.parse(line.value) as T & {
      error?: { kind: string; message: string; context: string };
    };
    if (reply.error !== undefined) {
      throw new BridgeError(reply.error.kind, reply.error.message, reply.error.context);
    }
    return reply;
  }
}

/** What programs need to run at all. All else could change a render behind the cache's back, or is none of its business. */
const inherited = /^(PATH|HOME|TMPDIR|LANG|LC_.*|LD_LIBRARY_PATH|DYLD_.*)$/;

function pythonEnvironment(plugins: string): NodeJS.ProcessEnv {
  return {
    ...environmentWhere((name) => inherited.test(name)),
    TUTOR_PLUGINS_ROOT: plugins,
    PYTHONHASHSEED: "0", // the order of sets is the same in every run
    PYTHONNOUSERSITE: "1",
    PYTHONUTF8: "1",
  };
}
