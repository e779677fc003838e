import type { PropertyMap, Registration } from "../../src/engine/types.js";
import { type CloudCase, inputsOf, plain, type Plain, type TypeRules } from "./clouds.js";
import { gcpRights } from "./gcpRoles.js";

const project = "openedx-contract";
const projectNumber = "123456789012";

function found(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at as Record<string | number, unknown> | undefined)?.[key],
    value,
  );
}

/** What Google would tell of a resource. */
function gcpOutputs({ type, name, inputs }: Registration): PropertyMap {
  const email = `${String(plain(inputs.accountId))}@${project}.iam.gserviceaccount.com`;
  const isAccount = type.endsWith(":Account");
  return {
    ...inputs,
    ...(inputs.name === undefined && { name }),
    ...(isAccount && {
      name: `projects/${project}/serviceAccounts/${email}`,
      email,
      member: `serviceAccount:${email}`,
    }),
    ...(type.endsWith(":IAMCustomRole") && {
      name: `projects/${project}/roles/${String(plain(inputs.roleId))}`,
    }),
    ...(type.endsWith(":Address") && { address: "198.51.100.7" }),
    ...(type.endsWith(":Cluster") && { endpoint: "203.0.113.9" }),
    selfLink: `https://compute.example/${name}`,
    controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: "gke-1.europe-west1.gke.goog" } },
    masterAuth: { clusterCaCertificate: "Q0E=" },
    nameServers: ["ns1.example"],
    pscServiceAttachmentLink: `https://attachments.example/${name}`,
    ...(type.endsWith(":DatabaseInstance") && { dnsName: `${name}.sql.goog.`, privateIpAddress: "10.9.8.7" }),
    serverCaCerts: [{ cert: "CA 1" }, { cert: "CA 2" }],
    host: `${name}.redis.example`,
    authString: "redis-password",
    connectionStrings: { standardSrv: "mongodb+srv://atlas.example" },
    hex: `hex${name.length}`,
  };
}

const nothing: TypeRules = {};
const stackKey = (key: unknown): boolean => /-key$/.test(String(key));

/** Nodes: disks under the stack's key, no public address, no old metadata. */
function safeNodes(nodeConfig: unknown): boolean {
  return (
    found(nodeConfig, "shieldedInstanceConfig", "enableSecureBoot") === true &&
    found(nodeConfig, "workloadMetadataConfig", "mode") === "GKE_METADATA" &&
    String(found(nodeConfig, "serviceAccount")).startsWith("openedx-nodes@")
  );
}

