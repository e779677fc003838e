import type * as ec2 from "@aws-sdk/client-ec2";
import type * as eks from "@aws-sdk/client-eks";
import type * as elasticache from "@aws-sdk/client-elasticache";
import type * as iam from "@aws-sdk/client-iam";
import type * as rds from "@aws-sdk/client-rds";
import type * as route53 from "@aws-sdk/client-route-53";
import type * as s3 from "@aws-sdk/client-s3";
import type * as quotas from "@aws-sdk/client-service-quotas";
import type * as ses from "@aws-sdk/client-sesv2";
import type * as sts from "@aws-sdk/client-sts";
import { NotAllowed } from "../../../src/cloud/check.js";

/** One operation of AWS's API, as far as an answer is read. */
type Call<In, Out> = (input: In) => Promise<Omit<Out, "$metadata">>;

/** What the checks ask of AWS: all of it reads. */
export interface AwsClients {
  sts: { getCallerIdentity: Call<sts.GetCallerIdentityCommandInput, sts.GetCallerIdentityCommandOutput> };
  iam: {
    getRole: Call<iam.GetRoleCommandInput, iam.GetRoleCommandOutput>;
    simulatePrincipalPolicy: Call<
      iam.SimulatePrincipalPolicyCommandInput,
      iam.SimulatePrincipalPolicyCommandOutput
    >;
  };
  ec2: {
    describeAddresses: Call<ec2.DescribeAddressesCommandInput, ec2.DescribeAddressesCommandOutput>;
    describeAvailabilityZones: Call<
      ec2.DescribeAvailabilityZonesCommandInput,
      ec2.DescribeAvailabilityZonesCommandOutput
    >;
    describeInstanceTypeOfferings: Call<
      ec2.DescribeInstanceTypeOfferingsCommandInput,
      ec2.DescribeInstanceTypeOfferingsCommandOutput
    >;
    describeInstanceTypes: Call<
      ec2.DescribeInstanceTypesCommandInput,
      ec2.DescribeInstanceTypesCommandOutput
    >;
    describeInstances: Call<ec2.DescribeInstancesCommandInput, ec2.DescribeInstancesCommandOutput>;
    describeVpcs: Call<ec2.DescribeVpcsCommandInput, ec2.DescribeVpcsCommandOutput>;
  };
  eks: {
    describeAddonVersions: Call<
      eks.DescribeAddonVersionsCommandInput,
      eks.DescribeAddonVersionsCommandOutput
    >;
    describeCluster: Call<eks.DescribeClusterCommandInput, eks.DescribeClusterCommandOutput>;
    describeClusterVersions: Call<
      eks.DescribeClusterVersionsCommandInput,
      eks.DescribeClusterVersionsCommandOutput
    >;
  };
  elasticache: {
    describeCacheEngineVersions: Call<
      elasticache.DescribeCacheEngineVersionsCommandInput,
      elasticache.DescribeCacheEngineVersionsCommandOutput
    >;
    describeReservedCacheNodesOfferings: Call<
      elasticache.DescribeReservedCacheNodesOfferingsCommandInput,
      elasticache.DescribeReservedCacheNodesOfferingsCommandOutput
    >;
  };
  rds: {
    describeOrderableDBInstanceOptions: Call<
      rds.DescribeOrderableDBInstanceOptionsCommandInput,
      rds.DescribeOrderableDBInstanceOptionsCommandOutput
    >;
  };
  route53: {
    getHostedZone: Call<route53.GetHostedZoneCommandInput, route53.GetHostedZoneCommandOutput>;
    listHostedZonesByName: Call<
      route53.ListHostedZonesByNameCommandInput,
      route53.ListHostedZonesByNameCommandOutput
    >;
  };
  s3: {
    getBucketTagging: Call<s3.GetBucketTaggingCommandInput, s3.GetBucketTaggingCommandOutput>;
    headBucket: Call<s3.HeadBucketCommandInput, s3.HeadBucketCommandOutput>;
  };
  servicequotas: {
    getAWSDefaultServiceQuota: Call<
      quotas.GetAWSDefaultServiceQuotaCommandInput,
      quotas.GetAWSDefaultServiceQuotaCommandOutput
    >;
    getServiceQuota: Call<quotas.GetServiceQuotaCommandInput, quotas.GetServiceQuotaCommandOutput>;
  };
  ses: { getAccount: Call<ses.GetAccountCommandInput, ses.GetAccountCommandOutput> };
}

/** What else a client is given, such as an endpoint. */
export interface ClientOptions {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** AWS's own clients, loaded here only, with the credentials that the CLI would use. */
export async function awsClients(options: ClientOptions): Promise<AwsClients> {
  const [ec2, eks, elasticache, iam, rds, route53, s3, quotas, ses, sts] = await Promise.all([
    import("@aws-sdk/client-ec2"),
    import("@aws-sdk/client-eks"),
    import("@aws-sdk/client-elasticache"),
    import("@aws-sdk/client-iam"),
    import("@aws-sdk/client-rds"),
    import("@aws-sdk/client-route-53"),
    import("@aws-sdk/client-s3"),
    import("@aws-sdk/client-service-quotas"),
    import("@aws-sdk/client-sesv2"),
    import("@aws-sdk/client-sts"),
  ]);
  return {
    ec2: guarded("ec2", new ec2.EC2(options)),
    eks: guarded("eks", new eks.EKS(options)),
    elasticache: guarded("elasticache", new elasticache.ElastiCache(options)),
    iam: guarded("iam", new iam.IAM(options)),
    rds: guarded("rds", new rds.RDS(options)),
    route53: guarded("route53", new route53.Route53(options)),
    s3: guarded("s3", new s3.S3(options)),
    servicequotas: guarded("servicequotas", new quotas.ServiceQuotas(options)),
    ses: guarded("ses", new ses.SESv2(options)),
    sts: guarded("sts", new sts.STS(options)),
  };
}

const refusals = new Set([
  "AccessDenied",
  "AccessDeniedException",
  "AuthorizationError",
  "UnauthorizedOperation",
]);

/** The client, whose refusals say which permission they are about. A bucket's are left: they say whose it is. */
export function guarded<Client extends object>(service: string, client: Client): Client {
  return new Proxy(client, {
    get: (target, name, receiver): unknown => {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== "function" || typeof name !== "string" || service === "s3") {
        return typeof member === "function" ? (member.bind(target) as unknown) : member;
      }
      const call = member.bind(target) as (input: unknown) => Promise<unknown>;
      return async (input: unknown) => {
        try {
          return await call(input);
        } catch (error) {
          const operation = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
          throw refusals.has(nameOf(error)) ? new NotAllowed(`${service}:${operation}`) : error;
        }
      };
    },
  });
}

/** By what AWS knows an error: `NoSuchBucket`. */
export function nameOf(error: unknown): string {
  return (error as { name?: string } | undefined)?.name ?? "";
}
