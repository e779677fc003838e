import { describeTransitions } from "./support/cloudTransitions.js";

const kubernetes = { version: "1.35", apiAccess: ["203.0.113.0/24"] };

// By address: the sandbox's certificate is none that clients know, as Google's is for the name.
describeTransitions("gcp", { apiEndpoint: "ip", zones: 2, kubernetes }, [
  { title: "gets a zone more", part: { zones: 3 }, replaced: [] },
  {
    title: "refuses another kind of server for task queues, and nothing is touched",
    part: { preset: "medium" },
    replaced: [],
    refused:
      /unable to replace resource .*Instance::openedx-broker"\s+as it is currently marked for protection/,
  },
  {
    title: "grows from small to medium, without standbys of Redis",
    part: { preset: "medium", redis: { highAvailability: false } },
    replaced: [],
  },
  {
    title: "grows from medium to large, with the next version of Kubernetes",
    part: { preset: "large", kubernetes: { ...kubernetes, version: "1.36" } },
    replaced: [],
  },
]);
