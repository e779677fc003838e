import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isMap } from "yaml";
import { instanceName } from "../config/instances.js";
import { stackNames } from "../engine/stackFile.js";
import { messageOf, UserError } from "../workspace/errors.js";
import { programFolder } from "../workspace/paths.js";
import { tutorRequirements } from "../workspace/versions.js";
import { parseYaml } from "../workspace/yaml.js";

const requirements = `# This site's Tutor and its plugins, each pinned. The first number is the Open edX release.
${tutorRequirements.join("\n")}
`;

export interface NewInstance {
  name: string;
  /** Public host of the LMS; the other hosts are below it. */
  lmsHost: string;
  /** A stack whose file is to list the instance. Default: none. */
  stack?: string;
  /** Folder of the program. */
  folder?: string;
}

/**
 * Makes the folder of a new instance, and lists it in a stack's file, whose comments stay.
 * @returns the files written, relative to the program.
 * @throws UserError when the name is not a DNS label, the host no host name, the instance is there already, or a file cannot
 * be written; no folder is left then.
 */
export function newInstance({ name, lmsHost, stack, folder = programFolder }: NewInstance): string[] {
  const checked = instanceName.safeParse(name);
  if (!checked.success) {
    throw new UserError(
      `The name "${name}" ${checked.error.issues.map((issue) => issue.message).join(", ")}.`,
    );
  }
  if (!/^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/.test(lmsHost)) {
    throw new UserError(`"${lmsHost}" is not a host name. Give --lms-host one such as learn.example.com.`);
  }
  const target = join(folder, "instances", name);
  if (existsSync(target)) {
    throw new UserError(`instances/${name} exists already. Choose another name, or edit its config.yml.`);
  }
  const stackFile = stack === undefined ? undefined : withInstance(folder, stack, name);
  const files = {
    [join(target, "config.yml")]:
      `# An ordinary Tutor config: every setting of Tutor and its plugins may stand here, but no passwords.\n` +
      `LMS_HOST: ${lmsHost}\nCMS_HOST: studio.${lmsHost}\nPLATFORM_NAME: ${JSON.stringify(title(name))}\n` +
      `CONTACT_EMAIL: contact@${lmsHost}\nPLUGINS:\n  - indigo\n  - mfe\n`,
    [join(target, "requirements.txt")]: requirements,
    ...stackFile,
  };
  try {
    mkdirSync(target, { recursive: true });
    for (const [file, text] of Object.entries(files)) {
      writeFileSync(file, text);
    }
  } catch (error) {
    if (existsSync(target)) {
      rmSync(target, { recursive: true });
    }
    throw new UserError(`The instance ${name} cannot be made: ${messageOf(error)}`);
  }
  return Object.keys(files).map((file) => relative(folder, file));
}

/** The stack's file with the instance in its list. */
function withInstance(folder: string, stack: string, name: string): Record<string, string> {
  const file = join(folder, "stacks", `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) {
    const names = stackNames(join(folder, "stacks"));
    throw new UserError(
      `There is no stack "${stack}": stacks/Pulumi.${stack}.yaml is missing. Known stacks: ${names.join(", ") || "none"}.`,
    );
  }
  const { document } = parseYaml(readFileSync(file, "utf8"), relative(folder, file));
  const path = ["config", "openedx:instances"];
  if (document.hasIn([...path, name])) {
    throw new UserError(`stacks/Pulumi.${stack}.yaml lists an instance "${name}" already.`);
  }
  if (!isMap(document.getIn(path))) {
    document.setIn(path, document.createNode({}));
  }
  document.setIn([...path, name], document.createNode({}));
  return { [file]: document.toString({ lineWidth: 0 }) };
}

function title(name: string): string {
  return name.replace(
    /(^|-)([a-z])/g,
    (_, dash: string, letter: string) => `${dash && " "}${letter.toUpperCase()}`,
  );
}
