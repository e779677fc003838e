import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { SemVer } from "semver";
import { processEnvironment } from "../workspace/environment.js";
import { messageOf } from "../workspace/errors.js";
import { cacheFolder, cacheSubfolder } from "../workspace/paths.js";
import { type Progress, withStep } from "../workspace/progress.js";
import { packageVersion } from "../workspace/versions.js";
import { answers } from "./downloads.js";
import { builtBefore, goBuilt } from "./goTools.js";
import { findOnPath } from "./pathTools.js";
import { standInPlugins } from "./standIns/folder.js";
import { once } from "./toolchain.js";

/** The Pulumi CLI, and what it must be run with so that it finds its provider plugins. */
export interface Pulumi {
  command: PulumiCommand;
  /** Variables for each call of the CLI. */
  environment: Readonly<Record<string, string>>;
}

export interface FindPulumi {
  progress: Progress;
  /** Where the CLI and plugins are looked for. Default: this process's environment. */
  env?: NodeJS.ProcessEnv;
  /**
   * Whether a plugin of ours may stand in for those of `random` and `tls` where these cannot be downloaded: for the
   * sandbox and for tests. Default: false.
   */
  standIns?: boolean;
}

const downloads = "https://get.pulumi.com";

/**
 * Where the CLI and its plugins come from, decided in one place: the PATH, what is in the cache or in Pulumi's own folder,
 * Pulumi's installer and downloads where they can be reached, else built from Go modules.
 * @throws UserError when there is none and none can be had; it says what to install.
 */
export async function findPulumi({
  progress,
  env = processEnvironment(),
  standIns = false,
}: FindPulumi): Promise<Pulumi> {
  const reachable = once(() => answers(downloads, env));
  const command = await findCommand(progress, env, reachable);
  const missing = usedPlugins().filter((plugin) => !isThere(plugin, env, progress));
  if (missing.length === 0 || (await reachable())) {
    return { command, environment: {} }; // the CLI downloads at first use what it lacks
  }
  const folders: string[] = [];
  if (missing.some(({ name }) => name === "kubernetes")) {
    const purpose = `Pulumi's Kubernetes provider is not installed, and ${downloads} cannot be reached.`;
    const name = "pulumi-resource-kubernetes";
    folders.push(dirname((await goBuilt([name], { progress, env, purpose }))[name]));
  }
  const others = missing.filter(({ name }) => name !== "kubernetes");
  if (standIns && others.length > 0) {
    const names = others.map(({ name }) => name).join(" and ");
    progress.note(`Pulumi's plugins for ${names} cannot be downloaded here: a stand-in makes the secrets`);
    folders.push(standInPlugins(others, cacheSubfolder("pulumi-stand-ins")));
  }
  return {
    command,
    environment: {
      PATH: [...folders, env.PATH ?? ""].join(delimiter),
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    },
  };
}

async function findCommand(
  progress: Progress,
  env: NodeJS.ProcessEnv,
  reachable: () => Promise<boolean>,
): Promise<PulumiCommand> {
  const version = packageVersion("@pulumi/pulumi");
  const root = cacheSubfolder("pulumi");
  const onPath = findOnPath("pulumi", env.PATH);
  if (onPath !== undefined) {
    try {
      return await PulumiCommand.get({ version: new SemVer(version) }); // the SDK's own minimum is 3.2
    } catch (error) {
      progress.note(`${onPath} is not used: ${messageOf(error).split("\n")[0]}`);
    }
  }
  if (existsSync(join(root, "bin/pulumi"))) {
    return PulumiCommand.get({ root });
  }
  const before = builtBefore(["pulumi"]).pulumi;
  if (before !== undefined) {
    return PulumiCommand.get({ root: dirname(dirname(before)) });
  }
  if (await reachable()) {
    try {
      return await withStep(progress, `Installing Pulumi ${version}`, () =>
        PulumiCommand.install({ root, version: new SemVer(version) }),
      );
    } catch (error) {
      progress.note(`Pulumi's installer failed: ${messageOf(error)}`);
    }
  }
  const purpose =
    `There is no fitting Pulumi CLI on the PATH, and its installer at ${downloads} cannot be reached. Install it as ` +
    "https://www.pulumi.com/docs/install/ says, or have it built from Go modules.";
  const { pulumi } = await goBuilt(["pulumi"], { progress, env, purpose });
  return PulumiCommand.get({ root: dirname(dirname(pulumi)) });
}

/** A provider plugin that every stack uses. Those of clouds are the CLI's business. */
export interface Plugin {
  name: string;
  version: string;
}

function usedPlugins(): Plugin[] {
  return ["kubernetes", "random", "tls"].map((name) => ({
    name,
    version: packageVersion(`@pulumi/${name}`),
  }));
}

/**
 * On the PATH, which the engine prefers whatever the release is, or in Pulumi's own folder, where `pulumi plugin install`
 * puts it and the engine takes this release alone. A marker tells an installation that is not complete.
 */
function isThere({ name, version }: Plugin, env: NodeJS.ProcessEnv, progress: Progress): boolean {
  const onPath = findOnPath(`pulumi-resource-${name}`, env.PATH);
  if (onPath !== undefined) {
    if (!onPath.startsWith(cacheFolder())) {
      progress.note(
        `${onPath} is used, whatever its release: the engine prefers what is on the PATH. ` +
          `This program is made for ${version}`,
      );
    }
    return true;
  }
  const home = env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const installed = join(home, "plugins", `resource-${name}-v${version}`);
  return existsSync(installed) && !existsSync(`${installed}.partial`);
}
