import type { ConfigObject } from "./configObject.js";
import type { Phase } from "./tasks.js";

/**
 * The Jobs that make an instance's accounts on shared services. They run in the services' namespace, the only place where
 * the administrators' secrets are.
 */
const accountPhases: ReadonlySet<Phase> = new Set(["accounts", "accounts-after"]);

export function isAccountPhase(phase: Phase): boolean {
  return accountPhases.has(phase);
}

/** The config objects by the namespace of those who read them; one that is read in both is needed in both. */
export function placeConfig(configObjects: readonly ConfigObject[]): {
  instance: ConfigObject[];
  services: ConfigObject[];
} {
  return {
    instance: configObjects.filter(
      ({ consumers }) => consumers.length === 0 || !consumers.every(isAccountJob),
    ),
    services: configObjects.filter(({ consumers }) => consumers.some(isAccountJob)),
  };
}

/** What would bring an administrator's secret into the instance's namespace; one sentence each. */
export function adminSettingFaults(
  configObjects: readonly ConfigObject[],
  adminSettings: readonly string[],
): string[] {
  return placeConfig(configObjects).instance.flatMap(({ id, tokenKeys, consumers }) =>
    tokenKeys
      .filter((key) => adminSettings.includes(key))
      .map(
        (key) =>
          `${key} makes its owner an administrator of a service that sites share, and ${id} ` +
          `(read by ${consumers.join(", ") || "nobody known"}) would hold it in the site's own namespace. ` +
          "Take it out of there; only init tasks may use it.",
      ),
  );
}

function isAccountJob(consumer: string): boolean {
  return [...accountPhases].some((phase) => consumer === `Job.${phase}`);
}
