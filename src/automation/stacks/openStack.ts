import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, type PulumiFn, Stack, StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import { stackNames } from "../../engine/stackFile.js";
import { processEnvironment } from "../../workspace/environment.js";
import { UserError } from "../../workspace/errors.js";
import { programFolder } from "../../workspace/paths.js";
import { type Progress, silent } from "../../workspace/progress.js";
import { parseYaml } from "../../workspace/yaml.js";
import { findPulumi, type Pulumi } from "../../toolchain/pulumi.js";
import { bareName, restoreState } from "./backend.js";
import { controlled, type ControlledCli, type PulumiCli } from "./pulumiCli.js";
import { explain } from "./failures.js";

export interface OpenStack {
  /** Name of the stack: stacks/Pulumi.<stack>.yaml. */
  stack: string;
  /** Make the stack in the backend where it is not there. Default: false, a missing one is an error. */
  create?: boolean;
  /** Default: says nothing. */
  progress?: Progress;
  /** Folder with Pulumi.yaml. Default: this program's. */
  folder?: string;
  /** For the CLI, beside this process's: PULUMI_BACKEND_URL, a cloud's credentials. Default: none. */
  environment?: Readonly<Record<string, string>>;
  /** Run in this process. Default: this program, where the folder is its own; else the CLI runs that of the folder. */
  program?: PulumiFn;
  /** Default: as `findPulumi` decides. */
  pulumi?: Pulumi;
}

/** A stack that is there, and how it is worked on. One operation at a time. */
export interface OpenedStack {
  name: string;
  folder: string;
  progress: Progress;
  environment: Readonly<Record<string, string>>;
  cli: ControlledCli;
  program?: PulumiFn;
  /** The SDK's stack, for what has no function here. */
  stack: Stack;
}

/**
 * Selects a stack of this program, or makes it.
 * @throws UserError when there is no CLI, no login, no such stack or no passphrase; it says what to do.
 */
export async function openStack(options: OpenStack): Promise<OpenedStack> {
  const { stack: name, create = false, progress = silent, folder = programFolder } = options;
  // In this process: a CLI that was built from Go modules has no language host for Node.js beside it.
  const program =
    options.program ??
    (folder === programFolder
      ? async () => (await import("../stackProgram.js")).stackProgram(progress)()
      : undefined);
  checkName(name);
  const pulumi = options.pulumi ?? (await findPulumi({ progress }));
  const environment = {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...pulumi.environment,
    ...options.environment,
  };
  checkPassphrase(name, folder, processEnvironment(environment));
  restoreState(name, folder, processEnvironment(environment), progress);
  const cli = controlled(pulumi.command as PulumiCli);
  try {
    const workspace = await LocalWorkspace.create({
      workDir: folder,
      pulumiCommand: cli,
      envVars: environment,
      program,
    });
    const stack = await (create ? Stack.createOrSelect(name, workspace) : Stack.select(name, workspace));
    return { name, folder, progress, environment, cli, program, stack };
  } catch (error) {
    throw error instanceof StackNotFoundError ? stackMissing(name, folder, error) : explain(error, name);
  }
}

function stackMissing(stack: string, folder: string, cause: Error): UserError {
  const known = stackNames(join(folder, "stacks"));
  const next = known.includes(bareName(stack))
    ? `Its file is there, so that it was not deployed from here yet: \`openedx up ${stack} --create\` makes it, if ` +
      "PULUMI_BACKEND_URL is right."
    : `Nor is there a stacks/Pulumi.${bareName(stack)}.yaml. Stacks with a file are: ${known.join(", ") || "none"}.`;
  return new UserError(`There is no stack ${stack} in this backend. ${next}`, { cause });
}

function checkName(stack: string): void {
  if (!/^([\w.-]+\/){0,2}[\w.-]+$/.test(stack)) {
    throw new UserError(`"${stack}" is not a name of a stack: letters, digits, ".", "-" and "_" make one.`);
  }
}

function checkPassphrase(stack: string, folder: string, env: NodeJS.ProcessEnv): void {
  const file = stackFile(stack, folder);
  const content = file === undefined ? undefined : parseYaml(readFileSync(file, "utf8"), file).content;
  const given = env.PULUMI_CONFIG_PASSPHRASE !== undefined || Boolean(env.PULUMI_CONFIG_PASSPHRASE_FILE);
  if (!given && (content as { encryptionsalt?: unknown } | null | undefined)?.encryptionsalt !== undefined) {
    throw passphraseMissing(stack);
  }
}

/** The message where a stack's secrets cannot be decrypted. */
function passphraseMissing(stack: string): UserError {
  return new UserError(
    `The secrets of stack ${stack} need a passphrase. Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE ` +
      "to the path of a file that holds it.",
  );
}

function stackFile(stack: string, folder: string): string | undefined {
  const file = join(folder, "stacks", `Pulumi.${bareName(stack)}.yaml`);
  return existsSync(file) ? file : undefined;
}
