import * as pulumi from "@pulumi/pulumi";
import { Provider } from "@pulumi/azure-native/provider.js";
import { ManagementLockByScope } from "@pulumi/azure-native/authorization/managementLockByScope.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup.js";
import * as random from "@pulumi/random";
import { type NameKind, nameLimits } from "../../src/cloud/names.js";
import { type AzureConfig, withSizes } from "../../src/config/azureSizes.js";
import type { StackConfig } from "../../src/stack/load.js";
import { UserError } from "../../src/workspace/errors.js";

/** What every part of the module needs: where things go, what they are called, how they are guarded. */
export interface AzureContext {
  config: AzureConfig;
  stack: string;
  /** What names in the program begin with: `openedx`. */
  name: string;
  /** What names in Azure begin with. */
  base: string;
  /** The component that all is part of, and Azure's provider. */
  opts: pulumi.CustomResourceOptions;
  randomProvider: random.Provider;
  randomOpts: pulumi.CustomResourceOptions;
  /** Options for what holds data: only a disposable stack may lose it. */
  guarded: pulumi.CustomResourceOptions;
  /** Options for what outlives the stack, unless that is disposable. */
  retained: pulumi.CustomResourceOptions;
  disposable: boolean;
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

/** The component, the providers and the resource groups of a stack. */
export function azureContext(
  name: string,
  stackConfig: StackConfig,
  opts: pulumi.ResourceOptions,
): AzureContext {
  const { azure, stack, disposable } = stackConfig;
  if (azure === undefined) {
    throw new UserError("openedx:azure: is missing, and openedx:cloud is azure; docs/azure.md");
  }
  const config = withSizes(azure);
  const parent = new pulumi.ComponentResource("openedx:azure:Cloud", name, {}, opts);
  const provider = new Provider(
    `${name}-azure`,
    { subscriptionId: config.subscriptionId, tenantId: config.tenantId, location: config.location },
    { parent },
  );
  const randomProvider = new random.Provider(`${name}-azure-random`, {}, { parent });
  const resourceOpts: pulumi.CustomResourceOptions = { parent, provider };
  const guarded = { ...resourceOpts, protect: !disposable };
  const base = config.name ?? stack;
  const tags = stackTags(config, stack);
  const group = (what: string, groupOpts: pulumi.CustomResourceOptions): ResourceGroup =>
    new ResourceGroup(
      `${name}-${what}`,
      { resourceGroupName: `${base}-${what}`, location: config.location, tags },
      groupOpts,
    );
  return {
    config,
    stack,
    name,
    base,
    disposable,
    opts: resourceOpts,
    guarded,
    retained: { ...guarded, retainOnDelete: !disposable },
    randomProvider,
    randomOpts: { parent, provider: randomProvider },
    groups: {
      cluster: group("cluster", resourceOpts),
      edge: group("edge", resourceOpts),
      data: group("data", guarded),
    },
  };
}

/** The same below a component of its own, such as `openedx:azure:Network`. */
export function part(context: AzureContext, kind: string, name: string = context.name): AzureContext {
  const parent = new pulumi.ComponentResource(
    `openedx:azure:${kind}`,
    name,
    {},
    { parent: context.opts.parent },
  );
  const { opts, randomOpts, guarded, retained } = context;
  return {
    ...context,
    opts: { ...opts, parent },
    randomOpts: { ...randomOpts, parent },
    guarded: { ...guarded, parent },
    retained: { ...retained, parent },
  };
}

function stackTags(config: AzureConfig, stack: string): Record<string, string> {
  return { ...config.tags, "openedx:stack": stack };
}

/** Tags of one resource. */
export function tagsOf({ config, stack }: AzureContext, instance?: string): Record<string, string> {
  return { ...stackTags(config, stack), ...(instance !== undefined && { "openedx:instance": instance }) };
}

/** Bytes of chance in names that must be unique in all of Azure; each shows as two characters. */
const suffixBytes = 4;

/**
 * A name that nobody else in Azure has. It stays the same as long as the stack's state does.
 * @param what what it is the name of; also names the resource that holds the chance
 * @param whole what it begins with, cut where there is no room. Default: the base and `what`
 */
export function globalName(
  { base, name, randomOpts }: AzureContext,
  kind: NameKind,
  what: string,
  whole = `${base}-${what}`,
): pulumi.Output<string> {
  const suffix = new random.RandomId(`${name}-${what}-suffix`, { byteLength: suffixBytes }, randomOpts);
  const { max, hyphens = true }: { max: number; hyphens?: boolean } = nameLimits[kind];
  const room = max - 2 * suffixBytes;
  const head = hyphens
    ? `${whole.slice(0, room - 1).replace(/-+$/, "")}-`
    : whole.replaceAll("-", "").slice(0, room);
  return pulumi.interpolate`${head}${suffix.hex}`;
}

/** Keeps anyone from deleting a resource that holds data, by portal or command too. None in a disposable stack. */
export function lock(context: AzureContext, what: string, resource: pulumi.CustomResource): void {
  if (!context.disposable) {
    new ManagementLockByScope(
      `${context.name}-${what}-lock`,
      {
        scope: resource.id,
        lockName: "openedx-data",
        level: "CanNotDelete",
        notes: "Holds data of Open edX. Set openedx:disposable to true and deploy, and the lock is gone.",
      },
      context.opts,
    );
  }
}
