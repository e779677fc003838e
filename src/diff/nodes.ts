import type { ResourceChange } from "./types.js";

/** Groups of nodes that clouds make, and those that Karpenter does. */
const groups =
  /^aws:eks\/nodeGroup:|^azure-native:containerservice[^:]*:AgentPool$|^gcp:container\/nodePool:/;
const karpenter =
  /^kubernetes:karpenter\.(sh|k8s\.aws|azure\.com)\/[^:]+:(NodePool|EC2NodeClass|AKSNodeClass)$/;

/** What a group's nodes are made from; a change of it makes other nodes, in the place of those that are there. */
const nodeShape =
  /(^|\.)(nodeConfig|launchTemplate|instanceTypes|vmSize|version|kubernetesVersion|orchestratorVersion)\b/;

/** Names of node pools whose nodes go, each with the pods that run on it. */
export function replacedNodes(resources: readonly ResourceChange[]): string[] {
  const names = resources
    .filter(({ kind, type, changes }) => {
      if (groups.test(type)) {
        return kind === "replace" || kind === "delete" || changes.some(({ path }) => nodeShape.test(path));
      }
      return (
        karpenter.test(type) &&
        (kind === "replace" ||
          kind === "delete" ||
          changes.some(
            ({ path }) => /^spec\./.test(path) && !/^spec\.(disruption|limits|weight)\b/.test(path),
          ))
      );
    })
    .map(({ name }) => name);
  return [...new Set(names)].sort();
}
