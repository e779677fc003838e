import { describeTransitions } from "./support/cloudTransitions.js";

const kubernetes = { version: "1.35", apiAccess: ["203.0.113.0/24"] };

describeTransitions("aws", { zones: 2, kubernetes }, [
  {
    title: "gets a zone more: its groups of nodes are made anew, and nothing else",
    part: { zones: 3 },
    replaced: ["openedx-prod-general", "openedx-prod-system"],
  },
  {
    title: "grows from small to medium",
    part: { preset: "medium" },
    replaced: ["openedx-prod-general"],
  },
  {
    title: "grows from medium to large, with the next version of Kubernetes",
    part: { preset: "large", kubernetes: { ...kubernetes, version: "1.36" } },
    replaced: ["openedx-prod-general", "openedx-prod-system"],
  },
  {
    title: "changes its machines, the new ones before the old ones go, and its image without a replacement",
    part: { nodes: { general: { machineType: "m7i.4xlarge" } }, nodeRelease: "1.36.2-20260801" },
    replaced: ["openedx-prod-general"],
  },
  {
    title: "refuses other addresses, and nothing is touched",
    part: { network: { cidr: "10.9.0.0/16" } },
    replaced: [],
    refused: /unable to replace resource .*Vpc::openedx-prod"\s+as it is currently marked for protection/,
  },
]);
