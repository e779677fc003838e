import type * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/aws/provider.js";
import { cloudName } from "../../src/cloud/names.js";
import type { CloudRequest } from "../../src/cloud/request.js";
import { type Context, cloudPart } from "../part.js";
import type { AwsConfig } from "./config.js";
import { awsGrantSeconds, awsNames } from "./facts.js";
import { type AwsSettings, awsSettings } from "./settings.js";

export type AwsContext = Context<AwsSettings>;

/** The component and the providers of a stack. The provider takes no other account than the config's, and tags all. */
export function awsContext<T>(
  name: string,
  request: CloudRequest,
  config: AwsConfig,
  opts: pulumi.ResourceOptions,
  make: (context: AwsContext) => T,
): T {
  const settings = awsSettings(request, config);
  const { account, region, tags } = settings;
  return cloudPart(
    {
      ...{ cloud: "aws", settings, request, opts },
      grantSeconds: settings.grantSeconds ?? awsGrantSeconds,
      // Names in the program are those in AWS.
      ...{ name: settings.name, base: settings.name },
      earlier: { component: `${name}-aws`, provider: `${name}-aws` },
      provider: (providerName, providerOpts) =>
        new Provider(
          providerName,
          { region, allowedAccountIds: [account], defaultTags: { tags } },
          providerOpts,
        ),
    },
    make,
  );
}

/** The name of a role. Roles belong to the account: one of the same stack's name in another region must not clash. */
export function roleName({ name, region }: AwsSettings, ...parts: string[]): string {
  return cloudName(awsNames.role, name, region, ...parts);
}

/** An ARN in the stack's region and account; either is left out where the service has none. */
export function arn(
  { partition, region, account }: AwsSettings,
  service: string,
  resource: string,
  { regional = true, owned = true }: { regional?: boolean; owned?: boolean } = {},
): string {
  return `arn:${partition}:${service}:${regional ? region : ""}:${owned ? account : ""}:${resource}`;
}

/** What names of an instance's things end with: a prefix, so that none is taken for an add-on's or the backups'. */
export function siteName(instance: string): string {
  return `site-${instance}`;
}

/** On what belongs to one instance. */
export function instanceTag(instance: string | undefined): Record<string, string> {
  return instance === undefined ? {} : { "openedx:instance": instance };
}

/** By this tag AWS Backup finds what it keeps. */
export function backupTag({ name }: AwsContext): Record<string, string> {
  return { "openedx:backup": name };
}
