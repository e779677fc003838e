import { azureCase } from "../../contract/azure.js";
import { type CloudRun, inputsOf, type Plain, runCloud, stackConfig } from "../../contract/clouds.js";
import type { StackConfig } from "../../../src/stack/load.js";

/** What stands in a stack file for Azure, with changes below `azure` and beside it. */
export function azureRaw(
  azure: Record<string, unknown> = {},
  rest: Record<string, unknown> = {},
): Record<string, unknown> {
  const { azure: base, ...others } = azureCase.config;
  return {
    cloud: "azure",
    ...others,
    edge: { controller: "traefik" },
    ...rest,
    azure: { ...(base as object), preset: "small", sharedStorage: false, nodes: {}, ...azure },
  };
}

export function azureConfig(...args: Parameters<typeof azureRaw>): StackConfig {
  return stackConfig(azureRaw(...args));
}

const runs = new Map<string, Promise<CloudRun>>();

/** The module alone, asked for everything, on an Azure that makes everything. The same question is answered once. */
export function azureRun(
  azure: Record<string, unknown> = {},
  rest: Record<string, unknown> = {},
  publicMedia = false,
): Promise<CloudRun> {
  const key = JSON.stringify([azure, rest, publicMedia]);
  const run =
    runs.get(key) ??
    runCloud({ ...azureCase, config: azureRaw(azure, rest) }, { preview: false, publicMedia });
  runs.set(key, run);
  return run;
}

/** Inputs of the resources of a type such as `storage:StorageAccount`, by name without the stack's. */
export function resourcesOf(run: CloudRun, type: string): Record<string, Plain> {
  return Object.fromEntries(
    run.registrations
      .filter((each) => each.type === `azure-native:${type}`)
      .map((each) => [each.name.replace(/^openedx-/, ""), inputsOf(each)]),
  );
}

/** Inputs of one resource. */
export function resource(run: CloudRun, type: string, name: string): Plain {
  const found = resourcesOf(run, type)[name];
  if (found === undefined) {
    throw new Error(`there is no ${type} ${name}`);
  }
  return found;
}
