import type { KubernetesObject } from "../../kubernetes/objects.js";
import { mapOf } from "../../workspace/yaml.js";
import { chartName, releaseNamespace, releaseType, textsOf } from "../objects.js";
import type { PolicyResource, PolicyStack, Rule } from "../types.js";

/** What holds data for good cannot be deleted or replaced by mistake, unless the stack is for trying things out. */
export const protectedData: Rule = {
  name: "data-protected",
  level: "mandatory",
  description:
    "Databases, buckets, volumes and their keys are protected from deletion, unless the stack is disposable.",
  check: (stack) =>
    stack.disposable
      ? []
      : unprotected(stack).map(({ urn, type, name, parent }) => ({
          urn,
          ...(isPlatform(parent) && { level: "advisory" as const }),
          message:
            `${type.split(":").at(-1)} ${name} holds data and is not protected: a change could delete it, and what it holds. ` +
            "Make it with `protect: true`, or say `openedx:disposable: true` in the stack's file if its data do not matter.",
        })),
};

/** What the platform's add-ons keep, metrics and logs, is not a site's data. */
function isPlatform(urn: string): boolean {
  return urn.includes("openedx:platform:Platform::");
}

function unprotected(stack: PolicyStack): PolicyResource[] {
  const releases = stack.resources.filter((resource) =>
    isDataRelease(resource, stack.manifests[resource.urn]),
  );
  const namespaces = new Set(
    releases.filter(({ parent }) => !isPlatform(parent)).map(({ inputs }) => releaseNamespace(inputs)),
  );
  const isDataNamespace = ({ type, inputs }: PolicyResource): boolean =>
    type === "kubernetes:core/v1:Namespace" &&
    textsOf(mapOf(inputs.metadata).name).some((name) => namespaces.has(name));
  return stack.resources.filter(
    (resource) =>
      !resource.protect && (releases.includes(resource) || isDataNamespace(resource) || holdsData(resource)),
  );
}

/** Types that hold data whatever their inputs say. */
const dataTypes = new RegExp(
  `^(${[
    "kubernetes:core/v1:PersistentVolumeClaim",
    "aws:(rds|docdb|neptune)/(instance:Instance|cluster:Cluster|globalCluster:GlobalCluster)",
    "aws:s3/bucket(V2)?:Bucket(V2)?",
    "aws:efs/fileSystem:FileSystem",
    "aws:dynamodb/table:Table",
    "aws:(opensearch|elasticsearch)/domain:Domain",
    "aws:kms/key:Key",
    "aws:backup/vault:Vault",
    "azure-native:(dbformysql|dbforpostgresql)(/v\\w+)?:(Server|FlexibleServer)",
    "azure-native:(documentdb|cosmosdb)(/v\\w+)?:(DatabaseAccount|MongoCluster)",
    "azure-native:storage(/v\\w+)?:(StorageAccount|BlobContainer|FileShare)",
    "azure-native:keyvault(/v\\w+)?:(Vault|Key)",
    "gcp:sql/(databaseInstance:DatabaseInstance|database:Database)",
    "gcp:storage/bucket:Bucket",
    "gcp:filestore/instance:Instance",
    "gcp:kms/(keyRing:KeyRing|cryptoKey:CryptoKey)",
    "mongodbatlas:index/(cluster:Cluster|advancedCluster:AdvancedCluster|flexCluster:FlexCluster|serverlessInstance:ServerlessInstance)",
  ].join("|")})$`,
);

function holdsData(resource: PolicyResource): boolean {
  return dataTypes.test(resource.type) || keepsRedis(resource);
}

/** A Redis that writes what it holds to disks or snapshots is a store; one that does not is a cache. */
function keepsRedis({ type, inputs }: PolicyResource): boolean {
  if (/^aws:elasticache\/(replicationGroup|serverlessCache|cluster):/.test(type)) {
    return Number(inputs.snapshotRetentionLimit ?? 0) > 0;
  }
  if (/^azure-native:redisenterprise(\/v\w+)?:Database$/.test(type)) {
    const { aofEnabled, rdbEnabled } = mapOf(inputs.persistence);
    return aofEnabled === true || rdbEnabled === true;
  }
  if (/^gcp:(redis\/(instance|cluster)|memorystore\/instance):/.test(type)) {
    const { persistenceMode, mode } = mapOf(inputs.persistenceConfig);
    return textsOf(persistenceMode, mode).some((each) => !/DISABLED|UNSPECIFIED/.test(each));
  }
  return false;
}

/** Charts that make databases through an operator, so that no volume shows among their objects. */
const dataCharts = /^(psmdb-db|ps-db|pxc-db)$/;

function isDataRelease(resource: PolicyResource, objects: readonly KubernetesObject[] = []): boolean {
  return resource.type === releaseType && (dataCharts.test(chartName(resource)) || objects.some(hasVolume));
}

function hasVolume({ kind, spec }: KubernetesObject): boolean {
  const templates = mapOf(spec).volumeClaimTemplates;
  return (
    kind === "PersistentVolumeClaim" ||
    (kind === "StatefulSet" && Array.isArray(templates) && templates.length > 0)
  );
}
