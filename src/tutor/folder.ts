import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { digest, digestFolder } from "../workspace/digest.js";
import { joinFaults, messageOf, UserError } from "../workspace/errors.js";
import { oldestTutor, tutorRequirements } from "../workspace/versions.js";
import { parseRequirements, type Requirements } from "./requirements.js";
import type { InstanceSource } from "./types.js";

/** This project's own Tutor plugin, by its file's name. */
export const ownPlugin = "openedx_pulumi";

/** The texts in an instance's folder, unread. `configText` may hold secrets. */
export interface InstanceFiles {
  configText: string;
  requirementsText: string;
  /** Absolute path of plugins/, if there is one. */
  plugins?: string;
}

/** An instance's folder, read and found right. */
export interface InstanceFolder extends InstanceFiles {
  requirements: Requirements;
}

const example = tutorRequirements[0];

/**
 * Reads the files of an instance's folder without looking into them.
 * @throws UserError that lists each missing file and how to make it.
 */
export function readInstanceFiles(source: Pick<InstanceSource, "name" | "folder">): InstanceFiles {
  const { name, folder } = source;
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UserError(
      `Instance ${name}: the folder ${folder} does not exist. Put it back, or make it with ` +
        `\`npm run openedx -- instance new ${name}\`. To remove the site itself, take ${name} out of the stack's ` +
        `openedx:instances.`,
    );
  }
  const faults: string[] = [];
  const read = (file: string, purpose: string): string => {
    try {
      return readFileSync(join(folder, file), "utf8");
    } catch (error) {
      faults.push(
        (error as NodeJS.ErrnoException).code === "ENOENT"
          ? `${file} is missing in ${folder}: ${purpose}`
          : `${file} in ${folder} cannot be read (${messageOf(error)})`,
      );
      return "";
    }
  };
  const configText = read("config.yml", "it holds the Tutor settings, LMS_HOST at least");
  const requirementsText = read(
    "requirements.txt",
    `it names the Tutor release and plugins, such as ${example}`,
  );
  if (faults.length > 0) {
    throw joinFaults(`Instance ${name}`, faults);
  }
  const plugins = join(folder, "plugins");
  return { configText, requirementsText, plugins: existsSync(plugins) ? plugins : undefined };
}

/** A hash over all that the folder gives to a render. */
export function digestInstanceFiles(files: InstanceFiles): string {
  return digest(
    files.configText,
    files.requirementsText,
    files.plugins === undefined ? "" : digestFolder(files.plugins),
  );
}

/**
 * Reads and checks an instance's folder: config.yml, requirements.txt and the names in plugins/.
 * @throws UserError with every fault, each with its file and key or line.
 */
export function readInstanceFolder(
  source: Pick<InstanceSource, "name" | "folder" | "namespace">,
  files: InstanceFiles = readInstanceFiles(source),
): InstanceFolder {
  const requirements = parseRequirements(files.requirementsText);
  const faults = [
    ...configFaults(source, files.configText),
    ...requirements.faults.map((fault) => `requirements.txt, ${fault}`),
    ...tutorFaults(requirements),
  ];
  if (files.plugins !== undefined) {
    for (const ending of ["py", "yml"]) {
      if (existsSync(join(files.plugins, `${ownPlugin}.${ending}`))) {
        faults.push(`plugins/${ownPlugin}.${ending} has the name of this project's own plugin; rename it`);
      }
    }
  }
  if (faults.length > 0) {
    throw joinFaults(`Instance ${source.name} (${source.folder})`, faults);
  }
  return { ...files, requirements };
}

function configFaults(source: Pick<InstanceSource, "namespace">, text: string): string[] {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { version: "1.1", lineCounter });
  const error = document.errors[0];
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    const said = error.message.split("\n")[0]?.replace(/ at line \d+, column \d+:?$/, "");
    // No more than a key of the line may be shown: its value may be a secret.
    const key = error.code === "DUPLICATE_KEY" ? /^\w+/.exec(text.slice(error.pos[0]))?.[0] : undefined;
    return [
      `config.yml, line ${line}, column ${col}: ${key === undefined ? said : `${key} is there twice; keep one`}`,
    ];
  }
  let config: unknown;
  try {
    config = document.toJS();
  } catch (error) {
    return [`config.yml: ${messageOf(error)}`]; // an alias without its anchor
  }
  if (config === null || typeof config !== "object" || Array.isArray(config)) {
    return ["config.yml holds no settings: one `KEY: value` a line, LMS_HOST at least"];
  }
  return settingFaults(config as Record<string, unknown>, source.namespace);
}

function settingFaults(config: Record<string, unknown>, namespace: string): string[] {
  const faults: string[] = [];
  const host = config.LMS_HOST;
  if (host === undefined || host === null || host === "") {
    faults.push("config.yml: LMS_HOST is missing, the host name of the site, such as campus.example.com");
  } else if (typeof host !== "string" || /[\s/:]/.test(host.replace(/\{\{.*?\}\}/g, ""))) {
    faults.push(
      `config.yml: LMS_HOST is ${JSON.stringify(host)}, but must be a host name without scheme and port`,
    );
  }
  const plugins = config.PLUGINS;
  if (
    plugins !== undefined &&
    !(Array.isArray(plugins) && plugins.every((name) => typeof name === "string"))
  ) {
    faults.push("config.yml: PLUGINS must be a list of plugin names");
  } else if (Array.isArray(plugins) && plugins.includes(ownPlugin)) {
    faults.push(`config.yml: PLUGINS must not name ${ownPlugin}; it is always on`);
  }
  if (config.K8S_NAMESPACE !== undefined && config.K8S_NAMESPACE !== namespace) {
    faults.push(
      `config.yml: K8S_NAMESPACE is ${JSON.stringify(config.K8S_NAMESPACE)}, but the instance runs in the namespace ` +
        `${namespace}; take the key out and set the instance's namespace in the stack file`,
    );
  }
  return faults;
}

function tutorFaults(requirements: Requirements): string[] {
  const tutor = requirements.packages.find((each) => each.name === "tutor");
  if (tutor === undefined) {
    const perhaps = requirements.packages.some((each) => each.name === "" && /tutor/.test(each.text));
    return perhaps ? [] : [`requirements.txt: tutor is missing; add a line such as ${example}`];
  }
  const major = Number.parseInt(tutor.version ?? "", 10);
  return major < oldestTutor
    ? [`requirements.txt: tutor ${tutor.version} is too old; ${oldestTutor} is the oldest that works here`]
    : [];
}
