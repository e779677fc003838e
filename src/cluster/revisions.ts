import { gunzipSync } from "node:zlib";
import { parseManifest } from "../kubernetes/manifest.js";
import type { KubernetesObject } from "../kubernetes/objects.js";
import type { Cluster, LiveObject } from "./cluster.js";

/** A revision of a release, as Helm's own Secret tells without being unpacked. */
export interface Revision {
  revision: number;
  /** deployed, failed, superseded, pending-install, pending-upgrade, pending-rollback, uninstalling, uninstalled. */
  status: string;
}

/** All revisions that Helm still has, the oldest first. */
export async function listRevisions(cluster: Cluster, namespace: string, name: string): Promise<Revision[]> {
  const list = await cluster.demand<{ items: LiveObject[] | null }>(
    "GET",
    `/api/v1/namespaces/${namespace}/secrets`,
    {
      query: { labelSelector: `owner=helm,name=${name}` },
      accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
    },
  );
  return (list.items ?? [])
    .map(({ metadata }) => ({
      revision: Number(metadata.labels?.version),
      status: metadata.labels?.status ?? "",
    }))
    .sort((a, b) => a.revision - b.revision);
}

/**
 * The revisions that Helm must forget before it takes up a release again: one that it was cut off in ("another operation
 * is in progress"), and all of a release that never was deployed ("cannot re-use a name that is still in use"). The
 * objects stay: Helm takes over those with its own labels, and what the revision had changed the next one changes.
 */
export function revisionsInTheWay(revisions: readonly Revision[]): Revision[] {
  const latest = revisions.at(-1);
  if (latest === undefined || latest.status === "deployed" || latest.status === "uninstalled") {
    return [];
  }
  const wasDeployed = revisions.some(({ status }) => status === "deployed" || status === "superseded");
  return wasDeployed
    ? revisions.filter(({ status }) => /^(pending-|uninstalling)/.test(status))
    : [...revisions];
}

/** Takes a revision away as Helm keeps it; the objects of its release stay as they are. */
export async function forgetRevision(
  cluster: Cluster,
  namespace: string,
  name: string,
  { revision }: Revision,
): Promise<void> {
  await cluster.call(
    "DELETE",
    `/api/v1/namespaces/${namespace}/secrets/sh.helm.release.v1.${name}.v${revision}`,
  );
}

interface StoredRelease {
  manifest: string;
}

/** The manifests of all revisions in a namespace that Helm still has, of every release there. */
export async function storedManifests(cluster: Cluster, namespace: string): Promise<string[]> {
  return (await storedReleases(cluster, namespace, "owner=helm")).map(({ manifest }) => manifest);
}

/** The objects of the revision that is deployed, as its chart rendered them; none when there is no such revision. */
export async function deployedObjects(
  cluster: Cluster,
  namespace: string,
  name: string,
): Promise<KubernetesObject[]> {
  const stored = await storedReleases(cluster, namespace, `owner=helm,status=deployed,name=${name}`);
  return parseManifest(stored.at(-1)?.manifest ?? "");
}

/** Helm keeps a revision as JSON, packed by gzip, in base64 within the base64 of a Secret. */
async function storedReleases(
  cluster: Cluster,
  namespace: string,
  labelSelector: string,
): Promise<StoredRelease[]> {
  const list = await cluster.get<{ items: (LiveObject & { data?: { release?: string } })[] }>(
    `/api/v1/namespaces/${namespace}/secrets`,
    { labelSelector },
  );
  return (list?.items ?? []).flatMap(({ data }) => {
    const bytes = Buffer.from(Buffer.from(data?.release ?? "", "base64").toString(), "base64");
    return bytes.length === 0 ? [] : [JSON.parse(gunzipSync(bytes).toString()) as StoredRelease];
  });
}
