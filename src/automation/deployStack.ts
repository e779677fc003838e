import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { PlatformLimits } from "../platform/plan.js";
import { findPulumi } from "../toolchain/pulumi.js";
import { processEnvironment, useKubeconfig } from "../workspace/environment.js";
import { UserError } from "../workspace/errors.js";
import { cacheSubfolder, programFolder } from "../workspace/paths.js";
import type { Progress } from "../workspace/progress.js";
import { readAccess } from "../cluster/access.js";
import { clusterUid, withCluster } from "../cluster/cluster.js";
import { type InstanceStatus, instanceStatus } from "./instanceStatus.js";
import { stackProgram } from "./stackProgram.js";
import { chosenBackend } from "./stacks/backend.js";
import { type OpenStack, openStack } from "./stacks/openStack.js";
import { outputs } from "./stacks/outputs.js";
import { makeProjectFolder, writeStackFile } from "./stacks/projectFolder.js";
import type { StackReport } from "./stacks/report.js";
import { up } from "./stacks/up.js";

export interface DeployStack {
  stack: string;
  /** Path of a kubeconfig file. */
  kubeconfig: string;
  progress: Progress;
  /** What the cluster cannot do. Default: it can all. */
  limits?: PlatformLimits;
  /** The sandbox's own folder for what is to go with it. Default: the cluster is not a sandbox. */
  sandboxFolder?: string;
  signal?: AbortSignal;
  force?: AbortSignal;
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

/**
 * Deploys a stack to the cluster of the kubeconfig.
 *
 * Where somebody is logged in to a backend, the stack there is used, with their passphrase. Else the state is kept beside
 * the sandbox, or in the cache for each cluster by itself, with an empty passphrase: fit for trying out only.
 * @throws UserError when the stack, an instance or the cluster is at fault, or an instance ends without pods.
 */
export async function deployStack(options: DeployStack): Promise<Deployed> {
  const { stack, kubeconfig, progress, limits, sandboxFolder, signal, force } = options;
  const pulumi = await findPulumi({ progress, standIns: sandboxFolder !== undefined });
  const engine = `Pulumi ${String(pulumi.command.version)}`;
  progress.note(`Deploying ${stack} by ${engine}`);
  // The program reads it too: `existing` takes the ambient kubeconfig where the stack names none.
  useKubeconfig(kubeconfig);
  const state =
    chosenBackend(processEnvironment()) !== undefined
      ? {}
      : ownState(stack, await withCluster(readAccess(kubeconfig), clusterUid), sandboxFolder);
  const opened = await openStack({
    stack,
    create: true,
    progress,
    pulumi,
    program: stackProgram(progress, limits),
    ...state,
    environment: { KUBECONFIG: kubeconfig, ...state.environment },
  });
  const { report } = await up(opened, { signal, force, progress });
  const deployed = (await outputs(opened)).instances as InstancesOutput;
  const instances = await Promise.all(
    Object.entries(deployed).map(async ([name, { tutor, openEdx, urls, namespace }]) => ({
      name,
      tutor,
      openEdx,
      hosts: urls.map((url) => new URL(url).host),
      seconds: secondsOf(report, name),
      ...(await instanceStatus(kubeconfig, name, namespace)),
    })),
  );
  const empty = instances.filter(({ pods }) => pods === 0).map(({ name }) => name);
  if (empty.length > 0) {
    throw new UserError(
      `${stack} is deployed as far as Pulumi's state says, but on the cluster of ${kubeconfig} there are no pods of ` +
        `${empty.join(", ")}. See what is there by \`kubectl get all --all-namespaces\`; a sandbox is made anew by ` +
        "`npm run openedx -- sandbox down` and `npm start`.",
    );
  }
  return { engine, instances };
}

/**
 * A backend of one cluster, and a project folder of its own beside it: the salt in stacks/ is that of the operator's
 * passphrase.
 */
function ownState(
  stack: string,
  uid: string,
  sandboxFolder: string | undefined,
): Pick<OpenStack, "folder" | "environment"> {
  const root =
    sandboxFolder === undefined ? cacheSubfolder("pulumi-state", uid) : join(sandboxFolder, "pulumi", uid);
  const [folder, backend] = [join(root, "project"), join(root, "state")];
  mkdirSync(backend, { recursive: true });
  makeProjectFolder(folder);
  const file = join(programFolder, "stacks", `Pulumi.${stack}.yaml`);
  if (existsSync(file)) {
    const content = readFileSync(file, "utf8");
    if (/^encryptionsalt:/m.test(content)) {
      throw new UserError(
        `${file} has secrets of a passphrase. Log in to the backend of its stack first (\`pulumi login\`), and set ` +
          "PULUMI_CONFIG_PASSPHRASE.",
      );
    }
    writeStackFile(folder, stack, content);
  }
  return {
    folder,
    environment: { PULUMI_BACKEND_URL: pathToFileURL(backend).href, PULUMI_CONFIG_PASSPHRASE: "" },
  };
}

/** From the report's own times: the sum over an instance's resources, which mostly wait for each other. */
function secondsOf({ resources }: StackReport, instance: string): number {
  const own = resources.filter(({ urn }) => urn.includes("OpenEdxInstance$") && belongs(urn, instance));
  return own.reduce((sum, { seconds = 0 }) => sum + seconds, 0);
}

function belongs(urn: string, instance: string): boolean {
  const name = urn.split("::").at(-1) ?? "";
  return name === instance || name.startsWith(`${instance}-`);
}
