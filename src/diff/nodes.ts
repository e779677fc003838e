import type { Facts } from "../cloud/facts.js";
import type { ResourceChange } from "./types.js";

/** Groups of nodes that Karpenter makes. */
const karpenter =
  /^kubernetes:karpenter\.(sh|k8s\.aws|azure\.com)\/[^:]+:(NodePool|EC2NodeClass|AKSNodeClass)$/;

/** What a group's nodes are made from; a change of it makes other nodes, in the place of those that are there. */
const nodeShape =
  /(^|\.)(nodeConfig|launchTemplate|instanceTypes|vmSize|version|kubernetesVersion|orchestratorVersion)\b/;

/** Names of node pools whose nodes go, each with the pods that run on it. */
export function replacedNodes(resources: readonly ResourceChange[], facts: Pick<Facts, "of">): string[] {
  const names = resources
    .filter(({ kind, type, changes }) => {
      if (facts.of(type)?.nodes === true) {
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
