import { describeTransitions } from "./support/cloudTransitions.js";

const kubernetes = { version: "1.35", apiAccess: ["203.0.113.0/24"] };

// By address: the sandbox's certificate is none that clients know, as Google's is for the name.
describeTransitions("gcp", { apiEndpoint: "ip", zones: 2, kubernetes }, [
  { title: "gets a zone more", part: { zones: 3 }, replaced: [] },
  {
    title: "refuses another kind of server for task queues, and nothing is touched",
    part: { redis: { highAvailability: false } },
    replaced: [],
    refused:
      /unable to replace resource .*Instance::openedx-broker"\s+as it is currently marked for protection/,
  },
  {
    title: "grows from small to medium",
    part: { preset: "medium" },
    replaced: [],
  },
  {
    title: "grows from medium to large, with the next version of Kubernetes",
    part: { preset: "large", kubernetes: { ...kubernetes, version: "1.36" } },
    replaced: [],
  },
  {
    title: "gets other machines and disks, whose nodes Google renews in place",
    part: { nodes: { general: { machineType: "n2-highmem-8", diskGiB: 120 } } },
    replaced: [],
  },
  {
    title: "gets quiet periods, other times of maintenance, and a larger disk for MySQL",
    part: {
      maintenance: { timeZone: "Asia/Tokyo", quietPeriods: [{ from: "2027-01-18", to: "2027-01-29" }] },
      mysql: { diskGiB: 800 },
    },
    replaced: [],
  },
]);
