import type { AwsClients } from "../../../providers/aws/doctor/clients.js";
import { type CheckedPlan, planned } from "../../../src/cloud/check.js";

export const deployer = "arn:aws:iam::123456789012:role/teams/deployer";
export const session = "arn:aws:sts::123456789012:assumed-role/deployer/anna";

/** An error as the SDK throws it. */
export function awsError(name: string, httpStatusCode = 400): Error {
  return Object.assign(new Error(`${name}: recorded`), { name, $metadata: { httpStatusCode } });
}
export const refuse = (name: string, status?: number) => (): Promise<never> =>
  Promise.reject(awsError(name, status));
export const gives =
  <T>(answer: T) =>
  (): Promise<T> =>
    Promise.resolve(answer);

/** An account in which all is well, and in which nothing is deployed yet. */
export function emptyAccount(plan: CheckedPlan): AwsClients {
  const zoneNames = [
    ...new Set(planned(plan, "aws:ec2/subnet:Subnet").map((each) => String(each.availabilityZone))),
  ];
  const addOns = planned(plan, "aws:eks/addon:Addon");
  const [database = {}] = planned(plan, "aws:rds/instance:Instance");
  return {
    sts: { getCallerIdentity: gives({ Account: "123456789012", Arn: session }) },
    iam: {
      getRole: gives({ Role: { Arn: deployer } as never }),
      simulatePrincipalPolicy: ({ ActionNames = [] }) =>
        Promise.resolve({
          EvaluationResults: ActionNames.map((EvalActionName) => ({
            EvalActionName,
            EvalDecision: "allowed",
          })),
        }),
    },
    ec2: {
      describeAddresses: gives({ Addresses: [{}] }),
      describeAvailabilityZones: gives({
        AvailabilityZones: zoneNames.map((ZoneName, index) => ({
          ZoneName,
          ZoneId: `euw1-az${index + 1}`,
          State: "available" as const,
        })),
      }),
      describeInstanceTypeOfferings: ({ Filters = [] }) =>
        Promise.resolve({
          InstanceTypeOfferings: zoneNames.flatMap((Location) =>
            (Filters[0]?.Values ?? []).map((type) => ({ InstanceType: type as never, Location })),
          ),
        }),
      describeInstanceTypes: ({ InstanceTypes = [] }) =>
        Promise.resolve({
          InstanceTypes: InstanceTypes.map((InstanceType) => ({
            InstanceType,
            VCpuInfo: { DefaultVCpus: 4 },
          })),
        }),
      describeInstances: ({ NextToken }) =>
        Promise.resolve({
          // Two pages; a spot machine and one of another family count elsewhere.
          Reservations: [
            {
              Instances: [
                { InstanceType: "m7i.large", CpuOptions: { CoreCount: 1, ThreadsPerCore: 2 } },
                { InstanceType: "g5.xlarge", CpuOptions: { CoreCount: 50, ThreadsPerCore: 2 } },
                { InstanceType: "m7i.large", InstanceLifecycle: "spot", CpuOptions: { CoreCount: 50 } },
              ],
            },
          ],
          ...(NextToken === undefined && { NextToken: "more" }),
        }),
      describeVpcs: gives({ Vpcs: [{}] }),
    },
    eks: {
      describeAddonVersions: ({ addonName }) =>
        Promise.resolve({
          addons: addOns
            .filter((each) => each.addonName === addonName)
            .map((each) => ({ addonVersions: [{ addonVersion: String(each.addonVersion) }] })),
        }),
      describeCluster: refuse("ResourceNotFoundException", 404),
      describeClusterVersions: gives({
        clusterVersions: [
          {
            clusterVersion: String(planned(plan, "aws:eks/cluster:Cluster")[0]?.version),
            versionStatus: "STANDARD_SUPPORT" as const,
            endOfStandardSupportDate: new Date("2027-08-02"),
          },
        ],
      }),
    },
    elasticache: {
      describeCacheEngineVersions: gives({ CacheEngineVersions: [{ EngineVersion: "8.2.1" }] }),
      describeReservedCacheNodesOfferings: gives({ ReservedCacheNodesOfferings: [{}] }),
    },
    rds: {
      describeOrderableDBInstanceOptions: ({ Marker }) =>
        Promise.resolve(
          Marker === undefined
            ? {
                Marker: "more",
                OrderableDBInstanceOptions: [{ EngineVersion: "8.0.42", StorageType: "gp3" }],
              }
            : {
                OrderableDBInstanceOptions: [
                  {
                    EngineVersion: "8.4.6",
                    StorageType: String(database.storageType),
                    MultiAZCapable: true,
                    SupportsStorageEncryption: true,
                    MinStorageSize: 20,
                    MaxStorageSize: 65536,
                  },
                ],
              },
        ),
    },
    route53: {
      getHostedZone: gives({ HostedZone: undefined, DelegationSet: { NameServers: ["ns-1.example."] } }),
      listHostedZonesByName: gives({ HostedZones: [], IsTruncated: false, MaxItems: 10 }),
    },
    s3: { getBucketTagging: gives({ TagSet: [] }), headBucket: refuse("NotFound", 404) },
    servicequotas: {
      getServiceQuota: gives({ Quota: { Value: 1000 } }),
      getAWSDefaultServiceQuota: gives({ Quota: { Value: 5 } }),
    },
    ses: { getAccount: gives({ ProductionAccessEnabled: true }) },
  };
}
