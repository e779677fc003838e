// What clouds tell of a resource beside its inputs, in the shape that the program reads, and what they answer to questions.
import { asSecret } from "./values.mjs";

const account = "123456789012";

/** Names in the path of a resource of Azure, the outermost first. */
const azurePath = [
  ...["resourceGroupName", "virtualNetworkName", "accountName", "serverName", "vaultName", "privateZoneName"],
  ...["clusterName", "privateEndpointName", "resourceName"],
];

/** The id of something new. `suffix` makes it another one than what had its name before. */
export function nameOf({ type, name, inputs, suffix, facts }) {
  if (!type.startsWith("azure-native:")) {
    return `${name}-${suffix}`;
  }
  const kind = type.split(":").slice(1).join("/");
  const under =
    inputs.scope ?? inputs.resourceUri ?? azureParent(inputs, facts.subscription ?? "subscription");
  return `${under}/providers/${kind}/${name}-${suffix}`;
}

function azureParent(inputs, subscription) {
  const parts = azurePath.filter((key) => inputs[key] !== undefined).map((key) => inputs[key]);
  return [`/subscriptions/${subscription}`, ...parts].join("/");
}

const aws = {
  role: ({ inputs }) => ({ arn: `arn:aws:iam::${account}:role/${inputs.name}` }),
  key: ({ id }) => ({ keyId: `key-${id}` }),
  eip: ({ id }) => ({ publicIp: "198.51.100.1", allocationId: `eipalloc-${id}` }),
  zone: ({ id }) => ({ zoneId: `Z-${id}`, nameServers: ["ns1.example", "ns2.example"] }),
  launchTemplate: () => ({ latestVersion: 1 }),
  queue: ({ id }) => ({ url: `https://queues.example/${id}` }),
  replicationGroup: ({ name }) => ({ primaryEndpointAddress: `${name}.cache.example` }),
  instance: ({ name }) => ({ address: `${name}.rds.example`, endpoint: `${name}.rds.example:3306` }),
  emailIdentity: () => ({ dkimSigningAttributes: { tokens: ["one", "two", "three"] } }),
  accessKey: ({ name }) => ({ sesSmtpPasswordV4: asSecret(`smtp-${name}`) }),
  domain: ({ name }) => ({ endpoint: `${name}.search.example` }),
  cluster: ({ id, facts }) => ({
    endpoint: facts.server,
    certificateAuthority: { data: facts.ca },
    vpcConfig: { clusterSecurityGroupId: `sg-${id}` },
  }),
};

const azure = {
  UserAssignedIdentity: ({ id }) => ({ principalId: `principal-${id}`, clientId: `client-${id}` }),
  PublicIPAddress: () => ({ ipAddress: "198.51.100.7" }),
  ManagedCluster: () => ({ oidcIssuerProfile: { issuerURL: "https://issuer.example/" } }),
  Server: ({ name }) => ({ fullyQualifiedDomainName: `${name}.mysql.example` }),
  RedisEnterprise: ({ name }) => ({ hostName: `${name}.redis.example` }),
  Registry: () => ({ loginServer: "registry.example" }),
  Key: ({ name }) => ({ keyUriWithVersion: `https://vault.example/${name}/1` }),
  Zone: () => ({ nameServers: ["ns1.example."] }),
};

/** The input that is a resource's name in Azure: the innermost of its path. */
const azureNames = [
  ...[
    "agentPoolName",
    "containerName",
    "keyName",
    "databaseName",
    "privateDnsZoneGroupName",
    "configurationName",
  ],
  ...[
    "subnetName",
    "virtualNetworkLinkName",
    "federatedIdentityCredentialResourceName",
    "privateEndpointName",
  ],
  ...[
    "registryName",
    "accountName",
    "serverName",
    "vaultName",
    "clusterName",
    "virtualNetworkName",
    "zoneName",
  ],
  ...[
    "privateZoneName",
    "publicIpAddressName",
    "natGatewayName",
    "networkSecurityGroupName",
    "workspaceName",
  ],
  ...[
    "diskEncryptionSetName",
    "dataCollectionRuleName",
    "roleAssignmentName",
    "resourceName",
    "resourceGroupName",
  ],
];

const gcp = {
  account: ({ inputs }) => {
    const email = `${inputs.accountId}@${inputs.project}.iam.gserviceaccount.com`;
    return {
      name: `projects/${inputs.project}/serviceAccounts/${email}`,
      email,
      member: `serviceAccount:${email}`,
    };
  },
  iAMCustomRole: ({ inputs }) => ({ name: `projects/${inputs.project}/roles/${inputs.roleId}` }),
  address: () => ({ address: "198.51.100.7" }),
  cluster: ({ facts }) => ({
    endpoint: new URL(facts.server).host,
    controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: new URL(facts.server).host } },
    masterAuth: { clusterCaCertificate: facts.ca },
  }),
  databaseInstance: ({ name }) => ({
    dnsName: `${name}.sql.goog.`,
    pscServiceAttachmentLink: `https://attachments.example/${name}`,
    serverCaCerts: [{ cert: "CA 1" }, { cert: "CA 2" }],
  }),
  managedZone: () => ({ nameServers: ["ns1.example."] }),
  instance: ({ name }) => ({
    host: `${name}.redis.example`,
    authString: asSecret("redis-password"),
    serverCaCerts: [{ cert: "CA 1" }],
  }),
};

/** What comes to light when a resource is there. */
export function told(about) {
  const { type, id, inputs } = about;
  const [cloud, path = "", kind = ""] = type.split(":");
  if (cloud === "azure-native") {
    const named = azureNames.find((key) => inputs[key] !== undefined);
    return { ...(named && { name: inputs[named] }), ...azure[kind]?.(about) };
  }
  const short = path.split("/").at(-1);
  return cloud === "gcp"
    ? { selfLink: `https://compute.example/${id}`, ...gcp[short]?.(about) }
    : { arn: `arn:aws:${short}:::${id}`, ...aws[short]?.(about) };
}

const delivered = ({ server, ca }) =>
  JSON.stringify({ clusters: [{ cluster: { server, "certificate-authority-data": ca } }] });

/** By token. */
export const answers = {
  "azure-native:authorization:getClientConfig": () => ({ objectId: "00000000-0000-0000-0000-000000000000" }),
  "azure-native:containerservice:listManagedClusterUserCredentials": (_, facts) => ({
    kubeconfigs: [{ name: "user", value: Buffer.from(delivered(facts)).toString("base64") }],
  }),
  "azure-native:redisenterprise:listDatabaseKeys": () => ({
    primaryKey: "redis+key/1=",
    secondaryKey: "redis+key/2=",
  }),
  "gcp:organizations/getProject:getProject": () => ({ number: account }),
  "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": () => ({
    emailAddress: `service-${account}@gs-project-accounts.iam.gserviceaccount.com`,
  }),
};
