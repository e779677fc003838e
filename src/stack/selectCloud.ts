import { type CloudConfigs, type CloudName, clouds } from "../../providers/clouds.js";
import type { Scope } from "../cloud/request.js";
import type { ChosenCloud, OpenCloud } from "../cloud/types.js";
import { joinFaults, UserError } from "../workspace/errors.js";
import type { StackConfig } from "./load.js";

/**
 * The cloud that the config asks for. Pure: nothing is made and nobody is asked.
 * @throws UserError with every fault in the cloud's part of the config.
 */
export function selectCloud(config: StackConfig): ChosenCloud {
  return choose(config, config.cloud);
}

/**
 * The cloud that the config asks for, ready to be made.
 * @throws UserError as `selectCloud` does, and when another stack lacks what this one builds on.
 */
export async function openCloud(config: StackConfig): Promise<OpenCloud> {
  const { open, ...chosen } = choose(config, config.cloud);
  return open === undefined ? chosen : open();
}

function choose<Name extends CloudName>(
  config: StackConfig,
  cloud: Name,
): ChosenCloud & { open?: () => Promise<OpenCloud> } {
  const module = clouds[cloud];
  const { abilities, create, open } = module;
  const parts: Partial<CloudConfigs> = { ...config, stack: config.platformStack };
  const part: CloudConfigs[Name] | undefined = parts[cloud];
  const file = `stacks/Pulumi.${config.stack}.yaml`;
  if (part === undefined) {
    const missing = `openedx:cloud is ${cloud}, so openedx:${cloud} must say where and how; docs/${cloud}.md`;
    throw new UserError(`${file}: ${module.missing ?? missing}`);
  }
  const faults = [...scopeFaults(config, module.scopes), ...(module.faults?.(config, part) ?? [])];
  if (faults.length > 0) {
    throw joinFaults(`The config in ${file} is wrong`, faults);
  }
  return {
    abilities: abilities(config, part),
    warnings: module.warnings?.(config, part) ?? [],
    create: (name, opts) => create(name, config, part, opts),
    ...(open && { open: () => open(config, part) }),
  };
}

function scopeFaults(
  { cloud, scope, instances, platform }: StackConfig,
  scopes: readonly Scope[] = ["all", "platform"],
): string[] {
  const deployed = Object.entries(platform.addons).filter(([, addOn]) => addOn?.state === "on");
  return [
    ...(scopes.includes(scope)
      ? []
      : [`openedx:scope: ${scope} is not for \`cloud: ${cloud}\`; allowed: ${scopes.join(", ")}`]),
    ...(scope === "platform" && Object.keys(instances).length > 0
      ? [
          "openedx:instances: a stack of `scope: platform` has none; they go into a stack of `scope: instances`",
        ]
      : []),
    ...(scope === "instances" && deployed.length > 0
      ? [
          `openedx:platform.addons.${deployed[0]?.[0]}: a stack of \`scope: instances\` deploys no add-ons; switch it on ` +
            "in the platform's stack",
        ]
      : []),
  ];
}
