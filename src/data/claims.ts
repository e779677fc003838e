import type { Json } from "../kubernetes/objects.js";
import { joinFaults } from "../workspace/errors.js";
import { isOwn } from "./own.js";
import type { Claim, ServicesPlan } from "./types.js";

/** The settings that name something on a shared server; those of MySQL are named by plugins, too, by custom. */
const claimants: {
  setting: RegExp;
  service: "mysql" | "mongodb" | "redis" | "objectStore";
  kind: Claim["kind"];
}[] = [
  { setting: /(^|_)MYSQL_(DATABASE|DB|DB_NAME)$/, service: "mysql", kind: "database" },
  { setting: /_MYSQL_(USERNAME|USER)$/, service: "mysql", kind: "user" },
  { setting: /^(FORUM_)?MONGODB_DATABASE$/, service: "mongodb", kind: "database" },
  { setting: /^MONGODB_USERNAME$/, service: "mongodb", kind: "user" },
  { setting: /^OPENEDX_PULUMI_REDIS_PREFIX$/, service: "redis", kind: "prefix" },
  { setting: /^OPENEDX_PULUMI_STORAGE_BUCKET$/, service: "objectStore", kind: "bucket" },
];

/** The names that settings claim. */
export function claimsOf(settings: Readonly<Record<string, Json>>): Claim[] {
  return Object.entries(settings).flatMap(([setting, name]) => {
    const claimant = claimants.find((each) => each.setting.test(setting));
    return claimant === undefined || typeof name !== "string" || name === ""
      ? []
      : [{ service: claimant.service, kind: claimant.kind, name, setting }];
  });
}

/**
 * The names that a rendered instance claims on the servers that it shares, those of its plugins and those that its own
 * config.yml gives included.
 * @param rendered The full rendered config.
 * @param written As for `instanceServices`: what is the instance's own is claimed from nobody.
 */
export function renderedClaims(
  plan: ServicesPlan,
  rendered: Readonly<Record<string, Json>>,
  written: ReadonlySet<string>,
): Claim[] {
  return claimsOf(rendered).filter(
    ({ service }) => service !== "search" && plan[service].mode !== "bundled" && !isOwn(service, written),
  );
}

/**
 * Makes sure that no instance can reach what is another's.
 * @throws UserError that names the instances, the settings and the names.
 */
export function checkClaims(claimsByInstance: Readonly<Record<string, readonly Claim[]>>): void {
  const instances = Object.entries(claimsByInstance);
  const faults = instances.flatMap(([first, ofFirst], index) =>
    instances.slice(index + 1).flatMap(([second, ofSecond]) =>
      ofFirst.flatMap((one) =>
        ofSecond.flatMap((other) => {
          const why = collision(one, other);
          return why === undefined
            ? []
            : [
                `${first} has the ${one.kind} ${one.name} (${one.setting}) and ${second} ${other.name} (${other.setting}): ${why}`,
              ];
        }),
      ),
    ),
  );
  if (faults.length > 0) {
    throw joinFaults(
      "Instances would share what must be one's own; name it otherwise in a config.yml",
      faults,
    );
  }
}

function collision(one: Claim, other: Claim): string | undefined {
  if (one.service !== other.service || one.kind !== other.kind) {
    return undefined;
  }
  // MySQL's names differ in case on some systems only; buckets and the rest are as they are written.
  const [a, b] =
    one.service === "mysql" ? [one.name.toLowerCase(), other.name.toLowerCase()] : [one.name, other.name];
  if (a === b) {
    return "they are the same";
  }
  if (one.service === "mysql" && one.kind === "database" && (covers(a, b) || covers(b, a))) {
    return "in MySQL's GRANT `_` stands for any character, so that the rights to one are rights to the other";
  }
  if (one.kind === "prefix" && (a.startsWith(b) || b.startsWith(a))) {
    return "one begins with the other";
  }
  return undefined;
}

/** Whether a GRANT on the database `pattern` is one on `name`, too. */
function covers(pattern: string, name: string): boolean {
  return (
    pattern.length === name.length &&
    [...pattern].every((letter, index) => letter === "_" || letter === name[index])
  );
}
