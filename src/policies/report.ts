import { inline } from "../workspace/markdown.js";
import { rules } from "./rules.js";
import { unrenderedReleases } from "./objects.js";
import type { Level, PolicyStack, Violation } from "./types.js";

const titles: Record<Level, string> = { mandatory: "Must be fixed", advisory: "Advice" };

/** The violations for people, as a pull request or a terminal shows them: grouped by rule, mandatory ones first. */
export function violationsToMarkdown(
  stacks: readonly PolicyStack[],
  violations: readonly Violation[],
): string {
  const names = stacks.map(({ stack }) => stack).join(", ");
  const lines = [`# Policies: ${headline(violations)} in ${inline(names)}`];
  for (const level of ["mandatory", "advisory"] as const) {
    const ofLevel = violations.filter((violation) => violation.level === level);
    if (ofLevel.length > 0) {
      lines.push("", `## ${titles[level]} (${ofLevel.length})`, ...groupLines(ofLevel, stacks.length > 1));
    }
  }
  return `${[...lines, ...blindSpots(stacks)].join("\n")}\n`;
}

function headline(violations: readonly Violation[]): string {
  const mandatory = violations.filter(({ level }) => level === "mandatory").length;
  return `${mandatory} mandatory and ${violations.length - mandatory} advisory violations`;
}

function groupLines(violations: readonly Violation[], several: boolean): string[] {
  return rules.flatMap(({ name, description }) => {
    const own = violations.filter(({ rule }) => rule === name);
    return own.length === 0
      ? []
      : [
          "",
          `### ${name}`,
          "",
          description,
          "",
          ...own.map(
            ({ stack, message }) => `- ${several ? `${inline(stack)}: ` : ""}${inline(message, Infinity)}`,
          ),
        ];
  });
}

/** What the rules could not look into. */
function blindSpots(stacks: readonly PolicyStack[]): string[] {
  const unrendered = stacks.flatMap((stack) =>
    unrenderedReleases(stack).map((name) => `${stack.stack}/${name}`),
  );
  const noBefore = stacks.filter(({ before }) => before === undefined).map(({ stack }) => stack);
  const spots = [
    ...(unrendered.length > 0
      ? [
          `Judged by their values alone, since their charts could not be rendered here: ${inline(unrendered.join(", "))}.`,
        ]
      : []),
    ...(noBefore.length > 0
      ? [`release-steps had nothing to compare with (\`--before FILE\`): ${inline(noBefore.join(", "))}.`]
      : []),
  ];
  return spots.length === 0 ? [] : ["", "## Not looked into", "", ...spots.map((spot) => `- ${spot}`)];
}
