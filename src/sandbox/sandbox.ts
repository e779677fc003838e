import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { Toolchain } from "../toolchain/toolchain.js";
import { digest } from "../workspace/digest.js";
import { messageOf, UserError } from "../workspace/errors.js";
import { withLock } from "../workspace/lock.js";
import { type Progress, withStep } from "../workspace/progress.js";
import { runChecked } from "../workspace/run.js";
import { checkHealth, serverOf, writeKubeconfig } from "./access.js";
import { createCluster, startCluster } from "./cluster.js";
import { fixtures } from "./fixtures.js";
import { locateSandbox, type SandboxLocation } from "./location.js";
import { killProcessesOf, processesOf, type SandboxProcess } from "./processes.js";
import { stages } from "./stages.js";

/** A running local Kubernetes control plane with simulated nodes. */
export interface Sandbox {
  name: string;
  /** Path of a kubeconfig file for its administrator; the same for every sandbox of that name. */
  kubeconfig: string;
  /** The API server's URL on loopback. */
  server: string;
}

export interface SandboxUpOptions {
  toolchain: Toolchain;
  progress: Progress;
  /** A short DNS label; each name is a sandbox of its own. Default: `default`. */
  name?: string;
}

/** How a sandbox is: as it should be, made but not (wholly) running, or not there. */
export interface SandboxStatus {
  name: string;
  state: "running" | "stopped" | "absent";
  /** Whether `state` is `running`. */
  running: boolean;
  kubeconfig?: string;
  server?: string;
  processes: SandboxProcess[];
  /** Components that should run and do not. */
  missing: string[];
}

/** What state.json holds. */
interface State {
  server: string;
  /** Digest of the objects that were applied when it was made. */
  objects: string;
}

/**
 * Brings a sandbox up, or finds that it is; a healthy one costs milliseconds. One whose processes have died is started
 * again with its data, one that was never finished is made anew. Calls at the same time, of other processes too, wait
 * for each other.
 *
 * The API server, its admission (Pod Security, quotas), the controllers and the scheduler are real; kubelets, volumes
 * and load balancers are played by kwok: pods become Ready at once, pods that may end succeed at once, claims of the
 * default storage class are bound, LoadBalancer Services get an address. Nothing that needs a running container can
 * work: webhooks, aggregated APIs, metrics, exec; so no HorizontalPodAutoscaler scales and no operator acts.
 *
 * All of it listens on loopback only, on ports that were free.
 *
 * @throws UserError when the control plane cannot be built or does not start.
 */
export async function sandboxUp({ toolchain, progress, name }: SandboxUpOptions): Promise<Sandbox> {
  const location = locateSandbox(name);
  return withLock(location.lock, async () => {
    const state = readState(location);
    if (state !== undefined && (await isHealthy(location, state, progress))) {
      if (state.objects !== objectsDigest()) {
        const tools = await toolchain.controlPlane();
        await withStep(progress, "Updating the sandbox's nodes and rules", () =>
          finish(location, tools.kubectl),
        );
      }
      return sandboxAt(location, state.server);
    }
    const tools = await toolchain.controlPlane();
    await killProcessesOf(location);
    if (state !== undefined) {
      try {
        return await withStep(progress, "Starting the sandbox again", async () => {
          await startCluster(location, tools);
          return await finish(location, tools.kubectl);
        });
      } catch (error) {
        progress.note(`The sandbox cannot go on with its data and is made anew: ${messageOf(error)}`);
      }
    }
    return withStep(progress, "Starting the sandbox: a Kubernetes control plane with simulated nodes", () =>
      retried(3, async () => {
        await removeAll(location);
        await createCluster(location, tools);
        return await finish(location, tools.kubectl);
      }),
    );
  });
}

