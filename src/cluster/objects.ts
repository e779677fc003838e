import type { KubernetesObject } from "../kubernetes/objects.js";
import { UserError } from "../workspace/errors.js";
import { ApiError, type Cluster, type LiveObject } from "./cluster.js";
import type { ResourcePaths } from "./resourcePaths.js";

/** The owner of what is applied, as `kubectl get --show-managed-fields` shows it. */
export const fieldManager = "openedx-pulumi";

/** A cluster with what is known of its kinds. */
export interface Site {
  cluster: Cluster;
  paths: ResourcePaths;
}

/** Whether the API server turned a change of a fixed field down: the object can only be replaced. */
export function isImmutableFieldError(error: unknown): error is ApiError {
  return (
    error instanceof ApiError &&
    error.status === 422 &&
    /field is immutable|may not change once set|updates to .* are forbidden|cannot change roleRef/i.test(
      error.message,
    )
  );
}

/** Server-side apply without effect (dry run); unknown and repeated fields are errors. */
export async function dryApply({ cluster, paths }: Site, object: KubernetesObject): Promise<LiveObject> {
  const path = await paths.object(await paths.ref(object));
  if (path === undefined) {
    throw new UserError(`the cluster knows no ${object.kind} of ${object.apiVersion}`);
  }
  return cluster.demand("PATCH", path, {
    query: { fieldManager, force: "true", fieldValidation: "Strict", dryRun: "All" },
    contentType: "application/apply-patch+yaml",
    body: object,
  });
}
