import type { Service } from "@pulumi/gcp/projects/service.js";
import { Provider } from "@pulumi/gcp/provider.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type NameKind, nameLimits } from "../../src/cloud/names.js";
import { type GcpConfig, withSizes } from "../../src/config/gcpSizes.js";
import type { StackConfig } from "../../src/stack/load.js";
import { UserError } from "../../src/workspace/errors.js";
import { enableApis } from "./apis.js";

/** Options that more can be added to. */
export interface Options extends pulumi.CustomResourceOptions {
  dependsOn: pulumi.Resource[];
}

/** What every part of the module needs: where things go, what they are called, how they are guarded. */
export interface GcpContext {
  config: GcpConfig;
  stack: string;
  /** What names in the program begin with: `openedx`. */
  name: string;
  /** What names in Google Cloud begin with. */
  base: string;
  /** The component that all is part of, Google's provider, and the APIs that must be on first. */
  opts: Options;
  apis: readonly Service[];
  randomProvider: random.Provider;
  randomOpts: pulumi.CustomResourceOptions;
  /** Options for what holds data: only a disposable stack may lose it. */
  guarded: Options;
  /** Options for what outlives the stack, unless that is disposable. */
  retained: Options;
  disposable: boolean;
  /** Google's own guard, for what holds data: it keeps deletions by whatever way of Pulumi's from being carried out. */
  deletionPolicy: "PREVENT" | "DELETE";
}

/** The component, the providers and the APIs of a stack. */
export function gcpContext(name: string, stackConfig: StackConfig, opts: pulumi.ResourceOptions): GcpContext {
  const { gcp, stack, disposable } = stackConfig;
  if (gcp === undefined) {
    throw new UserError("openedx:gcp: is missing, and openedx:cloud is gcp; docs/gcp.md");
  }
  const config = withSizes(gcp);
  const { project, region } = config;
  const parent = new pulumi.ComponentResource("openedx:gcp:Cloud", name, {}, opts);
  // Google counts requests to some APIs, and bills them, by the project that is named for it.
  const provider = new Provider(
    `${name}-gcp`,
    { project, region, billingProject: project, userProjectOverride: true },
    { parent },
  );
  const randomProvider = new random.Provider(`${name}-gcp-random`, {}, { parent });
  const apis = enableApis(name, config, { parent, provider });
  const resourceOpts: Options = { parent, provider, dependsOn: apis };
  const guarded = { ...resourceOpts, protect: !disposable };
  return {
    config,
    stack,
    name,
    base: config.name ?? stack,
    disposable,
    deletionPolicy: disposable ? "DELETE" : "PREVENT",
    opts: resourceOpts,
    apis,
    guarded,
    retained: { ...guarded, retainOnDelete: !disposable },
    randomProvider,
    randomOpts: { parent, provider: randomProvider },
  };
}

/** The same below a component of its own, such as `openedx:gcp:Network`. */
export function part(context: GcpContext, kind: string, name: string = context.name): GcpContext {
  const parent = new pulumi.ComponentResource(
    `openedx:gcp:${kind}`,
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

/** Options of what must wait for these resources too. */
export function after(opts: Options, resources: readonly pulumi.Resource[]): Options {
  return { ...opts, dependsOn: [...opts.dependsOn, ...resources] };
}

/** Labels of one resource. A stack's name may hold what no label may. */
export function labelsOf({ config, stack }: GcpContext, instance?: string): Record<string, string> {
  const label = stack.toLowerCase().replace(/[^a-z0-9_-]/g, "-");
  return {
    ...config.tags,
    "openedx-stack": label.slice(0, 63),
    ...(instance !== undefined && { "openedx-instance": instance }),
  };
}

/** Bytes of chance in names that are taken for long or in all the world; each shows as two characters. */
const suffixBytes = 4;

/**
 * A name that nobody else has, and that nothing deleted still holds. It stays the same as long as the stack's state does.
 * @param what what it is the name of; also names the resource that holds the chance
 */
export function uniqueName(
  { base, name, randomOpts }: GcpContext,
  kind: NameKind,
  what: string,
): pulumi.Output<string> {
  const suffix = new random.RandomId(`${name}-${what}-suffix`, { byteLength: suffixBytes }, randomOpts);
  const room = nameLimits[kind].max - 2 * suffixBytes - 1;
  const head = `${base}-${what}`.slice(0, room).replace(/-+$/, "");
  return pulumi.interpolate`${head}-${suffix.hex}`;
}
