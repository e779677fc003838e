import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { joinFaults, messageOf, UserError } from "../workspace/errors.js";
import { oldestTutor, tutorRequirements } from "../workspace/versions.js";
import { parseRequirements, type Requirements } from "./requirements.js";
import { readConfig, type SiteConfig } from "./siteConfig.js";

/** This project's own Tutor plugin, by its file's name. */
export const ownPlugin = "openedx_pulumi";

/** Which instance, and where it is. */
export interface InstancePlace {
  /** DNS label; names the folder, the namespace and the releases. */
  name: string;
  /** Absolute path of the folder with config.yml, requirements.txt and, optionally, plugins/. */
  folder: string;
  /** The namespace that the instance will run in (Tutor's `K8S_NAMESPACE`). */
  namespace: string;
}

/** The files in an instance's folder, read and found right. */
export interface InstanceFiles {
  /** Texts of config.yml, which may hold secrets, and of requirements.txt. */
  configText: string;
  requirementsText: string;
  config: SiteConfig;
  requirements: Requirements;
  /** Absolute path of plugins/, if there is one. */
  plugins?: string;
}

const example = tutorRequirements[0];

/**
 * Reads and checks an instance's folder: config.yml, requirements.txt and the names in plugins/.
 * @throws UserError with every fault, each with its file and key or line, and how to fix it.
 */
export function readInstanceFiles(place: InstancePlace): InstanceFiles {
  const { name, folder, namespace } = place;
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new UserError(
      `Instance ${name}: the folder ${folder} does not exist. Put it back, or make it with ` +
        `\`npm run openedx -- instance new ${name}\`. To remove the site itself, take ${name} out of the stack's ` +
        `openedx:instances.`,
    );
  }
  const missing: string[] = [];
  const read = (file: string, purpose: string): string => {
    try {
      return readFileSync(join(folder, file), "utf8");
    } catch (error) {
      missing.push(
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
  if (missing.length > 0) {
    throw joinFaults(`Instance ${name}`, missing);
  }
  const { config, faults: configFaults } = readConfig(configText);
  const requirements = parseRequirements(requirementsText);
  const plugins = join(folder, "plugins");
  const faults = [
    ...configFaults,
    ...(configFaults.length > 0 ? [] : settingFaults(config.settings, namespace)),
    ...requirements.faults.map((fault) => `requirements.txt, ${fault}`),
    ...tutorFaults(requirements),
    ...["py", "yml"]
      .map((ending) => `${ownPlugin}.${ending}`)
      .filter((file) => existsSync(join(plugins, file)))
      .map((file) => `plugins/${file} has the name of this project's own plugin; rename it`),
  ];
  if (faults.length > 0) {
    throw joinFaults(`Instance ${name} (${folder})`, faults);
  }
  return {
    configText,
    requirementsText,
    config,
    requirements,
    plugins: existsSync(plugins) ? plugins : undefined,
  };
}

function settingFaults(config: SiteConfig["settings"], namespace: string): string[] {
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