const types: Record<string, TypeRules> = {
  "artifactregistry/repository:Repository": {
    encrypted: ({ kmsKeyName }) => stackKey(kmsKeyName),
    data: true,
    disposable: ({ deletionPolicy }) => deletionPolicy === "DELETE",
  },
  "artifactregistry/repositoryIamMember:RepositoryIamMember": {
    private: ({ member }) => !String(member).startsWith("all"),
  },
  "compute/address:Address": nothing,
  "compute/firewall:Firewall": {
    private: ({ sourceRanges }) => !(sourceRanges as string[]).some((range) => range.endsWith("/0")),
  },
  "compute/forwardingRule:ForwardingRule": {
    private: ({ network, loadBalancingScheme }) => network !== undefined && loadBalancingScheme === "",
  },
  "compute/network:Network": {
    private: ({ autoCreateSubnetworks }) => autoCreateSubnetworks === false,
    data: true,
  },
  "compute/router:Router": nothing,
  "compute/routerNat:RouterNat": nothing,
  "compute/subnetwork:Subnetwork": { private: ({ privateIpGoogleAccess }) => privateIpGoogleAccess === true },
  "container/cluster:Cluster": {
    encrypted: ({ databaseEncryption, nodeConfig }) =>
      found(databaseEncryption, "state") === "ENCRYPTED" &&
      stackKey(found(databaseEncryption, "keyName")) &&
      stackKey(found(nodeConfig, "bootDiskKmsKey")),
    private: ({ privateClusterConfig, controlPlaneEndpointsConfig, nodeConfig }) =>
      found(privateClusterConfig, "enablePrivateNodes") === true &&
      // By name: Google asks each caller who they are, before the cluster hears of them.
      found(controlPlaneEndpointsConfig, "ipEndpointsConfig", "enabled") === false &&
      safeNodes(nodeConfig),
    data: true,
    disposable: ({ deletionProtection }) => deletionProtection === false,
  },
  "container/nodePool:NodePool": {
    encrypted: ({ nodeConfig }) => stackKey(found(nodeConfig, "bootDiskKmsKey")),
    private: ({ networkConfig, nodeConfig }) =>
      found(networkConfig, "enablePrivateNodes") === true && safeNodes(nodeConfig),
  },
  "dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember": nothing,
  "dns/managedZone:ManagedZone": {
    encrypted: ({ visibility, dnssecConfig }) =>
      visibility === "private" || found(dnssecConfig, "state") === "on",
    disposable: ({ visibility, deletionPolicy, forceDestroy }) =>
      visibility === "private" || (deletionPolicy === "DELETE" && forceDestroy === true),
  },
  "dns/recordSet:RecordSet": nothing,
  "kms/cryptoKey:CryptoKey": {
    outlives: (name) => name === "openedx-disks-key",
    encrypted: ({ rotationPeriod }) => /^\d+s$/.test(String(rotationPeriod)),
    data: true,
    disposable: ({ deletionPolicy }) => deletionPolicy === "DELETE",
  },
  "kms/cryptoKeyIAMMember:CryptoKeyIAMMember": {
    outlives: (name) => name === "openedx-disks-encrypter",
    private: ({ member }) => String(member).startsWith(`serviceAccount:service-${projectNumber}@`),
  },
  "kms/keyRing:KeyRing": { data: true },
  "logging/projectBucketConfig:ProjectBucketConfig": nothing,
  "logging/projectExclusion:ProjectExclusion": nothing,
  "logging/projectSink:ProjectSink": nothing,
  "projects/iAMCustomRole:IAMCustomRole": nothing,
  "projects/iAMMember:IAMMember": { private: ({ member }) => !String(member).startsWith("all") },
  "projects/service:Service": { disposable: ({ disableOnDestroy }) => disableOnDestroy === false },
  "projects/serviceIdentity:ServiceIdentity": nothing,
  "redis/instance:Instance": {
    encrypted: ({ transitEncryptionMode, authEnabled, customerManagedKey }) =>
      transitEncryptionMode === "SERVER_AUTHENTICATION" &&
      authEnabled === true &&
      stackKey(customerManagedKey),
    private: ({ authorizedNetwork }) => authorizedNetwork === "openedx-network",
    disposable: ({ deletionProtection }) => deletionProtection === false,
  },
  "serviceaccount/account:Account": nothing,
  "serviceaccount/iAMMember:IAMMember": { private: ({ member }) => !String(member).startsWith("all") },
  "sql/databaseInstance:DatabaseInstance": {
    encrypted: ({ encryptionKeyName, settings }) =>
      stackKey(encryptionKeyName) && found(settings, "ipConfiguration", "sslMode") === "ENCRYPTED_ONLY",
    private: ({ settings }) =>
      found(settings, "ipConfiguration", "ipv4Enabled") === false &&
      found(settings, "ipConfiguration", "authorizedNetworks") === undefined,
    data: true,
    disposable: ({ deletionProtection, settings }) =>
      deletionProtection === false &&
      found(settings, "deletionProtectionEnabled") === false &&
      found(settings, "retainBackupsOnDelete") === false &&
      found(settings, "finalBackupConfig", "enabled") === false,
  },
  "sql/user:User": nothing,
  "storage/bucket:Bucket": {
    encrypted: ({ encryption }) => stackKey(found(encryption, "defaultKmsKeyName")),
    private: ({ publicAccessPrevention, uniformBucketLevelAccess, versioning, cors }) =>
      publicAccessPrevention === "enforced" &&
      uniformBucketLevelAccess === true &&
      found(versioning, "enabled") === true &&
      (cors as Plain[]).every(({ origins }) => !(origins as string[]).includes("*")),
    data: true,
    disposable: ({ forceDestroy, deletionPolicy, softDeletePolicy }) =>
      forceDestroy === true &&
      deletionPolicy === "DELETE" &&
      found(softDeletePolicy, "retentionDurationSeconds") === 0,
  },
  "storage/bucketIAMMember:BucketIAMMember": {
    private: ({ member }) => !String(member).startsWith("all"),
  },
};

/** Where the types that take labels have them. */
function labelsOf(resource: Registration): Record<string, unknown> | undefined {
  const inputs = inputsOf(resource);
  const labelled: Record<string, unknown> = {
    "container/cluster": inputs.resourceLabels,
    "container/nodePool": found(inputs.nodeConfig, "resourceLabels"),
    "sql/databaseInstance": found(inputs.settings, "userLabels"),
    ...Object.fromEntries(
      ["artifactregistry/repository", "compute/address", "compute/forwardingRule", "dns/managedZone"]
        .concat("kms/cryptoKey", "redis/instance", "storage/bucket")
        .map((kind) => [kind, inputs.labels]),
    ),
  };
  const kind = resource.type.split(":")[1] ?? "";
  return kind in labelled ? ((labelled[kind] ?? {}) as Record<string, unknown>) : undefined;
}

/** Google Cloud with all of its managed services and shared storage. */
export const gcpCase: CloudCase = {
  cloud: "gcp",
  config: {
    gcp: {
      name: "openedx",
      project,
      projectNumber,
      region: "europe-west1",
      preset: "medium",
      dns: { zone: "example.com" },
      sharedStorage: true,
      nodes: { spot: true },
      grantSeconds: 0,
    },
    edge: { controller: "traefik" },
  },
  tokens: "gcp:",
  outputs: gcpOutputs,
  invoke: () => ({
    emailAddress: `service-${projectNumber}@gs-project-accounts.iam.gserviceaccount.com`,
    number: projectNumber,
  }),
  tagsOf: labelsOf,
  tagKeys: { stack: "openedx-stack", instance: "openedx-instance" },
  types: Object.fromEntries(Object.entries(types).map(([type, rules]) => [`gcp:${type}`, rules])),
  rights: gcpRights,
  unscoped: {},
  // A data service has no rules of its own: it has an address in the network, or in Google's that only this one reaches.
  openToAll: (all) =>
    all
      .filter(({ type }) => type.endsWith(":Firewall"))
      .filter((rule) => (inputsOf(rule).sourceRanges as string[]).some((range) => range.endsWith("/0")))
      .map(({ name }) => name),
};
