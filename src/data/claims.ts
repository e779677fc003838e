import type { Json } from "../kubernetes/objects.js";
import { joinFaults } from "../workspace/errors.js";
import type { ClaimRule, ServiceFacts } from "./facts.js";
import { serviceFacts } from "./factsTable.js";
import { isOwn } from "./settings.js";
import { planOf, type ServicesPlan } from "./table.js";

/** A name on a shared server that no two instances may have both. */
export interface Claim {
  service: string;
  rule: ClaimRule;
  name: string;
  /** The setting that gives the name. */
  setting: string;
}

type FactsTable = Readonly<Record<string, ServiceFacts>>;

/** The names that settings claim. */
export function claimsOf(
  settings: Readonly<Record<string, Json>>,
  table: FactsTable = serviceFacts,
): Claim[] {
  const rules = Object.entries(table).flatMap(([service, { claims = [] }]) =>
    claims.map((rule) => ({ service, rule })),
  );
  return Object.entries(settings).flatMap(([setting, name]) => {
    const claimant = rules.find(({ rule }) => rule.setting.test(setting));
    return claimant === undefined || typeof name !== "string" || name === ""
      ? []
      : [{ ...claimant, name, setting }];
  });
}

/**
 * The names that a rendered instance claims on the servers that it shares, those of its plugins and those that its own
 * config.yml gives included.
 * @param rendered The full rendered config.
 * @param written As for `instanceServices`: what is the instance's own is claimed from nobody.
 */
export function renderedClaims(
  plan: Pick<ServicesPlan, "namespace">,
  rendered: Readonly<Record<string, Json>>,
  written: ReadonlySet<string>,
  table: FactsTable = serviceFacts,
): Claim[] {
  return claimsOf(rendered, table).filter(({ service }) => {
    const facts = table[service];
    return facts !== undefined && planOf(plan, service).mode !== "bundled" && !isOwn(facts, written);
  });
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
                `${first} has the ${one.rule.kind} ${one.name} (${one.setting}) and ${second} ${other.name} (${other.setting}): ${why}`,
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
  const { rule } = one;
  if (rule !== other.rule) {
    return undefined;
  }
  const [a, b] = rule.ignoresCase
    ? [one.name.toLowerCase(), other.name.toLowerCase()]
    : [one.name, other.name];
  return a === b ? "they are the same" : rule.clash?.(a, b);
}
