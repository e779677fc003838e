import type { PropertyMap, Registration } from "../types.js";
import { readAccess, type ClusterAccess } from "./access.js";
import { Cluster } from "./cluster.js";
import { Helm } from "./helm.js";
import type { Site } from "./objects.js";
import { ResourcePaths } from "./resourcePaths.js";
import { hasUnknown, reveal } from "./values.js";

/** A cluster with the helm that works on it. */
export interface HelmSite extends Site {
  helm: Helm;
}

/** The clusters of a run: the given one, and those that provider resources name. */
export class Sites {
  readonly main: HelmSite;
  readonly #helm: () => Promise<string>;
  readonly #byAccess = new Map<string, HelmSite>();
  readonly #byProvider = new Map<string, HelmSite>();

  constructor(kubeconfig: string, helm: () => Promise<string>) {
    this.#helm = helm;
    this.main = this.#site(readAccess(kubeconfig));
  }

  /**
   * Takes note of a provider resource. Its kubeconfig counts if it is known and means another cluster than the given.
   * @returns that kubeconfig.
   */
  addProvider(urn: string, inputs: PropertyMap): string | undefined {
    const text = (key: string): string | undefined => {
      const value = inputs[key];
      if (value === undefined || hasUnknown(value)) {
        return undefined;
      }
      const revealed = reveal(value);
      return typeof revealed === "string" && revealed !== "" ? revealed : undefined;
    };
    const kubeconfig = text("kubeconfig");
    const own = kubeconfig === undefined ? this.main.cluster.access : readAccess(kubeconfig, text("context"));
    const { access } = this.main.cluster;
    const isMain = own.server === access.server;
    const namespace = text("namespace") ?? (isMain ? access.namespace : own.namespace);
    this.#byProvider.set(urn, this.#site({ ...(isMain ? access : own), namespace }));
    return isMain ? undefined : kubeconfig;
  }

  /** The cluster that a resource belongs to. */
  of({ provider }: Pick<Registration, "provider">): HelmSite {
    return this.#byProvider.get(provider) ?? this.main;
  }

  close(): void {
    for (const { cluster, helm } of this.#byAccess.values()) {
      cluster.close();
      helm.close();
    }
  }

  #site(access: ClusterAccess): HelmSite {
    const key = [access.server, access.context, access.namespace].join(" ");
    const known = this.#byAccess.get(key);
    if (known !== undefined) {
      return known;
    }
    const cluster = new Cluster(access);
    const site = { cluster, paths: new ResourcePaths(cluster), helm: new Helm(this.#helm, access) };
    this.#byAccess.set(key, site);
    return site;
  }
}
