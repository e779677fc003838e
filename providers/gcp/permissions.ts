/*
 * What whoever deploys must be allowed to do, by type: to make it, read it, change it and delete it, and to use what it is
 * put into. From the methods' pages in Google's API references and the provider's requests.
 */

const all = (service: string, ...verbs: string[]): string[] => verbs.map((verb) => `${service}.${verb}`);

/** By type, without the package. */
export const deployerPermissions: Readonly<Record<string, readonly string[]>> = {
  "artifactregistry/repository:Repository": all(
    "artifactregistry.repositories",
    "create",
    "delete",
    "get",
    "update",
  ),
  "artifactregistry/repositoryIamMember:RepositoryIamMember": all(
    "artifactregistry.repositories",
    "getIamPolicy",
    "setIamPolicy",
  ),
  "compute/address:Address": [
    ...all(
      "compute.addresses",
      "create",
      "createInternal",
      "delete",
      "deleteInternal",
      "get",
      "setLabels",
      "use",
      "useInternal",
    ),
    ...all("compute.subnetworks", "use"),
  ],
  "compute/firewall:Firewall": [
    ...all("compute.firewalls", "create", "delete", "get", "update"),
    ...all("compute.networks", "updatePolicy"),
  ],
  // The endpoint of Private Service Connect is listed in Service Directory.
  "compute/forwardingRule:ForwardingRule": [
    ...all("compute.forwardingRules", "create", "delete", "get", "pscCreate", "pscDelete", "setLabels"),
    ...all("compute.networks", "use"),
    ...all("compute.subnetworks", "use"),
    ...all("servicedirectory.namespaces", "create"),
    ...all("servicedirectory.services", "create", "delete"),
  ],
  "compute/globalAddress:GlobalAddress": all(
    "compute.globalAddresses",
    "create",
    "delete",
    "get",
    "setLabels",
    "use",
  ),
  "compute/network:Network": all("compute.networks", "create", "delete", "get", "update", "use"),
  "compute/router:Router": all("compute.routers", "create", "delete", "get", "update", "use"),
  "compute/routerNat:RouterNat": [
    ...all("compute.routers", "get", "update"),
    ...all("compute.addresses", "use"),
    ...all("compute.subnetworks", "use"),
  ],
  "compute/subnetwork:Subnetwork": all(
    "compute.subnetworks",
    "create",
    "delete",
    "expandIpCidrRange",
    "get",
    "update",
    "use",
  ),
  "container/cluster:Cluster": [
    ...all("container.clusters", "connect", "create", "delete", "get", "getCredentials", "update"),
    ...all("container.operations", "get"),
    ...all("iam.serviceAccounts", "actAs"),
  ],
  "container/nodePool:NodePool": [
    ...all("container.clusters", "get", "update"),
    ...all("container.operations", "get"),
    ...all("iam.serviceAccounts", "actAs"),
  ],
  "dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember": all(
    "dns.managedZones",
    "getIamPolicy",
    "setIamPolicy",
  ),
  "dns/managedZone:ManagedZone": [
    ...all("dns.managedZones", "create", "delete", "get", "update"),
    ...all("dns.networks", "bindPrivateDNSZone"),
  ],
  "dns/recordSet:RecordSet": [
    ...all("dns.changes", "create", "get"),
    ...all("dns.resourceRecordSets", "create", "delete", "get", "list", "update"),
  ],
  "kms/cryptoKey:CryptoKey": [
    ...all("cloudkms.cryptoKeys", "create", "get", "update"),
    ...all("cloudkms.cryptoKeyVersions", "destroy", "list"),
  ],
  "kms/cryptoKeyIAMMember:CryptoKeyIAMMember": all("cloudkms.cryptoKeys", "getIamPolicy", "setIamPolicy"),
  "kms/keyRing:KeyRing": all("cloudkms.keyRings", "create", "get"),
  "logging/projectBucketConfig:ProjectBucketConfig": all(
    "logging.buckets",
    "create",
    "delete",
    "get",
    "update",
  ),
  "logging/projectExclusion:ProjectExclusion": all("logging.exclusions", "create", "delete", "get", "update"),
  "logging/projectSink:ProjectSink": all("logging.sinks", "create", "delete", "get", "update"),
  "projects/iAMCustomRole:IAMCustomRole": all("iam.roles", "create", "delete", "get", "undelete", "update"),
  "projects/iAMMember:IAMMember": all("resourcemanager.projects", "getIamPolicy", "setIamPolicy"),
  "projects/service:Service": all("serviceusage.services", "enable", "get", "list", "use"),
  // Google says no permission of its own for it.
  "projects/serviceIdentity:ServiceIdentity": all("serviceusage.services", "enable"),
  "redis/instance:Instance": [
    ...all("redis.instances", "create", "delete", "get", "getAuthString", "update"),
    ...all("redis.operations", "get"),
    ...all("compute.networks", "use"),
  ],
  "serviceaccount/account:Account": all("iam.serviceAccounts", "create", "delete", "get", "update"),
  "serviceaccount/iAMMember:IAMMember": all("iam.serviceAccounts", "getIamPolicy", "setIamPolicy"),
  "sql/databaseInstance:DatabaseInstance": all(
    "cloudsql.instances",
    "create",
    "delete",
    "get",
    "listServerCas",
    "update",
  ),
  "sql/user:User": all("cloudsql.users", "create", "delete", "get", "list", "update"),
  "storage/bucket:Bucket": [
    ...all("storage.buckets", "create", "delete", "get", "update"),
    ...all("storage.objects", "delete", "list"),
  ],
  "storage/bucketIAMMember:BucketIAMMember": all("storage.buckets", "getIamPolicy", "setIamPolicy"),
  "storage/managedFolder:ManagedFolder": all("storage.managedFolders", "create", "delete", "get"),
  "storage/managedFolderIamMember:ManagedFolderIamMember": all(
    "storage.managedFolders",
    "getIamPolicy",
    "setIamPolicy",
  ),
};
