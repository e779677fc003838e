import type { ServiceMode } from "../config/services.js";
import type { StackConfig } from "../stack/load.js";
import { nearest } from "../workspace/nearest.js";

/**
 * What `openedx:credentials` holds for the data services, by service and name. `objectStore-INSTANCE` and
 * `search-INSTANCE` are one instance's own, and go before those of all.
 */
export const credentialNames = {
  mysql: ["adminPassword"],
  mongodb: ["adminPassword"],
  redis: ["brokerPassword", "cachePassword"],
  search: ["masterKey"],
  objectStore: ["accessKey", "secretKey"],
  backup: ["accessKey", "secretKey"],
} as const satisfies Record<string, readonly string[]>;

type Service = keyof typeof credentialNames;
type Name<S extends Service> = (typeof credentialNames)[S][number];

/** Services of which each instance may have credentials of its own. */
const perInstance: readonly Service[] = ["objectStore", "search"];

/** Secret. The value that the operator gave; with `instance`, its own if there is one. */
export function credential<S extends Service>(
  config: Pick<StackConfig, "credentials">,
  service: S,
  name: Name<S>,
  instance?: string,
): string | undefined {
  const own = instance === undefined ? undefined : config.credentials[`${service}-${instance}`]?.[name];
  return own ?? config.credentials[service]?.[name];
}

/** How a missing one is given. */
export function howToGive<S extends Service>(service: S, name: Name<S>): string {
  return `\`pulumi config set --secret --path openedx:credentials.${service}.${name}\``;
}

/** What can't stand unquoted in YAML, SQL, shells and URLs, all of which it reaches. */
const unsafe = /[^A-Za-z0-9._~-]/;

/** Names that nothing reads, and values that can't be carried; a sentence each. Values are never in it. */
export function credentialFaults(config: Pick<StackConfig, "credentials" | "instances">): string[] {
  return Object.entries(config.credentials).flatMap(([key, values]) => {
    const service = serviceOf(key, Object.keys(config.instances));
    if (typeof service === "object") {
      return service.faults;
    }
    // Keys of other parts of the program are theirs to check.
    return service === undefined ? [] : valueFaults(key, service, values);
  });
}

function serviceOf(key: string, instances: readonly string[]): Service | { faults: string[] } | undefined {
  const services = Object.keys(credentialNames) as Service[];
  const exact = services.find((service) => service === key);
  if (exact !== undefined) {
    return exact;
  }
  const own = perInstance.find((service) => key.startsWith(`${service}-`));
  if (own !== undefined) {
    const instance = key.slice(own.length + 1);
    return instances.includes(instance)
      ? own
      : {
          faults: [
            `openedx:credentials.${key}: there is no instance "${instance}" in openedx:instances ` +
              `(${instances.join(", ") || "none"})`,
          ],
        };
  }
  const near = nearest(key, services, 3);
  return near === undefined
    ? undefined
    : { faults: [`openedx:credentials.${key}: nothing reads it; did you mean "${near}"?`] };
}

function valueFaults(key: string, service: Service, values: Record<string, string>): string[] {
  const names: readonly string[] = credentialNames[service];
  return Object.entries(values).flatMap(([name, value]) => {
    if (!names.includes(name)) {
      const near = nearest(name, names);
      return [
        `openedx:credentials.${key}.${name}: nothing reads it; ` +
          (near === undefined ? `known names: ${names.join(", ")}` : `did you mean "${near}"?`),
      ];
    }
    // Object stores' keys are theirs to choose, and are quoted where they go.
    if (service !== "objectStore" && service !== "backup" && unsafe.test(value)) {
      return [
        `openedx:credentials.${key}.${name}: holds a character other than letters, digits and . _ ~ -, which would ` +
          "break the files and addresses that it stands in. Give that account another password",
      ];
    }
    return value === "" ? [`openedx:credentials.${key}.${name}: is empty`] : [];
  });
}

/** The credentials that a mode needs and that are missing; a sentence each. */
export function missingCredentials<S extends Service>(
  config: Pick<StackConfig, "credentials">,
  service: S,
  mode: ServiceMode,
  needed: readonly Name<S>[] = credentialNames[service],
): string[] {
  return mode !== "external"
    ? []
    : needed
        .filter((name) => credential(config, service, name) === undefined)
        .map(
          (name) =>
            `openedx:credentials.${service}.${name}: is missing, and openedx:services.${service}.mode is external. ` +
            `Give it by ${howToGive(service, name)}`,
        );
}
