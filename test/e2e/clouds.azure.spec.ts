import { describeTransitions } from "./support/cloudTransitions.js";

const kubernetes = { version: "1.35", apiAccess: ["203.0.113.0/24"] };

describeTransitions("azure", { zones: 2, kubernetes, grantSeconds: 0 }, [
  {
    title: "gets a zone more: its pools of nodes are made anew, and nothing else",
    part: { zones: 3 },
    replaced: ["openedx-general", "openedx-stateful", "openedx-system"],
  },
  {
    title: "gets other machines for add-ons and larger disks for sites: those pools are made anew",
    part: { nodes: { system: { machineType: "Standard_D8s_v5" }, general: { diskGiB: 100 } } },
    replaced: ["openedx-general", "openedx-system"],
  },
  {
    title: "gets more nodes, tags and a larger quota in place",
    part: { nodes: { general: { diskGiB: 100, max: 9 } }, tags: { owner: "us" }, logs: { dailyQuotaGb: 9 } },
    replaced: ["openedx-system"],
  },
  {
    title: "refuses to make a server zone-redundant that was made without, and nothing is touched",
    part: { preset: "medium" },
    replaced: [],
    refused:
      /unable to replace resource .*:Server::openedx-mysql"\s+as it is currently marked for protection/,
  },
  {
    title: "grows from small to medium, without a standby of MySQL",
    part: { preset: "medium", mysql: { highAvailability: false } },
    replaced: ["openedx-general", "openedx-stateful"],
  },
  {
    title: "grows from medium to large, with the next version of Kubernetes",
    part: { preset: "large", kubernetes: { ...kubernetes, version: "1.36" } },
    replaced: ["openedx-general", "openedx-stateful"],
  },
]);
