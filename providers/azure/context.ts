import type * as pulumi from "@pulumi/pulumi";
import { ManagementLockByScope } from "@pulumi/azure-native/authorization/managementLockByScope.js";
import { Provider } from "@pulumi/azure-native/provider.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import type { CloudRequest } from "../../src/cloud/request.js";
import { after, cloudPart, type Context } from "../part.js";
import { type AzureConfig, type AzureSettings, azureSettings } from "./config.js";
import { azureGrantSeconds } from "./facts.js";

export interface AzureContext extends Context<AzureSettings> {
  groups: Groups;
}

interface Groups {
  /** Network and cluster. */
  cluster: ResourceGroup;
  /** Addresses of load balancers, apart so that the cluster has rights to nothing else. */
  edge: ResourceGroup;
  /** All that holds data. */
  data: ResourceGroup;
}

/** The component, the providers and the resource groups of a stack, and what `make` makes with them. */
export function azureContext<T>(
  name: string,
  request: CloudRequest,
  config: AzureConfig,
  opts: pulumi.ResourceOptions,
  make: (context: AzureContext) => T,
): T {
  const settings = azureSettings(config);
  const { subscriptionId, tenantId, location } = settings;
  return cloudPart(
    {
      ...{ cloud: "azure", settings, request, opts },
      grantSeconds: settings.grantSeconds ?? azureGrantSeconds,
      ...{ name, base: settings.name ?? request.stack },
      provider: (providerName, providerOpts) =>
        new Provider(providerName, { subscriptionId, tenantId, location }, providerOpts),
    },
    (context) => {
      const tags = tagsOf(context);
      const group = (what: string, groupOpts: pulumi.CustomResourceOptions): ResourceGroup =>
        new ResourceGroup(
          `${name}-${what}`,
          { resourceGroupName: `${context.base}-${what}`, location, tags },
          groupOpts,
        );
      const groups = {
        cluster: group("cluster", context.opts),
        edge: group("edge", context.opts),
        data: group("data", context.guarded),
      };
      return make({ ...context, groups });
    },
  );
}

/** Tags of one resource. Zones of DNS drop keys with a colon: https://github.com/Azure/azure-rest-api-specs/issues/11748 */
export function tagsOf(
  { settings, stack }: Context<AzureSettings>,
  instance?: string,
): Record<string, string> {
  return {
    ...settings.tags,
    "openedx-stack": stack,
    ...(instance !== undefined && { "openedx-instance": instance }),
  };
}

/**
 * Keeps anyone from deleting a resource that holds data, by portal or command too. None in a disposable stack.
 * @param below what is in the resource or granted on it: Azure deletes none of it under a lock, so the lock goes first.
 */
export function lock(
  context: AzureContext,
  what: string,
  resource: pulumi.CustomResource,
  below: readonly pulumi.Resource[],
): void {
  if (!context.disposable) {
    new ManagementLockByScope(
      `${context.name}-${what}-lock`,
      {
        scope: resource.id,
        lockName: "openedx-data",
        level: "CanNotDelete",
        notes: "Holds data of Open edX. Set openedx:disposable to true and deploy, and the lock is gone.",
      },
      after(context.opts, below),
    );
  }
}
