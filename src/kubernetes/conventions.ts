/** The label of all that this project makes: policies, routes and alerts find it by that. */
export const partOf = { "app.kubernetes.io/part-of": "openedx" };

/**
 * Annotations of pods that nobody may move to save a node: a migration that is broken off cannot be resumed, and a database
 * without a twin is away until it is back. Karpenter and the Cluster Autoscaler heed one each.
 */
export const undisturbed = {
  "karpenter.sh/do-not-disrupt": "true",
  "cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
};

/** Pod Security levels, from the strictest on. */
export const podSecurityLevels = ["restricted", "baseline", "privileged"] as const;
export type PodSecurityLevel = (typeof podSecurityLevels)[number];

/**
 * Labels of a namespace by which the API server refuses, and warns of, pods that ask for more than a level allows.
 * @param warn Default: as `enforce`.
 */
export function podSecurity(
  enforce: PodSecurityLevel,
  warn: PodSecurityLevel = enforce,
): Record<string, string> {
  return {
    "pod-security.kubernetes.io/enforce": enforce,
    "pod-security.kubernetes.io/warn": warn,
  };
}

export interface TopologySpread {
  maxSkew: number;
  topologyKey: string;
  whenUnsatisfiable: "ScheduleAnyway";
  labelSelector: { matchLabels: Record<string, string> };
}

/**
 * Pods with these labels in different zones where there are several, else on different nodes. A preference alone: a pod
 * that waits for a lost zone is of no use.
 * @param domains Default: zones and nodes.
 */
export function spreadOver(
  labels: Record<string, string>,
  domains: readonly string[] = ["topology.kubernetes.io/zone", "kubernetes.io/hostname"],
): TopologySpread[] {
  return domains.map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: labels },
  }));
}
