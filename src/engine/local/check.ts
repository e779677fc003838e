import pLimit from "p-limit";
import type { KubernetesObject } from "../../kubernetes/objects.js";
import { UserError } from "../../workspace/errors.js";
import type { Planned } from "./firstPass.js";
import type { Owners } from "./owners.js";
import { describeRef, refKey } from "./resourcePaths.js";
import { deployedObjects } from "./revisions.js";
import type { HelmSite, Sites } from "./sites.js";
import { Judge, type Surroundings, type Verdict } from "./validate.js";

/** What was found out about a plan before anything is changed. */
export interface CheckResult {
  /** One line each; the run must not go on with any. */
  faults: string[];
  /** What could not be judged, one line each. */
  notes: string[];
}

/** Calls at once to the API server. */
const parallel = 24;

/** Has the API server judge every object that would be changed, those that releases hold among them. */
export async function checkPlan(
  planned: readonly Planned[],
  owners: Owners,
  sites: Sites,
): Promise<CheckResult> {
  const changing = planned.filter(({ isSame }) => !isSame);
  const rendered = new Map<Planned, KubernetesObject[] | UserError>();
  await Promise.all(
    changing.map(async (one) => {
      if (one.rendered !== undefined) {
        rendered.set(one, await one.rendered);
      }
    }),
  );
  const surroundings = surroundingsOf(planned, rendered);
  const judges = new Map<HelmSite, Judge>();
  const judgeOf = (site: HelmSite): Judge => {
    const judge = judges.get(site) ?? new Judge(site, surroundings);
    judges.set(site, judge);
    return judge;
  };
  const result: CheckResult = { faults: [], notes: [] };
  const limit = pLimit(parallel);
  const note = (where: string, verdict: Verdict): void => {
    if (verdict.kind === "fault") {
      result.faults.push(`${where}: ${verdict.message}`);
    } else if (verdict.kind === "unjudged") {
      result.notes.push(`${where} could not be checked beforehand: ${verdict.message}`);
    }
  };
  await Promise.all(
    changing.map(async (one) => {
      const { registration, meaning } = one;
      const owner = owners.of(registration.urn);
      const site = sites.of(registration);
      if (meaning.kind === "object") {
        const mayReplace = registration.deleteBeforeReplace || registration.replaceOnChanges.length > 0;
        const verdict = await limit(() => judgeOf(site).plainObject(meaning.object, mayReplace));
        const where = describeRef(await site.paths.ref(meaning.object));
        note(`${owner}: ${where}`, verdict);
      } else if (meaning.kind === "release") {
        const { name } = meaning.release;
        const namespace = meaning.release.namespace ?? site.cluster.access.namespace;
        const where = `${owner}: release ${namespace}/${name}`;
        const objects = rendered.get(one);
        if (objects === undefined || objects instanceof UserError) {
          note(where, { kind: "fault", message: objects?.message ?? "it was not rendered" });
          return;
        }
        const before = await deployedByKey(site, namespace, name);
        await Promise.all(
          objects.map(async (object) => {
            const earlier = before.get(keyOf(object, namespace));
            if (earlier !== undefined && JSON.stringify(earlier) === JSON.stringify(object)) {
              return;
            }
            const verdict = await limit(() => judgeOf(site).releaseObject(object, earlier, namespace));
            note(`${where}: ${object.kind} ${object.metadata?.name}`, verdict);
          }),
        );
      }
    }),
  );
  result.faults.sort();
  result.notes.sort();
  return result;
}

async function deployedByKey(
  site: HelmSite,
  namespace: string,
  name: string,
): Promise<Map<string, KubernetesObject>> {
  const objects = await deployedObjects(site.cluster, namespace, name);
  return new Map(objects.map((object) => [keyOf(object, namespace), object]));
}

function keyOf({ apiVersion, kind, metadata }: KubernetesObject, namespace: string): string {
  return refKey({ apiVersion, kind, name: metadata?.name, namespace: metadata?.namespace ?? namespace });
}

interface DefinitionSpec {
  group?: string;
  names?: { kind?: string };
  versions?: { name?: string }[];
}

function surroundingsOf(
  planned: readonly Planned[],
  rendered: ReadonlyMap<Planned, KubernetesObject[] | UserError>,
): Surroundings {
  const kinds = new Set<string>();
  const namespaces = new Set<string>();
  let isPartlyUnseen = false;
  const see = (object: KubernetesObject): void => {
    if (object.kind === "Namespace") {
      namespaces.add(object.metadata.name);
    }
    if (object.kind === "CustomResourceDefinition") {
      const { group, names, versions } = object.spec as DefinitionSpec;
      for (const { name } of versions ?? []) {
        kinds.add(`${group}/${name} ${names?.kind}`);
      }
    }
  };
  for (const one of planned) {
    const { meaning } = one;
    if (meaning.kind === "object") {
      see(meaning.object);
    } else if (meaning.kind === "release") {
      if (meaning.release.createNamespace && meaning.release.namespace !== undefined) {
        namespaces.add(meaning.release.namespace);
      }
      const objects = rendered.get(one);
      if (objects instanceof UserError) {
        isPartlyUnseen = true;
      } else {
        objects?.forEach(see);
      }
    } else if (meaning.kind === "unknown") {
      isPartlyUnseen = true;
    }
  }
  return {
    definesKind: (apiVersion, kind) => isPartlyUnseen || kinds.has(`${apiVersion} ${kind}`),
    makesNamespace: (name) => namespaces.has(name),
  };
}
