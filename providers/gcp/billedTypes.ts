/** Resources that Google charges for as long as they exist, or by what they hold, send or are asked. */
export const gcpBilledTypes = [
  "gcp:artifactregistry/repository:Repository",
  "gcp:compute/address:Address",
  "gcp:compute/forwardingRule:ForwardingRule",
  "gcp:compute/routerNat:RouterNat",
  "gcp:container/cluster:Cluster",
  "gcp:container/nodePool:NodePool",
  "gcp:dns/managedZone:ManagedZone",
  "gcp:kms/cryptoKey:CryptoKey",
  "gcp:logging/projectBucketConfig:ProjectBucketConfig",
  "gcp:redis/instance:Instance",
  "gcp:sql/databaseInstance:DatabaseInstance",
  "gcp:storage/bucket:Bucket",
] as const;
