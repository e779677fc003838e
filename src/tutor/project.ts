import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Json } from "../kubernetes/objects.js";
import { parseManifest } from "../kubernetes/manifest.js";
import { joinFaults, UserError } from "../workspace/errors.js";
import { Bridge, BridgeError, type ProjectDescription } from "./bridge.js";
import { differences, plainSettings, tokenEraser, type Difference } from "./convergence.js";
import { ownPlugin } from "./folder.js";
import { hostsOf } from "./hosts.js";
import { kustomize } from "./kustomize.js";
import { findMadeUp } from "./madeUp.js";
import { standInKey } from "../workspace/standInKey.js";
import { givenSecretFaults, secretSettings, tokensFor, type SecretSetting, type TokenSet } from "./tokens.js";
import type { InitTask, InstanceSource, Render, TokenEntry } from "./types.js";

const ownPluginFolder = join(dirname(fileURLToPath(import.meta.url)), "plugin");

/** The programs of one render. */
export interface RenderTools {
  /** The Python of the instance's environment. */
  python: string;
  kubectl: string;
}

interface Outcome {
  entries: TokenEntry[];
  settings: Record<string, Json>;
  tasks: InitTask[];
  manifest: string;
}

/**
 * Renders an instance twice, by two processes with two sets of tokens, and sees to it that they agree.
 * @throws UserError that names the instance and the setting, plugin or object at fault.
 */
