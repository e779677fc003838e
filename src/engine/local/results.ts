import { Secret, type ProgramResult, type PropertyMap, type PropertyValue } from "../types.js";
import type { Planned } from "./firstPass.js";
import { lastOutputs } from "./lastOutputs.js";
import type { Ledger } from "./ledger.js";
import type { LocalResult, ReleaseSummary } from "./types.js";
import { hasUnknown, reveal } from "./values.js";

/** The result of a run that found nothing to do. */
export function unchangedResult(
  first: ProgramResult,
  planned: readonly Planned[],
  ledger: Ledger,
): LocalResult {
  return {
    outputs: rememberedOutputs(first.outputs, ledger),
    resources: planned
      .filter(({ meaning }) => meaning.kind !== "provider")
      .map(({ registration: { urn, type, name }, isSame, isNew }) => {
        const action = isSame ? "same" : isNew ? "created" : "replaced";
        return { urn, type, name, action };
      }),
    releases: unchangedReleases(planned, ledger),
    instances: [],
  };
}

/** Releases that were left alone. */
export function unchangedReleases(planned: readonly Planned[], { state }: Ledger): ReleaseSummary[] {
  return planned.flatMap(({ registration: { urn }, meaning, isSame }) => {
    const record = state.resources[urn];
    return meaning.kind === "release" && isSame && record !== undefined
      ? [
          {
            urn,
            name: record.ref.name,
            namespace: record.ref.namespace ?? "default",
            revision: record.revision ?? 0,
            seconds: 0,
          },
        ]
      : [];
  });
}

/** Keeps the stack's outputs for runs that have no need to ask the cluster. */
export function rememberOutputs({ state }: Ledger, outputs: PropertyMap): void {
  state.outputs = Object.fromEntries(
    Object.entries(outputs)
      .filter(([, value]) => !hasUnknown(value))
      .map(([key, value]) => [key, { value: reveal(value), isSecret: hasSecret(value) }]),
  );
}

/** Outputs of a first pass, with what only the cluster could tell as it was after the last run. */
function rememberedOutputs(outputs: PropertyMap, { state }: Ledger): PropertyMap {
  const last = lastOutputs(state);
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [key, hasUnknown(value) ? (last[key] ?? value) : value]),
  );
}

function hasSecret(value: PropertyValue): boolean {
  return (
    value instanceof Secret ||
    (typeof value === "object" && value !== null && Object.values(value).some(hasSecret))
  );
}
