import { releaseType } from "../../engine/releases.js";
import { processEnvironment } from "../../workspace/environment.js";
import { runChecked } from "../../workspace/run.js";
import type { OpenedStack } from "./openStack.js";

/** A resource as the stack's state has it, as far as it is looked at here. */
export interface StateResource {
  urn: string;
  type: string;
  id?: string;
  custom?: boolean;
  protect?: boolean;
  /** It is replaced already, and only its deletion is left to be done. */
  delete?: boolean;
  parent?: string;
  /** `URN::ID`. */
  provider?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** What a run began and nobody saw the end of. */
export interface PendingOperation {
  type: "creating" | "updating" | "deleting" | "reading" | "importing";
  resource: StateResource;
}

/** A stack's state: what exists, and what was under way when a run was killed. */
export interface Deployment {
  resources: StateResource[];
  pending: PendingOperation[];
}

interface RawDeployment {
  resources?: StateResource[];
  pending_operations?: PendingOperation[];
}

/** The SDK exports it with secret values as plain text, each in a map that marks it: nothing of it may be shown. */
export async function deploymentOf({ stack }: OpenedStack): Promise<Deployment> {
  const exported = (await stack.exportStack()) as { deployment?: RawDeployment };
  const { resources, pending_operations: pending } = exported.deployment ?? {};
  return { resources: resources ?? [], pending: pending ?? [] };
}

/**
 * Writes into the state that nothing is under way any more, and what has been made of it. It passes through a pipe: the
 * SDK's `importStack` puts the state, with its secret values as plain text, into a file.
 */
export async function endPending(opened: OpenedStack, made: readonly StateResource[]): Promise<void> {
  const { stack, cli, name, folder, environment } = opened;
  const exported = (await stack.exportStack()) as { version?: number; deployment?: RawDeployment };
  const { resources = [] } = exported.deployment ?? {};
  const deployment = { ...exported.deployment, resources: [...resources, ...made], pending_operations: [] };
  await runChecked(cli.command, ["stack", "import", "--stack", name, "--non-interactive"], {
    cwd: folder,
    env: processEnvironment(environment),
    input: JSON.stringify({ ...exported, deployment }),
  });
}

/** Where a Helm release is, from a resource of the state; undefined for a resource that is none. */
export function releaseOf({
  type,
  inputs = {},
}: StateResource): { namespace: string; name: string } | undefined {
  const { name, namespace } = inputs;
  return type === releaseType && typeof name === "string" && typeof namespace === "string"
    ? { name, namespace }
    : undefined;
}