export async function renderFresh(source: InstanceSource, tools: RenderTools): Promise<Render> {
  const scratch = mkdtempSync(join(tmpdir(), `tutor-${source.name}-`));
  const projects = (["a", "b"] as const).map((set) => new Project(source, tools, scratch, set));
  try {
    return await converge(source, projects as [Project, Project]);
  } catch (error) {
    throw explained(source, error, scratch);
  } finally {
    projects.forEach((project) => project.close());
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function converge(source: InstanceSource, [one, two]: [Project, Project]): Promise<Render> {
  const [description, other] = await Promise.all([one.load(), two.load()]);
  const { declared, written } = description;
  refuse(source, givenSecretFaults({ declared, written, givenSecrets: source.givenSecrets }));
  const madeUp = await findMadeUp(declared.filter(isOpen(source, written)), other.declared);
  refuse(source, madeUp.faults);
  const secrets = secretSettings({
    declared,
    written,
    givenSecrets: source.givenSecrets,
    settings: source.settings,
    tokens: source.tokens,
    madeUp: madeUp.specs,
  });
  const [first, second] = await Promise.all([
    one.render(secrets, description),
    two.render(secrets, description),
  ]);
  refuse(source, settingFaults(first.settings));

  const objects = parseManifest(first.manifest);
  const agree = tokenEraser(first.entries)(first.manifest) === tokenEraser(second.entries)(second.manifest);
  const found = differences(
    { objects: agree ? [] : objects, tasks: first.tasks, entries: first.entries },
    { objects: agree ? [] : parseManifest(second.manifest), tasks: second.tasks, entries: second.entries },
  );
  if (found.length > 0) {
    refuse(source, await describeDifferences(found, one));
  }
  refuse(source, taskFaults(first.tasks, new Set(objects.filter(isJob).map((job) => job.metadata.name))));
  return {
    tutorVersion: description.tutorVersion,
    openEdxRelease: description.openEdxRelease,
    plugins: description.plugins,
    settings: plainSettings(
      first.settings,
      second.settings,
      new Set(secrets.map((setting) => setting.key)),
      first.entries,
    ),
    tokens: first.entries,
    objects,
    hosts: hostsOf(objects),
    tasks: first.tasks,
  };
}

/** Settings whose value nobody has given yet. */
const isOpen =
  (source: InstanceSource, written: ProjectDescription["written"]) =>
  ({ key }: { key: string }): boolean =>
    !source.givenSecrets.includes(key) &&
    written[key] === undefined &&
    source.settings[key] === undefined &&
    source.tokens?.[key] === undefined;

const isJob = (object: { kind: string }): boolean => object.kind === "Job";

/** One of the two processes, with a project root of its own. */
class Project {
  readonly #source: InstanceSource;
  readonly #tools: RenderTools;
  readonly #set: TokenSet;
  readonly #root: string;
  readonly #bridge: Bridge;

  constructor(source: InstanceSource, tools: RenderTools, scratch: string, set: TokenSet) {
    this.#source = source;
    this.#tools = tools;
    this.#set = set;
    this.#root = join(scratch, set, "root");
    const plugins = join(scratch, set, "plugins");
    mkdirSync(this.#root, { recursive: true });
    if (source.files.plugins !== undefined) {
      cpSync(source.files.plugins, plugins, { recursive: true, dereference: true });
    }
    cpSync(ownPluginFolder, plugins, { recursive: true });
    this.#bridge = new Bridge(tools.python, plugins, this.#root);
  }

  load(): Promise<ProjectDescription> {
    return this.#bridge.load({
      root: this.#root,
      config_file: join(this.#source.folder, "config.yml"),
      settings: { ID: this.#source.name, K8S_NAMESPACE: this.#source.namespace, ...this.#source.settings },
      rsa: standInKey(`${this.#set} JWT_RSA_PRIVATE_KEY`).pem,
      own_plugin: ownPlugin,
    });
  }

  async render(secrets: readonly SecretSetting[], { written }: ProjectDescription): Promise<Outcome> {
    const { entries, values } = tokensFor(secrets, this.#set);
    const hasRedisUser =
      values.REDIS_USERNAME !== undefined ||
      (this.#source.settings.REDIS_USERNAME ?? "") !== "" ||
      (written.REDIS_USERNAME ?? "empty") !== "empty";
    if (values.REDIS_PASSWORD !== undefined && !hasRedisUser) {
      values.REDIS_USERNAME = "default"; // a password without a user is dropped from every cache URL
    }
    const { settings, tasks } = await this.#bridge.render(values);
    const manifest = await kustomize(this.#tools.kubectl, join(this.#root, "env"));
    return { entries, settings, tasks, manifest };
  }

  /** `plugin NAME (patch …, template …)` for each plugin that uses the setting. */
  async users(key: string): Promise<string[]> {
    const places = new Map<string, string[]>();
    for (const { plugin, place } of await this.#bridge.mentions([key])) {
      places.set(plugin, [...(places.get(plugin) ?? []), place]);
    }
    return [...places].map(([plugin, where]) => `plugin ${plugin} (${where.slice(0, 3).join(", ")})`);
  }

  close(): void {
    this.#bridge.close();
  }
}

function settingFaults(settings: Record<string, Json>): string[] {
  const faults: string[] = [];
  if (settings.DRYDOCK_INIT_JOBS === true) {
    faults.push(
      "config.yml: DRYDOCK_INIT_JOBS is true, but init tasks are run by this program; set DRYDOCK_INIT_JOBS: false",
    );
  }
  if (settings.DRYDOCK_MIGRATE_FROM !== undefined && settings.DRYDOCK_MIGRATE_FROM !== 0) {
    faults.push(
      "config.yml: DRYDOCK_MIGRATE_FROM adds upgrade Jobs that would start with every release; set it to 0",
    );
  }
  return faults;
}

function taskFaults(tasks: readonly InitTask[], jobs: ReadonlySet<string>): string[] {
  const faults = tasks
    .filter((task) => !jobs.has(`${task.service}-job`))
    .map(
      ({ owner, service }) =>
        `${owner} has an init task for the service ${service}, but no Job ${service}-job is rendered; ` +
        `a plugin must add it by the k8s-jobs patch`,
    );
  return [...new Set(faults)];
}

async function describeDifferences(found: readonly Difference[], project: Project): Promise<string[]> {
  const faults: string[] = [];
  for (const { place, key, how } of found.slice(0, 10)) {
    if (key === undefined) {
      faults.push(
        `${place} is new in every render: a template or plugin draws something random or reads the clock there. ` +
          `Make it a setting of its own, which a plugin declares as unique, or write a fixed value`,
      );
      continue;
    }
    const users = await project.users(key);
    faults.push(
      `${key} is ${how} in ${place}, which cannot be done with a secret that is known only at deployment` +
        (users.length > 0
          ? `; it is used by ${users.join(" and ")}. Use it whole there, or take the plugin out of PLUGINS`
          : ""),
    );
  }
  if (found.length > faults.length) {
    faults.push(`and ${found.length - faults.length} more places`);
  }
  return [...new Set(faults)];
}

function refuse(source: InstanceSource, faults: readonly string[]): void {
  if (faults.length > 0) {
    throw joinFaults(`Instance ${source.name} (${source.folder})`, faults);
  }
}

/** Turns what the bridge found into words for the operator, with the paths that they know. */
function explained(source: InstanceSource, error: unknown, scratch: string): unknown {
  if (error instanceof BridgeError) {
    const context = error.context.replace(/^Error applying action:.*$/gm, "").trim(); // Tutor's own functions
    const shown = context === "" ? "" : `\n${context.split("\n").slice(-12).join("\n")}`;
    const headline = `Instance ${source.name} (${source.folder}): ${error.message}`;
    return new UserError(
      `${headline}${shown}`
        .replaceAll(new RegExp(`${scratch}/[ab]/plugins`, "g"), join(source.folder, "plugins"))
        .replaceAll(new RegExp(`${scratch}/[ab]/root/`, "g"), ""),
    );
  }
  if (error instanceof UserError && !error.message.startsWith("Instance ")) {
    return new UserError(`Instance ${source.name}: ${error.message}`);
  }
  return error;
}
