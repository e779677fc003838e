import type { ChartReference } from "../charts/reference.js";
import { chartsSchema, platformSchema } from "../config/platform.js";
import { servicesSchema } from "../data/config.js";
import { readStack } from "../engine/stackFile.js";
import { type ChartName, charts } from "../platform/charts.js";
import { chartReference } from "../platform/chartSource.js";
import { UserError } from "../workspace/errors.js";

/**
 * Every chart of the catalogue with the version and repository that the stack's add-ons and services name for it.
 * @param stack Default: the catalogue alone.
 * @param mirror serves in place of the catalogue's repositories.
 * @throws UserError when the stack is not there or says something else of them.
 */
export function chartsOf(stack?: string, mirror?: string): Record<ChartName, ChartReference> {
  const settings = {
    charts: { mirror },
    platform: readPart(stack, "platform", (value) => platformSchema.parse(value)),
    services: readPart(stack, "services", (value) => servicesSchema.parse(value)),
  };
  const names = Object.keys(charts) as ChartName[];
  return Object.fromEntries(names.map((name) => [name, chartReference(name, settings)])) as Record<
    ChartName,
    ChartReference
  >;
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
