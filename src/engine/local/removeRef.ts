import { deleteObject } from "./objects.js";
import { uninstallRelease } from "./releases.js";
import type { ObjectRef } from "./resourcePaths.js";
import type { HelmSite } from "./sites.js";

/** The kind under which the state keeps Helm releases. */
const releaseKind = { apiVersion: "helm.sh/v3", kind: "Release" };

export function releaseRef(name: string, namespace: string): ObjectRef {
  return { ...releaseKind, name, namespace };
}

/** Takes an object or a release from its cluster, and waits until it is gone. */
export async function removeRef(
  site: HelmSite,
  ref: ObjectRef,
  owner: string,
  signal: AbortSignal,
  seconds?: number,
): Promise<void> {
  if (ref.apiVersion === releaseKind.apiVersion && ref.kind === releaseKind.kind) {
    const context = { site, helm: site.helm, namespace: ref.namespace ?? "default", owner, signal };
    await uninstallRelease(ref.name, context, seconds);
  } else {
    await deleteObject(site, ref, signal, seconds);
  }
}
