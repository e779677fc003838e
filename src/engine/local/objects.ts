import { setTimeout as delay } from "node:timers/promises";
import type { JsonObject, KubernetesObject } from "../../kubernetes/objects.js";
import { UserError } from "../../workspace/errors.js";
import { ApiError, type Cluster, type LiveObject } from "./cluster.js";
import { describeRef, type ObjectRef, type ResourcePaths } from "./resourcePaths.js";

/** The owner of what is applied, as `kubectl get --show-managed-fields` shows it. */
export const fieldManager = "openedx-pulumi";

/** A cluster with what is known of its kinds. */
export interface Site {
  cluster: Cluster;
  paths: ResourcePaths;
}

/** Kinds that hold no data of their own: deleted and made anew when a field cannot be changed. */
const replaceable = new Set([
  "ClusterRoleBinding",
  "ConfigMap",
  "Deployment",
  "Job",
  "Pod",
  "PodDisruptionBudget",
  "RoleBinding",
  "Secret",
  "Service",
  "StorageClass",
]);

/** True if the API server turned a change of a fixed field down, and the object may be replaced instead. */
export function isReplaceable(kind: string): boolean {
  return replaceable.has(kind);
}

export function isImmutableFieldError(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    error.status === 422 &&
    /field is immutable|may not change once set|updates to .* are forbidden|cannot change roleRef/i.test(
      error.message,
    )
  );
}

/** Server-side apply; unknown and repeated fields are errors. */
export async function applyObject(
  { cluster, paths }: Site,
  object: KubernetesObject,
  dryRun = false,
): Promise<LiveObject> {
  const path = await paths.object(await paths.ref(object));
  if (path === undefined) {
    throw new UserError(`the cluster knows no ${object.kind} of ${object.apiVersion}`);
  }
  const query: Record<string, string> = { fieldManager, force: "true", fieldValidation: "Strict" };
  return cluster.demand("PATCH", path, {
    query: dryRun ? { ...query, dryRun: "All" } : query,
    contentType: "application/apply-patch+yaml",
    body: object,
  });
}

/**
 * Applies, waiting first for a namesake that is being deleted, and replacing what cannot be changed in place.
 * @returns the object, and whether it took the place of another.
 */
export async function putObject(
  site: Site,
  object: KubernetesObject,
  signal: AbortSignal,
  mayReplace: boolean,
): Promise<{ live: LiveObject; replaced: boolean }> {
  const ref = await site.paths.ref(object);
  try {
    const live = await applyObject(site, object);
    if (live.metadata.deletionTimestamp === undefined) {
      return { live, replaced: false };
    }
    await awaitGone(site, ref, signal);
    return { live: await applyObject(site, object), replaced: false };
  } catch (error) {
    if (!isImmutableFieldError(error) || !mayReplace) {
      throw error;
    }
    await deleteObject(site, ref, signal);
    return { live: await applyObject(site, object), replaced: true };
  }
}

export async function readObject({ cluster, paths }: Site, ref: ObjectRef): Promise<LiveObject | undefined> {
  const path = await paths.object(ref);
  return path === undefined ? undefined : cluster.get(path);
}

/** Deletes an object with what it owns, and waits until it is gone; one that is not there is well. */
export async function deleteObject(
  site: Site,
  ref: ObjectRef,
  signal: AbortSignal,
  seconds = 300,
): Promise<void> {
  const path = await site.paths.object(ref);
  if (path === undefined) {
    return;
  }
  const body = { propagationPolicy: "Background" };
  const answer = await site.cluster.call("DELETE", path, { body });
  if (answer.status === 404) {
    return;
  }
  if (answer.status >= 300 && answer.status !== 409) {
    throw new ApiError(answer);
  }
  await awaitGone(site, ref, signal, seconds);
}

async function awaitGone(site: Site, ref: ObjectRef, signal: AbortSignal, seconds = 300): Promise<void> {
  const before = Date.now();
  for (;;) {
    const live = await readObject(site, ref);
    if (live?.metadata.deletionTimestamp === undefined) {
      return;
    }
    if (Date.now() - before > seconds * 1000) {
      const finalizers = (live.metadata as { finalizers?: string[] }).finalizers?.join(", ") ?? "none";
      throw new UserError(
        `${describeRef(ref)} is still being deleted after ${seconds} s (finalizers: ${finalizers}). ` +
          `Look at it with "kubectl describe", then run again.`,
      );
    }
    await pause(before, signal);
  }
}

/** Waits a while that grows with the time already waited: 100 ms at first, a second at most. */
export async function pause(since: number, signal: AbortSignal): Promise<void> {
  await delay(Math.min(1000, Math.max(100, (Date.now() - since) / 8)), undefined, { signal });
}

/** What a program may want to know of an object beside what it asked for; kept small, since it is kept in the state. */
export function computedOutputs(live: LiveObject): JsonObject {
  const { uid, namespace, name } = live.metadata;
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), uid: uid ?? "" };
  const status = live.kind === "Service" || live.kind === "Ingress" ? live.status : undefined;
  const clusterIP =
    live.kind === "Service" ? (live.spec as { clusterIP?: string } | undefined)?.clusterIP : undefined;
  return {
    metadata,
    ...(status === undefined ? {} : { status: status as JsonObject }),
    ...(clusterIP === undefined ? {} : { spec: { clusterIP } }),
  };
}
