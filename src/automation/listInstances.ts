import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { stackNames } from "../engine/stackFile.js";
import { readInstanceFiles } from "../tutor/folder.js";
import { messageOf } from "../workspace/errors.js";
import { programFolder } from "../workspace/paths.js";
import { parseYaml } from "../workspace/yaml.js";

/** One folder of instances/, for people. */
export interface ListedInstance {
  name: string;
  /** Tutor's version, or what is wrong with the folder. */
  tutor: string;
  lmsHost: string;
  plugins: string[];
  /** Stacks that deploy it. */
  stacks: string[];
}

/**
 * All folders in instances/, by name, broken ones included.
 * @throws UserError for a stack file that is not YAML.
 */
export function listInstances(folder: string = programFolder): ListedInstance[] {
  const instances = join(folder, "instances");
  if (!existsSync(instances)) {
    return [];
  }
  const stacks = stacksOf(folder);
  return readdirSync(instances, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({
      name,
      ...describe(name, join(instances, name)),
      stacks: stacks
        .filter((stack) => stack.folders.includes(join("instances", name)))
        .map((stack) => stack.name),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function describe(name: string, folder: string): Pick<ListedInstance, "tutor" | "lmsHost" | "plugins"> {
  try {
    const { config, requirements } = readInstanceFiles({ name, folder, namespace: name });
    const { LMS_HOST, PLUGINS = [] } = config.settings as { LMS_HOST: string; PLUGINS?: string[] };
    const tutor = requirements.packages.find((each) => each.name === "tutor");
    return { tutor: tutor?.version ?? "?", lmsHost: LMS_HOST, plugins: PLUGINS };
  } catch (error) {
    return { tutor: messageOf(error).split("\n").join(" "), lmsHost: "-", plugins: [] };
  }
}

/** The stacks, and the folders of their instances, relative to the program. */
function stacksOf(folder: string): { name: string; folders: string[] }[] {
  return stackNames(join(folder, "stacks")).map((name) => {
    const path = join("stacks", `Pulumi.${name}.yaml`);
    const stack = parseYaml(readFileSync(join(folder, path), "utf8"), path).content as {
      config?: { "openedx:instances"?: Record<string, { folder?: string } | null> };
    } | null;
    const instances = Object.entries(stack?.config?.["openedx:instances"] ?? {});
    return {
      name,
      folders: instances.map(([each, instance]) => normalize(instance?.folder ?? join("instances", each))),
    };
  });
}
