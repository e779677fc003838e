import { pathToFileURL } from "node:url";
import { localUp } from "../engine/local/localUp.js";
import { readStack } from "../engine/stackFile.js";
import { Secret, type PropertyMap } from "../engine/types.js";
import type { PlatformLimits } from "../platform/plan.js";
import type { Toolchain } from "../toolchain/toolchain.js";
import { cacheSubfolder } from "../workspace/paths.js";
import type { Progress } from "../workspace/progress.js";
import { type InstanceStatus, instanceStatus } from "./instanceStatus.js";
import { findPulumi } from "./pulumiCli.js";
import { reviewServices } from "./serviceReview.js";
import { stackProgram } from "./stackProgram.js";
import type { PulumiCli } from "./stacks/cli.js";
import { openStack } from "./stacks/openStack.js";
import { up } from "./stacks/operations.js";
import { outputs } from "./stacks/outputs.js";

export interface DeployStack {
  stack: string;
  /** Path of a kubeconfig file. */
  kubeconfig: string;
  toolchain: Toolchain;
  progress: Progress;
  /** What the cluster cannot do. Default: it can all. */
  limits?: PlatformLimits;
  signal?: AbortSignal;
}

/** An instance after a deployment. */
export interface DeployedInstance extends InstanceStatus {
  name: string;
  /** Tutor's version. */
  tutor: string;
  openEdx: string;
  hosts: string[];
  /** How long its own resources took; zero if nothing changed. */
  seconds: number;
}

export interface Deployed {
  /** What carried it out, in words. */
  engine: string;
  instances: DeployedInstance[];
}

/** The stack's output `instances`, as src/deploy.ts makes it. */
type InstancesOutput = Record<string, { tutor: string; openEdx: string; urls: string[]; namespace: string }>;

/** What either engine leaves behind. */
interface Carried {
  output: InstancesOutput;
  /** By instance, where that is known. */
  seconds: Map<string, number>;
}

/**
 * Deploys a stack to the cluster of the kubeconfig: by the Pulumi CLI where it can be had, else by the local runner.
 * @throws UserError when the stack, an instance or the cluster is at fault.
 */
export async function deployStack(options: DeployStack): Promise<Deployed> {
  const { stack, kubeconfig, progress } = options;
  const pulumi = await findPulumi(progress);
  const engine =
    pulumi === undefined
      ? "the local runner, as the Pulumi CLI can't be had here"
      : `Pulumi ${String(pulumi.version)}`;
  progress.note(`Deploying ${stack} by ${engine}`);
  // The program reads it too: `existing` takes the ambient kubeconfig where the stack names none.
  process.env.KUBECONFIG = kubeconfig;
  const started = Date.now();
  const { output, seconds } =
    pulumi === undefined ? await byLocalRunner(options) : await byPulumi(pulumi as PulumiCli, options);
  const whole = (Date.now() - started) / 1000;
  const instances = await Promise.all(
    Object.entries(output).map(async ([name, { tutor, openEdx, urls, namespace }]) => ({
      name,
      tutor,
      openEdx,
      hosts: urls.map((url) => new URL(url).host),
      seconds: seconds.get(name) ?? (pulumi === undefined ? 0 : whole),
      ...(await instanceStatus(kubeconfig, name, namespace)),
    })),
  );
  return { engine, instances };
}

/**
 * Where the operator has chosen neither a backend nor a passphrase, the state stays in the cache and the passphrase is
 * empty: fit for sandboxes only.
 */
async function byPulumi(
  pulumi: PulumiCli,
  { stack, kubeconfig, progress, limits, signal }: DeployStack,
): Promise<Carried> {
  const { env } = process;
  const opened = await openStack({
    stack,
    create: true,
    progress,
    pulumi,
    environment: {
      KUBECONFIG: kubeconfig,
      PULUMI_BACKEND_URL: env.PULUMI_BACKEND_URL ?? pathToFileURL(cacheSubfolder("pulumi-state")).href,
      ...(env.PULUMI_CONFIG_PASSPHRASE_FILE === undefined && {
        PULUMI_CONFIG_PASSPHRASE: env.PULUMI_CONFIG_PASSPHRASE ?? "",
      }),
    },
    program: limits && stackProgram(progress, limits),
  });
  await up(opened, { signal, progress });
  // The engine tells no times of an instance: that of the whole stands for each.
  return { output: (await outputs(opened)).instances as InstancesOutput, seconds: new Map() };
}

async function byLocalRunner({
  stack,
  kubeconfig,
  toolchain,
  progress,
  limits,
  signal,
}: DeployStack): Promise<Carried> {
  const config = readStack(stack, undefined, { secrets: "required" });
  const disposable = config.config["openedx:disposable"] === "true";
  const result = await localUp({
    ...config,
    review: (before, after) => reviewServices(before, after, disposable),
    program: stackProgram(progress, limits),
    kubeconfig,
    helm: toolchain.helm,
    progress,
    signal,
  });
  return {
    output: reveal(result.outputs).instances as InstancesOutput,
    seconds: new Map(result.instances.map((each) => [each.name, each.seconds])),
  };
}

/** The outputs without their marks; nothing that is secret is taken from them. */
function reveal(outputs: PropertyMap): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [key, value instanceof Secret ? undefined : value]),
  );
}
