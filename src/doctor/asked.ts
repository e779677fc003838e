import { NotAllowed } from "../cloud/check.js";
import { ApiError, type Cluster } from "../cluster/cluster.js";

/** Reads from an API server; a refusal is a permission that lacks. */
export class Asked {
  readonly cluster: Cluster;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /**
   * @param permission what it takes, as kubectl says it: `list storageclasses`.
   * @throws NotAllowed
   */
  async demand<T>(path: string, permission: string): Promise<T> {
    try {
      return await this.cluster.demand<T>("GET", path);
    } catch (error) {
      throw error instanceof ApiError && error.status === 403 ? new NotAllowed(permission) : error;
    }
  }
}
