import type { TokenEntry } from "../../tutor/types.js";
import { joinFaults } from "../../workspace/errors.js";

/** How often the operator had each generated secret made anew, by key: `instances.<name>.rotated`. */
export type Rotated = Readonly<Record<string, number>>;

/** The first generation is the one that nobody asked for. */
export function generationOf(rotated: Rotated, key: string): number {
  return rotated[key] ?? 1;
}

/**
 * @throws UserError for a key that is none of the instance's generated secrets; it says which there are.
 */
export function checkRotated(
  instance: string,
  rotated: Rotated,
  secrets: readonly TokenEntry[],
  given: Readonly<Record<string, string>>,
): void {
  const made = secrets.filter(
    ({ key, spec }) => ["password", "uuid", "rsa"].includes(spec.kind) && given[key] === undefined,
  );
  const faults = Object.keys(rotated)
    .filter((key) => !made.some((entry) => entry.key === key))
    .map((key) => {
      const where = `openedx:instances.${instance}.rotated.${key}`;
      const derived = secrets.find((entry) => entry.key === key)?.spec;
      if (given[key] !== undefined) {
        return (
          `${where}: ${key} is not generated, since you give its value. To rotate it, give another one: ` +
          `\`pulumi config set --secret --path openedx:secrets.${instance}.${key}\``
        );
      }
      if (derived?.kind === "hmac") {
        return `${where}: ${key} is derived from ${derived.key}; rotate that one`;
      }
      if (derived?.kind === "bcrypt") {
        return `${where}: ${key} is the hash of ${derived.of}; rotate that one`;
      }
      return (
        `${where}: is none of the secrets that are generated for this site. ` +
        `These are: ${made.map((entry) => entry.key).join(", ") || "none"}`
      );
    });
  if (faults.length > 0) {
    throw joinFaults(`instance ${instance}: secrets that can't be rotated`, faults);
  }
}
