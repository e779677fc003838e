/** Where EKS is, with what the zones are called where they are not a, b and c; some accounts have other ones. */
const zoneLetters: Record<string, string> = {
  "ap-northeast-1": "acd",
  "ca-central-1": "abd",
  "us-west-1": "ac",
};

export const awsRegions = [
  ...[
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
  ],
  ...["ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5"],
  ...[
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
  ],
  ...[
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
  ],
  ...["mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2"],
  ...["us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1"],
] as const;

/** Zones, by id, in which EKS puts no control plane; their letter differs from account to account. EKS user guide, "VPC and subnet requirements". */
export const zonesWithoutEks: Record<string, string> = {
  "ca-central-1": "cac1-az3",
  "us-east-1": "use1-az3",
  "us-west-1": "usw1-az2",
};

/** `aws`; China and the US government have their own. */
export function partitionOf(region: string): string {
  return region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/** `zoneNames`, or the region's first ones; too few where the region has no more. */
export function zonesOf({
  region,
  zones,
  zoneNames,
}: {
  region: string;
  zones: number;
  zoneNames?: string[];
}): string[] {
  const letters = zoneLetters[region] ?? "abc";
  return zoneNames ?? [...letters.slice(0, zones)].map((letter) => `${region}${letter}`);
}
