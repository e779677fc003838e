import pLimit from "p-limit";
import type { Cluster } from "../../cluster/cluster.js";
import { Judge, type Surroundings, type Verdict } from "../../cluster/judge.js";
import { refKey, ResourcePaths } from "../../cluster/resourcePaths.js";
import { deployedObjects } from "../../cluster/revisions.js";
import { secretMask, unknownMask } from "../../engine/mask.js";
import type { Plan, PlannedResource } from "../../engine/plan.js";
import { releaseType } from "../../engine/releases.js";
import { type Json, type KubernetesObject, mapStrings } from "../../kubernetes/objects.js";
import { joinFaults } from "../../workspace/errors.js";
import type { Progress } from "../../workspace/progress.js";

export interface DryRun {
  cluster: Cluster;
  /** What the stack would be, with stand-ins for secrets: the engine's preview leaves out what it does not know. */
  plan: Plan;
  /** URNs of what the engine would change. */
  touched: ReadonlySet<string>;
  progress: Progress;
}

/** Calls at once to the API server. */
const parallel = 24;
/** Stands for what a plan does not tell: a text that is a name, a label and base64 as well. */
const placeholder = "unknown0";

/** An object to be judged, and whose it is. */
interface Candidate {
  where: string;
  object: KubernetesObject;
  /** The release's namespace and the object as its deployed revision has it; absent for an object by itself. */
  release?: { namespace: string; before?: KubernetesObject };
}

/**
 * Has the API server judge every object that a deployment would change, those inside of Helm releases among them, which
 * neither Pulumi's preview nor Helm does before it begins. Nothing is stored (dry run).
 * @throws UserError with all that it would refuse.
 */
export async function dryRun({ cluster, plan, touched, progress }: DryRun): Promise<void> {
  const changing = plan.resources.filter(({ urn }) => touched.has(urn));
  const plain = changing.flatMap((resource) => plainObject(resource) ?? []);
  const ofReleases = await Promise.all(
    changing
      .filter(({ type }) => type === releaseType)
      .map((release) => releaseObjects(release, plan.manifests[release.urn] ?? [], cluster)),
  );
  const candidates = [...plain, ...ofReleases.flat()];
  const all = plan.resources.flatMap((resource) => plainObject(resource)?.object ?? []);
  const surroundings = surroundingsOf(
    [...all, ...Object.values(plan.manifests).flat()],
    isPartlyUnseen(plan),
  );
  const judge = new Judge({ cluster, paths: new ResourcePaths(cluster) }, surroundings);
  const limit = pLimit(parallel);
  const verdicts = await Promise.all(
    candidates.map(({ object, release, where }) =>
      limit(async () => ({ where, verdict: await judged(judge, object, release) })),
    ),
  );
  const told = (kind: Verdict["kind"]): string[] =>
    verdicts
      .flatMap(({ where, verdict }) =>
        "message" in verdict && verdict.kind === kind ? [`${where}: ${verdict.message}`] : [],
      )
      .sort();
  told("unjudged").forEach((line) => progress.note(`not judged beforehand: ${line}`));
  const faults = told("fault");
  if (faults.length > 0) {
    throw joinFaults("Nothing was changed, since the cluster would not take what the program wants", faults);
  }
}

/** Whether the chart of a release could not be rendered here: what it defines is not known. */
function isPartlyUnseen({ resources, manifests }: Plan): boolean {
  return resources.some(({ type, urn }) => type === releaseType && manifests[urn] === undefined);
}

function judged(judge: Judge, object: KubernetesObject, release: Candidate["release"]): Promise<Verdict> {
  return release === undefined
    ? judge.plainObject(object)
    : judge.releaseObject(object, release.before, release.namespace);
}

/** The object of a resource that is one; its type token is `kubernetes:GROUP/VERSION:KIND`. */
function plainObject({ type, name, inputs }: PlannedResource): Candidate | undefined {
  const { apiVersion, kind } = inputs;
  if (!type.startsWith("kubernetes:") || typeof apiVersion !== "string" || typeof kind !== "string") {
    return undefined;
  }
  return { where: `${kind} ${name}`, object: filled(inputs as unknown as KubernetesObject) };
}

async function releaseObjects(
  { name, inputs }: PlannedResource,
  objects: readonly KubernetesObject[],
  cluster: Cluster,
): Promise<Candidate[]> {
  const namespace = typeof inputs.namespace === "string" ? inputs.namespace : "default";
  const release = typeof inputs.name === "string" ? inputs.name : name;
  const deployed = await deployedObjects(cluster, namespace, release);
  const before = new Map(deployed.map((object) => [keyOf(object, namespace), object]));
  return objects.map((object) => ({
    where: `release ${name}: ${object.kind} ${object.metadata.name}`,
    object: filled(object),
    release: { namespace, before: before.get(keyOf(object, namespace)) },
  }));
}

function keyOf({ apiVersion, kind, metadata }: KubernetesObject, namespace: string): string {
  return refKey({ apiVersion, kind, name: metadata.name, namespace: metadata.namespace ?? namespace });
}

/** The object with a text in each place that the plan hides. */
function filled(object: KubernetesObject): KubernetesObject {
  const whole = object as unknown as Record<string, Json>;
  const masked = (value: Json | undefined): boolean => value === secretMask || value === unknownMask;
  const maps = ["data", "stringData", "binaryData"].flatMap((field): [string, Json][] =>
    masked(whole[field]) ? [[field, { [placeholder]: placeholder }]] : [],
  );
  return mapStrings({ ...whole, ...Object.fromEntries(maps) }, (text) =>
    text.replaceAll(secretMask, placeholder).replaceAll(unknownMask, placeholder),
  ) as unknown as KubernetesObject;
}

interface DefinitionSpec {
  group?: string;
  names?: { kind?: string };
  versions?: { name?: string }[];
}

/** What the deployment itself will define and make. */
function surroundingsOf(objects: readonly KubernetesObject[], partlyUnseen: boolean): Surroundings {
  const kinds = new Set<string>();
  const namespaces = new Set<string>();
  for (const { kind, metadata, spec } of objects) {
    if (kind === "Namespace") {
      namespaces.add(metadata.name);
    }
    if (kind === "CustomResourceDefinition") {
      const { group, names, versions } = spec as DefinitionSpec;
      versions?.forEach(({ name }) => kinds.add(`${group}/${name} ${names?.kind}`));
    }
  }
  return {
    definesKind: (apiVersion, kind) => partlyUnseen || kinds.has(`${apiVersion} ${kind}`),
    makesNamespace: (name) => namespaces.has(name) || name.includes(placeholder),
  };
}
