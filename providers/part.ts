import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { renamed } from "../src/cloud/children.js";
import type { NameLimit } from "../src/cloud/names.js";
import type { CloudRequest } from "../src/cloud/request.js";

/** Options that more can be added to. */
export interface Options extends pulumi.CustomResourceOptions {
  dependsOn: pulumi.Resource[];
}

/** What every part of a cloud is made with: where things go, what they are called, how they are guarded. */
export interface Context<Settings> {
  /** As types of components have it: `aws` in `openedx:aws:Network`. */
  cloud: string;
  /** The cloud's part of the config, with all that follows from it. */
  settings: Settings;
  stack: string;
  /** What names in the program begin with. */
  name: string;
  /** What names in the cloud begin with. */
  base: string;
  disposable: boolean;
  /** The component that all is part of, the cloud's provider, and what must be there first. */
  opts: Options;
  /** Options for what holds data: only a disposable stack may lose it. */
  guarded: Options;
  /** Options for what outlives the stack, unless that is disposable. */
  retained: Options;
  /** Options for grants: what depends on one comes once the cloud has had time to heed it. */
  granting: Options;
  /** Options for generated values. */
  randomOpts: pulumi.CustomResourceOptions;
}

/** Registered once all that is in it is made. */
class Part extends pulumi.ComponentResource {
  finish(): void {
    this.registerOutputs();
  }
}

/** What a cloud begins with. */
export interface CloudArgs<Settings> extends Pick<Context<Settings>, "cloud" | "settings" | "name" | "base"> {
  /** Seconds from a new grant to its first use. */
  grantSeconds: number;
  request: Pick<CloudRequest, "stack" | "disposable">;
  opts: pulumi.ResourceOptions;
  /** Makes the cloud's provider. */
  provider: (name: string, opts: pulumi.ResourceOptions) => pulumi.ProviderResource;
  /** Earlier names of the component and of the provider. Default: the same as now. */
  earlier?: { component: string; provider: string };
}

/** A cloud's component, such as `openedx:aws:Cloud`, its providers, and what `make` makes in it. */
export function cloudPart<Settings, T>(
  args: CloudArgs<Settings>,
  make: (context: Context<Settings>) => T,
): T {
  const { cloud, settings, name, base, request, earlier, grantSeconds } = args;
  const { stack, disposable } = request;
  const component = new Part(
    `openedx:${cloud}:Cloud`,
    name,
    {},
    { ...args.opts, ...renamed(earlier?.component) },
  );
  const providerName = `${name}-${cloud}`;
  const provider = args.provider(providerName, { parent: component, ...renamed(earlier?.provider) });
  const randomProvider = new random.Provider(
    `${providerName}-random`,
    {},
    { parent: component, ...renamed(earlier && `${earlier.provider}-random`) },
  );
  const made = make({
    ...{ cloud, settings, stack, name, base, disposable },
    opts: { parent: component, provider, dependsOn: [] },
    guarded: { parent: component, provider, dependsOn: [], protect: !disposable },
    retained: {
      ...{ parent: component, provider, dependsOn: [] },
      protect: !disposable,
      retainOnDelete: !disposable,
    },
    granting: {
      ...{ parent: component, provider, dependsOn: [] },
      hooks: { afterCreate: [settling(name, grantSeconds)] },
    },
    randomOpts: { parent: component, provider: randomProvider },
  });
  component.finish();
  return made;
}

/** Clouds take a grant at once and heed it later, so the first use of one that is just made is refused. */
function settling(name: string, seconds: number): pulumi.ResourceHook {
  return new pulumi.ResourceHook(`${name}-grant-settles`, () => setTimeout(seconds * 1000));
}

export interface PartName {
  /** Of the component; all names in it begin with it. Default: the context's. */
  name?: string;
  /** What it was called earlier. Default: the same. */
  earlier?: string;
}

/** A part of a cloud: a component, such as `openedx:aws:Network`, and what `make` makes in it. */
export function part<C extends Context<unknown>, T>(
  context: C,
  kind: string,
  make: (context: C) => T,
  { name = context.name, earlier }: PartName = {},
): T {
  const component = new Part(
    `openedx:${context.cloud}:${kind}`,
    name,
    {},
    { parent: context.opts.parent, ...renamed(earlier) },
  );
  const inside = <O extends pulumi.ResourceOptions>(opts: O): O => ({ ...opts, parent: component });
  const made = make({
    ...context,
    opts: inside(context.opts),
    guarded: inside(context.guarded),
    retained: inside(context.retained),
    granting: inside(context.granting),
    randomOpts: inside(context.randomOpts),
  });
  component.finish();
  return made;
}

/** The context of what must wait for these resources. */
export function waiting<C extends Context<unknown>>(context: C, resources: readonly pulumi.Resource[]): C {
  return {
    ...context,
    opts: after(context.opts, resources),
    guarded: after(context.guarded, resources),
    retained: after(context.retained, resources),
    granting: after(context.granting, resources),
  };
}

/** Options of what must wait for these resources too. */
export function after(opts: Options, resources: readonly pulumi.Resource[]): Options {
  return { ...opts, dependsOn: [...opts.dependsOn, ...resources] };
}

/** Bytes of chance in names that are taken for long or in all the world; each shows as two characters. */
const suffixBytes = 4;

/**
 * A name that nobody else has, and that nothing deleted still holds. It stays the same as long as the stack's state does.
 * @param what what it is the name of; also names the resource that holds the chance
 * @param whole what it begins with, cut where there is no room. Default: the base and `what`
 */
export function uniqueName(
  { base, name, randomOpts }: Context<unknown>,
  { max, hyphens = true }: NameLimit,
  what: string,
  whole = `${base}-${what}`,
): pulumi.Output<string> {
  const suffix = new random.RandomId(`${name}-${what}-suffix`, { byteLength: suffixBytes }, randomOpts);
  const room = max - 2 * suffixBytes;
  const head = hyphens
    ? `${whole.slice(0, room - 1).replace(/-+$/, "")}-`
    : whole.replaceAll("-", "").slice(0, room);
  return pulumi.interpolate`${head}${suffix.hex}`;
}

/** A generated password of letters and digits, which URLs, shells and YAML take as they are. */
export function password(
  { randomOpts }: Pick<Context<unknown>, "randomOpts">,
  name: string,
  args: Partial<random.RandomPasswordArgs> = {},
): pulumi.Output<string> {
  return new random.RandomPassword(name, { length: 32, special: false, ...args }, randomOpts).result;
}
