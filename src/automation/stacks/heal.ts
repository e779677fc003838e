import { forgetRevision, listRevisions, type Revision, revisionsInTheWay } from "../../cluster/revisions.js";
import type { Cluster } from "../../cluster/cluster.js";
import { ResourcePaths } from "../../cluster/resourcePaths.js";
import { stackType } from "../../engine/urn.js";
import { joinFaults } from "../../workspace/errors.js";
import { type Progress, withStep } from "../../workspace/progress.js";
import {
  type Deployment,
  deploymentOf,
  endPending,
  type PendingOperation,
  releaseOf,
  type StateResource,
} from "./deployment.js";
import { nameOf } from "./events.js";
import { secretSignature, signatureKey } from "./eventValues.js";
import { explain } from "./failures.js";
import type { OpenedStack } from "./openStack.js";
import { title } from "./watch.js";

export interface Heal {
  /** None: the stack makes its own, and that has not come so far. */
  cluster?: Cluster;
  progress: Progress;
  signal: AbortSignal;
}

/** Types whose values exist nowhere but in the state: one that was not written there is made anew. */
const onlyInState = /^(random|tls):|^pulumi:/;

/**
 * Puts the state right after a run that was killed, before the next one looks at it.
 *
 * What Helm was cut off in the middle of is forgotten, so that it takes the release up again; what was being made and
 * exists on the cluster is taken into the state, what does not is forgotten; a release that somebody took to another
 * revision (`helm rollback`) is read anew, so that the next deployment sees it.
 * @throws UserError that names what only its cloud knows, with the command that takes it into the state.
 */
export async function heal(opened: OpenedStack, options: Heal): Promise<void> {
  const { cluster, signal } = options;
  let deployment = await deploymentOf(opened);
  let releases = cluster === undefined ? [] : await releasesOf(deployment, cluster);
  if (deployment.pending.length > 0 || releases.some(isBroken)) {
    // It takes the stack's lock, wherever the state is. What another run was at looked as if it had been killed: that run
    // has ended now, and is looked at again.
    await refresh(opened, rootOf(deployment), signal);
    deployment = await deploymentOf(opened);
    releases =
      cluster === undefined ? [] : await repaired(await releasesOf(deployment, cluster), cluster, options);
  }
  const known = new Set(deployment.resources.map(({ urn }) => urn));
  const creating = deployment.pending.filter(
    ({ type, resource: { urn } }) => type === "creating" && !known.has(urn),
  );
  const unknown = creating.filter(
    ({ resource: { type } }) => !onlyInState.test(type) && !type.startsWith("kubernetes:"),
  );
  if (unknown.length > 0) {
    throw joinFaults(
      `Stack ${opened.name}: a run was killed while it made these, and only their cloud can say whether they exist. ` +
        "Import what exists by its command, with its id; then forget the rest by " +
        `\`pulumi refresh --stack ${opened.name} --clear-pending-creates\``,
      unknown.map(({ resource }) => importCommand(resource, opened.name)),
    );
  }
  const existing = cluster === undefined ? [] : await existingOnes(creating, releases, cluster);
  const moved = movedReleases(deployment, releases);
  if (deployment.pending.length === 0 && moved.length === 0) {
    return;
  }
  const text = `${opened.name}: taking over what ${deployment.pending.length > 0 ? "a killed run" : "helm"} left`;
  await withStep(options.progress, text, () => refreshState(opened, deployment, existing, moved, signal));
}

/** Without its parent and its provider it would be another resource, and the next deployment would delete it. */
function importCommand({ type, urn, parent, provider = "", protect }: StateResource, stack: string): string {
  const options = [
    `--stack ${stack} --generate-code=false --protect=${protect === true}`,
    ...(parent === undefined || isRoot(parent) ? [] : [`--parent 'parent=${parent}'`]),
    ...(isDefault(provider) ? [] : [`--provider 'provider=${provider.replace(/::[^:]*$/, "")}'`]),
  ];
  return `${title(urn, type)}: \`pulumi import ${options.join(" ")} ${type} ${nameOf(urn)} ID\``;
}

function isRoot(urn: string): boolean {
  return urn.includes(`::${stackType}::`);
}

function isDefault(provider: string): boolean {
  return /::default(_[\d_]+)?::/.test(provider) || provider === "";
}

/** A release of the state or of a pending operation, with what Helm has of it. */
interface KnownRelease {
  namespace: string;
  name: string;
  /** The oldest first. */
  revisions: Revision[];
}

async function releasesOf({ resources, pending }: Deployment, cluster: Cluster): Promise<KnownRelease[]> {
  const found = new Map(
    [...resources, ...pending.map(({ resource }) => resource)]
      .flatMap((resource) => releaseOf(resource) ?? [])
      .map((release) => [`${release.namespace}/${release.name}`, release] as const),
  );
  return Promise.all(
    [...found.values()].map(async ({ namespace, name }) => ({
      namespace,
      name,
      revisions: await listRevisions(cluster, namespace, name),
    })),
  );
}

/** Helm itself refuses to touch a release that it was cut off in the middle of. */
function isBroken({ revisions }: KnownRelease): boolean {
  return revisionsInTheWay(revisions).length > 0;
}

