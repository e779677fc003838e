import type { PlannedResource } from "../engine/plan.js";
import type { KubernetesObject } from "../kubernetes/objects.js";
import type { PlanFile } from "./types.js";

const instanceType = "openedx:instance:OpenEdxInstance";
const releaseType = "kubernetes:helm.sh/v3:Release";

const namedByContent = /^kubernetes:(core\/v1:(Secret|ConfigMap)|batch\/v1:Job)$/;

/** An instance's config objects and Jobs are another resource for each content: here they are one that changes. */
function withoutContentHash(resource: PlannedResource): PlannedResource {
  const { type, name, urn, parent } = resource;
  if (!namedByContent.test(type) || !parent.includes(`${instanceType}::`)) {
    return resource;
  }
  const bare = (text: string): string => text.replace(/-[0-9a-f]{10}$/, "");
  return { ...resource, name: bare(name), urn: bare(urn) };
}

/** Helm's name of a release is what people know it by. */
function underHelmName(resource: PlannedResource): PlannedResource {
  const { type, inputs } = resource;
  return type === releaseType && typeof inputs.name === "string"
    ? { ...resource, name: inputs.name }
    : resource;
}

/** One of the two plans, with what is looked up in it again and again. */
export class Side {
  readonly resources: ReadonlyMap<string, PlannedResource>;
  /** The components of instances, by instance. */
  readonly instances: ReadonlyMap<string, PlannedResource>;
  readonly #plan: PlanFile | undefined;
  readonly #owners = new Map<string, string | undefined>();
  readonly #stems: ReadonlyMap<string, string>;

  /** @param plan absent where the stack is not on this side. */
  constructor(plan: PlanFile | undefined) {
    this.#plan = plan;
    this.resources = new Map(
      plan?.resources
        .map((each) => underHelmName(withoutContentHash(each)))
        .map((resource) => [resource.urn, resource]),
    );
    const components = [...this.resources.values()].filter(({ type }) => type === instanceType);
    this.instances = new Map(components.map((component) => [component.name, component]));
    this.#stems = new Map(
      [...this.resources.values()].flatMap(({ inputs }) => {
        const name = (inputs.metadata as { name?: unknown } | undefined)?.name;
        const stem = typeof name === "string" ? /^(.+)-[0-9a-f]{10}$/.exec(name)?.[1] : undefined;
        return stem === undefined ? [] : [[name as string, stem] as const];
      }),
    );
  }

  /** The instance that a resource is part of. */
  instanceOf(urn: string): string | undefined {
    if (!this.#owners.has(urn)) {
      const resource = this.resources.get(urn);
      const parent = resource?.parent ?? "";
      const own = resource?.type === instanceType ? resource.name : undefined;
      this.#owners.set(urn, own ?? (parent === "" ? undefined : this.instanceOf(parent)));
    }
    return this.#owners.get(urn);
  }

  /** Helm releases, those of an instance or all. */
  releases(instance?: string): PlannedResource[] {
    return this.ofType(releaseType, instance);
  }

  ofType(type: string, instance?: string): PlannedResource[] {
    return [...this.resources.values()].filter(
      (resource) =>
        resource.type === type && (instance === undefined || this.instanceOf(resource.urn) === instance),
    );
  }

  /** What a release holds, by `Kind/name`; empty for one whose chart could not be rendered. */
  objectsOf(urn: string): ReadonlyMap<string, KubernetesObject> {
    const objects = this.#plan?.manifests[urn] ?? [];
    return new Map(
      objects.map((object) => [this.withoutHashes(`${object.kind}/${object.metadata.name}`), object]),
    );
  }

  /** All workloads of an instance, by `Kind/name`. */
  workloadsOf(instance: string): ReadonlyMap<string, KubernetesObject> {
    return new Map(
      this.releases(instance)
        .flatMap(({ urn }) => [...this.objectsOf(urn)])
        .filter(([, { kind }]) => ["Deployment", "StatefulSet", "DaemonSet", "CronJob"].includes(kind)),
    );
  }

  /** The text without the hashes in names of objects: they only say that some content is another, which shows there. */
  withoutHashes(text: string): string {
    if (this.#stems.size === 0) {
      return text;
    }
    // It begins where a word does, or a long word would be looked through from each of its letters.
    return text.replace(
      /(?<![a-z0-9.-])[a-z0-9][a-z0-9.-]{0,252}-[0-9a-f]{10}(?![0-9a-z])/g,
      (name) => this.#stems.get(name) ?? name,
    );
  }
}