/** Ends all processes of a sandbox and removes its files. Harmless when there is none. Returns whether there was one. */
export async function sandboxDown({
  name,
  progress,
}: {
  name?: string;
  progress: Progress;
}): Promise<boolean> {
  const location = locateSandbox(name);
  return withLock(location.lock, async () => {
    const present = existsSync(location.folder) || (await processesOf(location)).length > 0;
    if (present) {
      await withStep(progress, "Removing the sandbox", () => removeAll(location));
    }
    return present;
  });
}

/** Looks at a sandbox without changing or waiting for anything. */
export async function sandboxStatus({ name }: { name?: string } = {}): Promise<SandboxStatus> {
  const location = locateSandbox(name);
  const processes = await processesOf(location);
  const state = readState(location);
  if (state === undefined) {
    const present = processes.length > 0 || existsSync(location.folder);
    const state = present ? "stopped" : "absent";
    return { name: location.name, state, running: false, processes, missing: [] };
  }
  const { missing, ready: running } = await checkHealth(location, state.server);
  return {
    ...sandboxAt(location, state.server),
    state: running ? "running" : "stopped",
    running,
    processes,
    missing,
  };
}

/**
 * The path of a sandbox's kubeconfig.
 * @throws UserError when that sandbox was not brought up.
 */
export function sandboxKubeconfig({ name }: { name?: string } = {}): string {
  const location = locateSandbox(name);
  if (readState(location) === undefined) {
    throw new UserError(
      `There is no sandbox named ${location.name}. Bring it up with: npm run openedx -- sandbox up`,
    );
  }
  return location.kubeconfig;
}

function sandboxAt(location: SandboxLocation, server: string): Sandbox {
  return { name: location.name, kubeconfig: location.kubeconfig, server };
}

/**
 * Whether a sandbox that was once complete can be used as it is. One whose processes all run gets half a minute to
 * answer: on a busy machine it may be slow, and others may be using it.
 */
async function isHealthy(location: SandboxLocation, state: State, progress: Progress): Promise<boolean> {
  if (!existsSync(location.kubeconfig)) {
    return false;
  }
  const first = await checkHealth(location, state.server);
  if (first.ready || first.missing.length > 0) {
    return first.ready;
  }
  return withStep(progress, "Waiting for the sandbox's API server", async () => {
    const deadline = Date.now() + 30_000;
    for (;;) {
      await setTimeout(500);
      const { ready, missing } = await checkHealth(location, state.server);
      if (ready || missing.length > 0 || Date.now() > deadline) {
        return ready;
      }
    }
  });
}

/** Gives a started cluster its kubeconfig, nodes and rules, and marks it as complete. */
async function finish(location: SandboxLocation, kubectl: string): Promise<Sandbox> {
  const server = serverOf(location);
  writeKubeconfig(location, server);
  const objects = [...stages(), ...fixtures()];
  const kube = (...args: string[]): string[] => [`--kubeconfig=${location.kubeconfig}`, ...args];
  await runChecked(kubectl, kube("apply", "--server-side", "--force-conflicts", "--filename=-"), {
    input: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }),
  });
  await runChecked(kubectl, kube("wait", "node", "--all", "--for=condition=Ready", "--timeout=60s"));
  // Made by a controller; until then no pod is let in.
  await runChecked(kubectl, kube("wait", "serviceaccount/default", "--for=create", "--timeout=60s"));
  const state: State = { server, objects: objectsDigest() };
  writeFileSync(`${location.state}.new`, JSON.stringify(state));
  renameSync(`${location.state}.new`, location.state);
  return sandboxAt(location, server);
}

function objectsDigest(): string {
  return digest(JSON.stringify([...stages(), ...fixtures()]));
}

function readState(location: SandboxLocation): State | undefined {
  try {
    return JSON.parse(readFileSync(location.state, "utf8")) as State;
  } catch {
    return undefined;
  }
}

async function removeAll(location: SandboxLocation): Promise<void> {
  rmSync(location.state, { force: true });
  await killProcessesOf(location);
  rmSync(location.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** Between the choice of a free port and its use another program may take it; then other ports are chosen. */
async function retried<T>(times: number, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === times) {
        throw error;
      }
    }
  }
}
