// Terraform's provider decides (`ForceNew`, `immutable` in its definitions): each row is from the file below
// https://github.com/GoogleCloudPlatform/magic-modules/tree/main/mmv1 that its key names. Pulumi makes up `name`:
// https://github.com/pulumi/pulumi-gcp/blob/master/provider/resources.go (`SetAutonaming`).

const named = "name";
const grant = { replace: ["role", "member", "project", "location", "repository", "managedZone", "bucket"] };

export const gcpRules = {
  "gcp:artifactregistry/repository:Repository": {
    replace: ["repositoryId", "location", "project", "format", "kmsKeyName"],
  }, // products/artifactregistry/Repository.yaml
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": grant,
  "gcp:compute/address:Address": {
    named,
    replace: ["name", "region", "addressType", "networkTier", "subnetwork"],
  }, // products/compute/Address.yaml; labels change in place
  "gcp:compute/firewall:Firewall": { named, replace: ["name", "network", "direction"] }, // products/compute/Firewall.yaml
  "gcp:compute/forwardingRule:ForwardingRule": {
    named,
    replace: ["name", "region", "network", "ipAddress", "loadBalancingScheme"],
  }, // products/compute/ForwardingRule.yaml
  "gcp:compute/globalAddress:GlobalAddress": { named, replace: ["name", "addressType"] }, // products/compute/GlobalAddress.yaml
  "gcp:compute/network:Network": { named, replace: ["name", "autoCreateSubnetworks"] }, // products/compute/Network.yaml
  "gcp:compute/router:Router": { named, replace: ["name", "region", "network"] }, // products/compute/Router.yaml
  "gcp:compute/routerNat:RouterNat": { named, replace: ["name", "router", "region"] }, // products/compute/RouterNat.yaml
  "gcp:compute/subnetwork:Subnetwork": { named, replace: ["name", "network", "region"] }, // products/compute/Subnetwork.yaml; a block may grow
  "gcp:container/cluster:Cluster": {
    named,
    replace: [
      ...[
        "name",
        "location",
        "network",
        "subnetwork",
        "networkingMode",
        "ipAllocationPolicy",
        "datapathProvider",
      ],
      ...["initialNodeCount", "nodeConfig", "masterAuth.clientCertificateConfig"],
      "privateClusterConfig.privateEndpointSubnetwork",
    ],
  }, // third_party/terraform/services/container/resource_container_cluster.go.tmpl
  "gcp:container/nodePool:NodePool": {
    named,
    replace: [
      ...["name", "namePrefix", "cluster", "location", "initialNodeCount", "nodeConfig.bootDiskKmsKey"],
      ...["nodeConfig.serviceAccount", "nodeConfig.oauthScopes", "nodeConfig.spot", "nodeConfig.metadata"],
      "nodeConfig.shieldedInstanceConfig",
    ],
    // `expandNodePool` in resource_container_node_pool.go.tmpl
    refuses: ({ name, namePrefix }) =>
      name !== undefined && namePrefix !== undefined
        ? "Cannot specify both name and name_prefix for a node_pool"
        : undefined,
  }, // third_party/terraform/services/container/resource_container_node_pool.go.tmpl, node_config.go.tmpl: sizes roll in place
  "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember": grant,
  "gcp:dns/managedZone:ManagedZone": { named, replace: ["name", "dnsName", "visibility"] }, // products/dns/ManagedZone.yaml
  "gcp:dns/recordSet:RecordSet": { replace: ["name", "managedZone"] }, // services/dns/resource_dns_record_set.go
  "gcp:kms/cryptoKey:CryptoKey": { named, replace: ["name", "keyRing", "purpose"] }, // products/kms/CryptoKey.yaml
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": { replace: ["cryptoKeyId", "role", "member"] },
  "gcp:kms/keyRing:KeyRing": { named, replace: ["name", "location"] }, // products/kms/KeyRing.yaml
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": { replace: ["project", "location", "bucketId"] }, // services/logging
  "gcp:logging/projectExclusion:ProjectExclusion": { named, replace: ["name", "project"] },
  "gcp:logging/projectSink:ProjectSink": { named, replace: ["name", "project"] },
  "gcp:projects/iAMCustomRole:IAMCustomRole": { replace: ["roleId", "project"] }, // services/resourcemanager
  "gcp:projects/iAMMember:IAMMember": grant,
  "gcp:projects/service:Service": { replace: ["service", "project"] },
  "gcp:projects/serviceIdentity:ServiceIdentity": { replace: ["service", "project"] },
  "gcp:redis/instance:Instance": {
    named,
    replace: [
      ...[
        "name",
        "region",
        "tier",
        "authorizedNetwork",
        "connectMode",
        "reservedIpRange",
        "customerManagedKey",
      ],
      "transitEncryptionMode",
    ],
  }, // products/redis/Instance.yaml; its provider says so of `tier` too: findings of a run of it
  "gcp:serviceaccount/account:Account": { replace: ["accountId", "project"] },
  "gcp:serviceaccount/iAMMember:IAMMember": { replace: ["serviceAccountId", "role", "member"] },
  "gcp:sql/databaseInstance:DatabaseInstance": {
    named,
    replace: ["name", "region", "encryptionKeyName", "settings.pscConfigs.pscEnabled"],
  }, // third_party/terraform/services/sql/resource_sql_database_instance.go.tmpl; editions and tiers change in place
  "gcp:sql/user:User": { named, replace: ["name", "instance", "host"] }, // services/sql/resource_sql_user.go
  "gcp:storage/bucket:Bucket": { named, replace: ["name", "location"] }, // services/storage/resource_storage_bucket.go.tmpl
  "gcp:storage/bucketIAMMember:BucketIAMMember": grant,
  "gcp:storage/managedFolder:ManagedFolder": { named, replace: ["name", "bucket"] }, // products/storage/ManagedFolder.yaml
  "gcp:storage/managedFolderIamMember:ManagedFolderIamMember": {
    replace: ["bucket", "managedFolder", "role", "member"],
  },
};