/** The releases without the revisions that Helm was cut off in, which are taken away. */
async function repaired(
  releases: readonly KnownRelease[],
  cluster: Cluster,
  { progress }: Heal,
): Promise<KnownRelease[]> {
  const left: KnownRelease[] = [];
  for (const release of releases) {
    const { namespace, name, revisions } = release;
    const inTheWay = revisionsInTheWay(revisions);
    for (const revision of inTheWay) {
      await forgetRevision(cluster, namespace, name, revision);
      const what = `revision ${revision.revision} (${revision.status})`;
      progress.note(`${namespace}/${name}: Helm was cut off in ${what}, which is taken back`);
    }
    left.push({ ...release, revisions: revisions.filter((revision) => !inTheWay.includes(revision)) });
  }
  return left;
}

/** What Helm has of the release of a resource; undefined for a resource that is none. */
function revisionsOf(resource: StateResource, releases: readonly KnownRelease[]): Revision[] | undefined {
  const release = releaseOf(resource);
  return releases.find(({ namespace, name }) => namespace === release?.namespace && name === release.name)
    ?.revisions;
}

/** A refresh of nothing but the stack itself. */
function rootOf({ resources }: Deployment): string[] {
  return targetsOf(resources.filter(({ type }) => type === stackType).map(({ urn }) => urn));
}

/** What was being made and is there, as the state is to have it. */
async function existingOnes(
  creating: readonly PendingOperation[],
  releases: readonly KnownRelease[],
  cluster: Cluster,
): Promise<StateResource[]> {
  const paths = new ResourcePaths(cluster);
  const found = await Promise.all(
    creating.map(async ({ resource }): Promise<StateResource[]> => {
      const { inputs = {} } = resource;
      const release = releaseOf(resource);
      if (release !== undefined) {
        const isThere = revisionsOf(resource, releases)?.at(-1)?.status === "deployed";
        const id = `${release.namespace}/${release.name}`;
        return isThere ? [{ ...resource, id, outputs: releaseOutputs(inputs) }] : [];
      }
      const { apiVersion, kind, metadata } = inputs as {
        apiVersion?: string;
        kind?: string;
        metadata?: { name?: string; namespace?: string };
      };
      if (apiVersion === undefined || kind === undefined || typeof metadata?.name !== "string") {
        return [];
      }
      const { name, namespace } = metadata;
      const path = await paths.object({
        apiVersion,
        kind,
        name,
        namespace,
      });
      const live = path === undefined ? undefined : await cluster.get<ManagedObject>(path);
      const id = namespace === undefined ? name : `${namespace}/${name}`;
      return live === undefined ? [] : [{ ...resource, id, outputs: { ...inputs, ...managerOf(live) } }];
    }),
  );
  return found.flat();
}

/** The provider reads a release with what it was made of, which it keeps with it as one secret. */
function releaseOutputs(inputs: Record<string, unknown>): Record<string, unknown> {
  return { ...inputs, __inputs: { [signatureKey]: secretSignature, plaintext: JSON.stringify(inputs) } };
}

interface ManagedObject {
  metadata: { managedFields?: { manager?: string; operation?: string }[] };
}

/** The provider applies under a name that it makes up for each object, and keeps with it. */
function managerOf({ metadata: { managedFields = [] } }: ManagedObject): { __fieldManager?: string } {
  const { manager } =
    managedFields.find(
      ({ manager = "", operation }) => operation === "Apply" && manager.startsWith("pulumi-kubernetes"),
    ) ?? {};
  return manager === undefined ? {} : { __fieldManager: manager };
}

/** Releases whose latest revision is another than the state's: somebody used helm. */
function movedReleases({ resources }: Deployment, releases: readonly KnownRelease[]): string[] {
  return resources
    .filter((resource) => {
      const { revision } = (resource.outputs?.status ?? {}) as { revision?: number };
      const revisions = revisionsOf(resource, releases);
      return revisions !== undefined && revisions.at(-1)?.revision !== revision;
    })
    .map(({ urn }) => urn);
}

/**
 * The engine reads the moved releases anew, after a killed run everything. What was being made and exists is put into the
 * state before, the rest of it is forgotten: of `pulumi refresh --import-pending-creates` the engine makes nothing but that
 * it forgets them all (seen with 3.248).
 */
async function refreshState(
  opened: OpenedStack,
  { pending }: Deployment,
  existing: readonly StateResource[],
  moved: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  if (pending.length === 0) {
    await refresh(opened, targetsOf(moved), signal);
    return;
  }
  if (pending.some(({ type }) => type === "creating")) {
    await endPending(opened, existing);
  }
  await refresh(opened, [], signal);
}

function targetsOf(urns: readonly string[]): string[] {
  return urns.map((urn) => `--target=${urn}`);
}

async function refresh(
  { cli, name, folder, environment }: OpenedStack,
  what: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const args = ["refresh", "--yes", "--skip-preview", "--stack", name, ...what];
  await cli.run(args, folder, { ...environment }, undefined, undefined, signal).catch((error: unknown) => {
    throw explain(error, name);
  });
}
