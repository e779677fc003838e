import type * as pulumi from "@pulumi/pulumi";
import type { Cloud, HelmValues, Scheduling } from "../cloud/types.js";
import { spreadOver, type TopologySpread } from "../kubernetes/conventions.js";

/** Where the services' pods and volumes go. */
export interface Placement {
  scheduling: Scheduling;
  /** Class of the volumes. Default: the cluster's. */
  storageClass?: pulumi.Input<string>;
}

export function placementOf({
  scheduling,
  storageClasses,
}: Pick<Cloud, "scheduling" | "storageClasses">): Placement {
  return {
    scheduling: scheduling?.stateful ?? { nodeSelector: {}, tolerations: [] },
    ...(storageClasses.readWriteOnce !== undefined && { storageClass: storageClasses.readWriteOnce }),
  };
}

/**
 * Prefers another zone for each pod of a release. Only prefers: a volume binds a pod to its zone, and a server that waits
 * for a lost zone is of no use.
 */
export function zoneSpread(labels: Record<string, string>): TopologySpread[] {
  return spreadOver(labels, ["topology.kubernetes.io/zone"]);
}

/** A claim for a volume, as the operators' charts take it. */
export function volumeClaim(storage: string, { storageClass }: Placement): HelmValues {
  return {
    ...(storageClass !== undefined && { storageClassName: storageClass }),
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage } },
  };
}
