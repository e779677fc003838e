import type { KubernetesObject } from "../kubernetes/objects.js";
import type { Cluster } from "./cluster.js";

/** Which object: all that is needed to find it again. */
export interface ObjectRef {
  apiVersion: string;
  kind: string;
  name: string;
  /** Absent for objects of the whole cluster. */
  namespace?: string;
}

interface Kind {
  plural: string;
  namespaced: boolean;
}

/** Where objects live on the API server; asked once for each group and version of a run. */
export class ResourcePaths {
  readonly #cluster: Cluster;
  readonly #groups = new Map<string, Promise<Map<string, Kind>>>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Undefined when the cluster does not know the kind. */
  async kind(apiVersion: string, kind: string): Promise<Kind | undefined> {
    const known = (await this.#group(apiVersion)).get(kind);
    if (known !== undefined) {
      return known;
    }
    this.#groups.delete(apiVersion); // its definition may be made later in this very run
    return (await this.#group(apiVersion)).get(kind);
  }

  /** The path of the collection that `ref` is in. */
  async collection(ref: Omit<ObjectRef, "name">): Promise<string | undefined> {
    const kind = await this.kind(ref.apiVersion, ref.kind);
    if (kind === undefined) {
      return undefined;
    }
    return kind.namespaced
      ? `${groupPath(ref.apiVersion)}/namespaces/${ref.namespace ?? this.#cluster.access.namespace}/${kind.plural}`
      : `${groupPath(ref.apiVersion)}/${kind.plural}`;
  }

  async object(ref: ObjectRef): Promise<string | undefined> {
    const collection = await this.collection(ref);
    return collection === undefined ? undefined : `${collection}/${encodeURIComponent(ref.name)}`;
  }

  /** The ref of an object, with the namespace that it will be in. */
  async ref(object: KubernetesObject): Promise<ObjectRef> {
    const kind = await this.kind(object.apiVersion, object.kind);
    const { name, namespace } = object.metadata;
    const ref = { apiVersion: object.apiVersion, kind: object.kind, name };
    return kind !== undefined && !kind.namespaced
      ? ref
      : { ...ref, namespace: namespace ?? this.#cluster.access.namespace };
  }

  #group(apiVersion: string): Promise<Map<string, Kind>> {
    const asked = this.#groups.get(apiVersion) ?? this.#ask(apiVersion);
    this.#groups.set(apiVersion, asked);
    return asked;
  }

  async #ask(apiVersion: string): Promise<Map<string, Kind>> {
    const list = await this.#cluster.get<{
      resources: { name: string; kind: string; namespaced: boolean }[];
    }>(groupPath(apiVersion));
    return new Map(
      (list?.resources ?? [])
        .filter(({ name }) => !name.includes("/"))
        .map(({ name, kind, namespaced }) => [kind, { plural: name, namespaced }]),
    );
  }
}

/** `/api/v1` or `/apis/GROUP/VERSION`. */
export function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

/** Without the version, under which an object may be written in several ways. */
export function refKey(ref: ObjectRef): string {
  const group = ref.apiVersion.includes("/") ? ref.apiVersion.slice(0, ref.apiVersion.indexOf("/")) : "";
  return [group, ref.kind, ref.namespace ?? "", ref.name].join("|");
}
