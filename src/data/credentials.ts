import { nearest } from "../workspace/nearest.js";
import type { ServiceFacts } from "./facts.js";
import type { ServicesRequest } from "./types.js";

type Given = Pick<ServicesRequest, "credentials">;
type Credentials = NonNullable<ServiceFacts["credentials"]>;

/** Of the store for backups, which is no instance's. */
const backupCredentials: Credentials = { names: ["accessKey", "secretKey"], quoted: true };

/** Secret. The value that the operator gave; with `instance`, its own (`SERVICE-INSTANCE`) if there is one. */
export function credential(
  { credentials }: Given,
  service: string,
  name: string,
  instance?: string,
): string | undefined {
  const own = instance === undefined ? undefined : credentials[`${service}-${instance}`]?.[name];
  return own ?? credentials[service]?.[name];
}

/** How a missing one is given. */
export function howToGive(service: string, name: string): string {
  return `\`pulumi config set --secret --path openedx:credentials.${service}.${name}\``;
}

/** What can't stand unquoted in YAML, SQL, shells and URLs, all of which it reaches. */
const unsafe = /[^A-Za-z0-9._~-]/;

/** Names that nothing reads, and values that can't be carried; a sentence each. Values are never in it. */
export function credentialFaults(
  { credentials, instances }: Given & Pick<ServicesRequest, "instances">,
  table: Readonly<Record<string, ServiceFacts>>,
): string[] {
  const known = Object.fromEntries(
    [
      ...Object.entries(table).map(([service, facts]) => [service, facts.credentials] as const),
      ["backup", backupCredentials] as const,
    ].filter((each): each is [string, Credentials] => each[1] !== undefined),
  );
  return Object.entries(credentials).flatMap(([key, values]) => {
    const service = serviceOf(key, Object.keys(instances), known);
    if (typeof service === "string") {
      return valueFaults(key, known[service] as Credentials, values);
    }
    // Keys of other parts of the program are theirs to check.
    return service?.faults ?? [];
  });
}

function serviceOf(
  key: string,
  instances: readonly string[],
  known: Readonly<Record<string, Credentials>>,
): string | { faults: string[] } | undefined {
  if (Object.hasOwn(known, key)) {
    return key;
  }
  const services = Object.keys(known);
  const own = services.find((service) => known[service]?.perInstance && key.startsWith(`${service}-`));
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

function valueFaults(
  key: string,
  { names, quoted }: Credentials,
  values: Readonly<Record<string, string>>,
): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    if (!names.includes(name)) {
      const near = nearest(name, names);
      return [
        `openedx:credentials.${key}.${name}: nothing reads it; ` +
          (near === undefined ? `known names: ${names.join(", ")}` : `did you mean "${near}"?`),
      ];
    }
    if (!quoted && unsafe.test(value)) {
      return [
        `openedx:credentials.${key}.${name}: holds a character other than letters, digits and . _ ~ -, which would ` +
          "break the files and addresses that it stands in. Give that account another password",
      ];
    }
    return value === "" ? [`openedx:credentials.${key}.${name}: is empty`] : [];
  });
}

/**
 * Those of the names that an external server needs and that are missing; a sentence each.
 * @param instance may have its own
 */
export function missingCredentials(
  config: Given,
  service: string,
  names: readonly string[],
  instance?: string,
): string[] {
  const why =
    instance === undefined
      ? `openedx:services.${service}.mode is external`
      : `${instance} has none of its own`;
  return names
    .filter((name) => credential(config, service, name, instance) === undefined)
    .map(
      (name) =>
        `openedx:credentials.${service}.${name}: is missing, and ${why}. Give it by ${howToGive(service, name)}`,
    );
}
