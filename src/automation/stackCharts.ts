import type { ChartReference } from "../charts/reference.js";
import { chartsSchema, platformSchema } from "../config/platform.js";
import { readStack } from "../engine/stackFile.js";
import { type ChartName, charts } from "../platform/charts.js";
import { UserError } from "../workspace/errors.js";

/**
 * Every chart of the catalogue with the version and repository that the stack's add-ons name for it.
 * @param stack Default: the catalogue alone.
 * @param mirror serves in place of the catalogue's repositories.
 * @throws UserError when the stack is not there or says something else of its add-ons.
 */
export function chartsOf(stack?: string, mirror?: string): Record<ChartName, ChartReference> {
  const { addons } = readPart(stack, "platform", (value) => platformSchema.parse(value));
  const overrides: Partial<Record<string, { version?: string; repository?: string }>> = addons;
  return Object.fromEntries(
    Object.entries(charts).map(([name, { chart, version, repository }]) => [
      name,
      {
        chart,
        version: overrides[name]?.version ?? version,
        repository: overrides[name]?.repository ?? mirror ?? repository,
      },
    ]),
  ) as Record<ChartName, ChartReference>;
}

/** What the stack says in `charts.mirror`. */
export function mirrorOf(stack: string): string | undefined {
  return readPart(stack, "charts", (value) => chartsSchema.parse(value)).mirror;
}

function readPart<T>(stack: string | undefined, key: string, parse: (value: unknown) => T): T {
  const text = stack === undefined ? undefined : readStack(stack).config[`openedx:${key}`];
  try {
    return parse(text === undefined ? {} : JSON.parse(text));
  } catch {
    throw new UserError(
      `stacks/Pulumi.${stack}.yaml: openedx:${key} has faults; \`openedx plan ${stack}\` says which.`,
    );
  }
}
