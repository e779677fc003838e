import { awsCase } from "./aws.js";
import { azureCase } from "./azure.js";
import type { CloudCase } from "./clouds.js";
import { gcpCase } from "./gcp.js";

type Raw = Record<string, unknown>;

/** A stack's config: what it says of the cloud, and what else. */
export interface Variant {
  name: string;
  /** Over the case's own part; undefined takes a key out. */
  cloud?: Raw;
  /** Beside it. */
  stack?: Raw;
}

const managed = { mode: "managed" };
const services = { mysql: managed, redis: managed, objectStore: managed };
const email = "ops@example.com";
const edge = (controller: string, more: Raw = {}): Raw => ({ edge: { controller, tls: { email }, ...more } });

/** What each cloud must stand, whatever it is. */
const common: Variant[] = [
  ...["small", "medium", "large"].map((preset) => ({ name: preset, cloud: { preset } })),
  { name: "two zones", cloud: { zones: 2 } },
  { name: "disposable", stack: { disposable: true } },
  { name: "without spot", cloud: { nodes: {} } },
  { name: "without shared storage", cloud: { sharedStorage: false } },
  {
    name: "public media",
    stack: { services: { ...services, objectStore: { ...managed, publicMedia: true } } },
  },
  { name: "velero", stack: { platform: { addons: { velero: "on" } } } },
  {
    name: "Atlas",
    stack: {
      atlas: { organization: "0123456789abcdef01234567", region: "EU_WEST_1" },
      credentials: { atlas: { publicKey: "public", privateKey: "private" } },
      services: { ...services, mongodb: managed },
    },
  },
  { name: "traefik and Gateways", stack: edge("traefik", { mode: "gateway" }) },
  { name: "dns01", stack: edge("traefik", { tls: { email, issuer: "dns01" } }) },
  { name: "http01 without a zone", cloud: { dns: undefined }, stack: edge("traefik") },
  {
    name: "self-signed without a zone",
    cloud: { dns: undefined },
    stack: edge("traefik", { tls: { issuer: "self-signed" } }),
  },
  { name: "no controller", stack: edge("existing", { https: false }) },
];

const password = { credentials: { mysql: { adminPassword: "given" } } };
const awsNetwork = {
  id: "vpc-1",
  cidr: "10.7.0.0/16",
  nodeSubnets: ["subnet-1", "subnet-2", "subnet-3"],
  dataSubnets: ["subnet-4", "subnet-5"],
};
const group = "/subscriptions/10000000-0000-0000-0000-000000000000/resourceGroups/theirs/providers";
const subnets = `${group}/Microsoft.Network/virtualNetworks/theirs/subnets`;
const azureNetwork = {
  id: `${group}/Microsoft.Network/virtualNetworks/theirs`,
  cidr: "10.7.0.0/16",
  nodeSubnets: [`${subnets}/nodes`],
  dataSubnets: [`${subnets}/mysql`, `${subnets}/endpoints`],
  egressAddresses: ["203.0.113.9"],
};
const project = "projects/openedx-contract";
const gcpNetwork = {
  id: `${project}/global/networks/theirs`,
  cidr: "10.7.0.0/16",
  nodeSubnets: [`${project}/regions/europe-west1/subnetworks/nodes`],
  dataSubnets: [`${project}/regions/europe-west1/subnetworks/data`],
};

/** What is there already, in each cloud's words. */
function existing(network: Raw, cluster: string, dnsZone: string, database: string): Variant[] {
  return [
    { name: "an existing network", cloud: { existing: { network } } },
    { name: "an existing cluster", cloud: { existing: { network, cluster } } },
    { name: "an existing zone", cloud: { existing: { dnsZone } } },
    {
      name: "an existing database",
      cloud: { existing: { database: { id: database, adminUser: "root" } } },
      stack: password,
    },
  ];
}

/** Every config that the contract holds for, by cloud. */
export const variants: { each: CloudCase; variants: Variant[] }[] = [
  {
    each: awsCase,
    variants: [
      ...common,
      ...existing(awsNetwork, "theirs", "Z0123456789ABCDEFGHIJ", "theirs"),
      { name: "alb", stack: edge("alb") },
    ],
  },
  {
    each: azureCase,
    variants: [
      ...common,
      ...existing(
        azureNetwork,
        `${group}/Microsoft.ContainerService/managedClusters/theirs`,
        `${group}/Microsoft.Network/dnsZones/example.com`,
        `${group}/Microsoft.DBforMySQL/flexibleServers/theirs`,
      ),
      { name: "appgw", stack: edge("appgw") },
      { name: "appgw and Gateways", stack: edge("appgw", { mode: "gateway" }) },
    ],
  },
  {
    each: gcpCase,
    variants: [
      ...common,
      ...existing(
        gcpNetwork,
        `${project}/locations/europe-west1/clusters/theirs`,
        `${project}/managedZones/example`,
        `${project}/instances/theirs`,
      ),
      { name: "gke", stack: edge("gke") },
      {
        name: "gke and Gateways",
        stack: edge("gke", { mode: "gateway", tls: { email, issuer: "dns01" } }),
      },
    ],
  },
];

/** What stands under `openedx:` in a variant's stack file, beside what the case says. */
export function rawOf({ cloud, config }: CloudCase, variant: Variant): Raw {
  const own = { ...(config[cloud] as Raw), ...variant.cloud };
  return { services, ...edge("traefik"), ...variant.stack, [cloud]: own };
}
