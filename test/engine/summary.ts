import { createHash } from "node:crypto";
import type { Plan, PlannedResource } from "../../src/engine/plan.js";
import { type ChartInputs, isRemote } from "../../src/engine/remoteChart.js";
import { type Branch, byName, highlights, nameOf, shortType, treeOf } from "../../src/engine/report.js";

function shortDigest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 8);
}

/** Resources of one type that have neither children nor protection are one line: a plan holds many secrets. */
function treeLines(branches: readonly Branch[], indent: string): string[] {
  const groups = new Map<string, Branch[]>();
  for (const branch of branches) {
    const { urn, type, protect } = branch.resource;
    const key = branch.children.length > 0 ? urn : `${type} ${protect}`;
    groups.set(key, [...(groups.get(key) ?? []), branch]);
  }
  return [...groups.values()].flatMap((group) => {
    const { type, protect } = group[0]?.resource ?? { type: "", protect: false };
    const names = group.map(({ resource }) => resource.name).join(" ");
    const line = `${indent}${shortType(type)} ${names}${protect ? " [protected]" : ""}`;
    return [
      ...wrap(line, `${indent}    `),
      ...group.flatMap(({ children }) => treeLines(children, `${indent}  `)),
    ];
  });
}

function wrap(line: string, indent: string): string[] {
  const lines: string[] = [];
  let current = line;
  while (current.length > 118) {
    const at = current.lastIndexOf(" ", 118);
    if (at <= indent.length) {
      break;
    }
    lines.push(current.slice(0, at));
    current = indent + current.slice(at + 1);
  }
  return [...lines, current];
}

/** Whether a release's chart is this program's own: any other can be had on some machines only. */
function hasOwnChart(resource: PlannedResource | undefined): boolean {
  const { chart, repositoryOpts } = (resource?.inputs ?? {}) as unknown as ChartInputs;
  return !isRemote({ chart, repositoryOpts }) && !chart.endsWith(".tgz");
}

/**
 * The plan in a form small enough for a review, and the same on every machine: the tree of resources, then the objects
 * of each release of our own chart with images, replicas, ports, hosts and a short digest of their content.
 */
export function planSummary(plan: Plan): string {
  const resources = new Map(plan.resources.map((resource) => [resource.urn, resource]));
  const lines = [
    `stack ${plan.stack}: ${plan.resources.length} resources`,
    ...treeLines(treeOf(plan.resources), "  "),
  ];
  for (const [urn, objects] of Object.entries(plan.manifests)) {
    const resource = resources.get(urn);
    if (!hasOwnChart(resource)) {
      continue;
    }
    lines.push("", `release ${resource?.name ?? urn}: ${objects.length} objects`);
    for (const object of byName(objects)) {
      lines.push(`  ${[nameOf(object), ...highlights(object), shortDigest(object)].join("; ")}`);
    }
  }
  const outputs = Object.keys(plan.outputs);
  lines.push("", `outputs: ${outputs.join(" ") || "none"}`);
  return `${lines.join("\n")}\n`;
}
