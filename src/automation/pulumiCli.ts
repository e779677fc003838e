import { pathToFileURL } from "node:url";
import {
  LocalWorkspace,
  type LocalWorkspaceOptions,
  PulumiCommand,
  type PulumiFn,
} from "@pulumi/pulumi/automation/index.js";
import semver from "semver";
import { messageOf } from "../workspace/errors.js";
import { cacheSubfolder, programFolder } from "../workspace/paths.js";
import { type Progress, withStep } from "../workspace/progress.js";

/** The version that the installer is asked for: that of the SDK. */
const version = "3.248.0";
/** How long the decision may take, in milliseconds. */
const decisionTime = 5_000;

/**
 * The Pulumi CLI: the one on the PATH, the one that an earlier call installed, or, where its installer can be reached,
 * a new one in the cache. Undefined where none can be had; that is known within five seconds.
 */
export async function findPulumi(progress: Progress): Promise<PulumiCommand | undefined> {
  const root = cacheSubfolder("pulumi");
  const deadline = AbortSignal.timeout(decisionTime);
  const found =
    (await PulumiCommand.get().catch(() => undefined)) ??
    (await PulumiCommand.get({ root }).catch(() => undefined));
  if (found !== undefined || !(await installerReachable(deadline))) {
    return found;
  }
  try {
    return await withStep(progress, `Installing Pulumi ${version}`, () =>
      PulumiCommand.install({ root, version: new semver.SemVer(version) }),
    );
  } catch (error) {
    progress.note(`Pulumi's installer failed: ${messageOf(error)}`);
    return undefined;
  }
}

async function installerReachable(signal: AbortSignal): Promise<boolean> {
  try {
    return (await fetch("https://get.pulumi.com/install.sh", { method: "HEAD", signal })).ok;
  } catch {
    return false;
  }
}

export interface PulumiUp {
  pulumi: PulumiCommand;
  stack: string;
  /** Path of the kubeconfig file for the stack's cluster. */
  kubeconfig: string;
  /** Run in this process in place of src/index.ts. Default: the CLI runs that. */
  program?: PulumiFn;
  /** Where the engine's own display goes. */
  onOutput: (text: string) => void;
}

/**
 * `pulumi up` of a stack in this folder. Where the operator has chosen neither a backend nor a passphrase, the state
 * stays in the cache and the passphrase is empty: fit for sandboxes only.
 * @returns the stack's outputs, without the secret ones
 */
export async function pulumiUp({
  pulumi,
  stack,
  kubeconfig,
  program,
  onOutput,
}: PulumiUp): Promise<Record<string, unknown>> {
  const env = process.env;
  const state = cacheSubfolder("pulumi-state");
  const options: LocalWorkspaceOptions = {
    workDir: programFolder,
    pulumiCommand: pulumi,
    envVars: {
      KUBECONFIG: kubeconfig,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_BACKEND_URL: env.PULUMI_BACKEND_URL ?? pathToFileURL(state).href,
      ...(env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined && {
        PULUMI_CONFIG_PASSPHRASE: env.PULUMI_CONFIG_PASSPHRASE ?? "",
      }),
    },
  };
  const workspace = await (program === undefined
    ? LocalWorkspace.createOrSelectStack({ stackName: stack, workDir: programFolder }, options)
    : LocalWorkspace.createOrSelectStack({ stackName: stack, projectName: "openedx", program }, options));
  const { outputs } = await workspace.up({ onOutput, color: "never" });
  return Object.fromEntries(
    Object.entries(outputs).map(([key, { value, secret }]) => [key, secret ? undefined : (value as unknown)]),
  );
}
