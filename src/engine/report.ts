import type { Facts } from "../cloud/facts.js";
import { createHash } from "node:crypto";
import type { Json, KubernetesObject } from "../kubernetes/objects.js";
import { inline, table } from "../workspace/markdown.js";
import type { Plan, PlannedResource } from "./plan.js";
import { type ChartInputs, isRemote } from "./remoteChart.js";

/** The plan for machines: stable, keys in a fixed order, secrets masked. */
export function planToJson({ stack, resources, manifests, outputs }: Plan): string {
  return `${JSON.stringify({ stack, resources, manifests, outputs }, undefined, 2)}\n`;
}

interface Branch {
  resource: PlannedResource;
  children: Branch[];
}

/** The tree of parents; among siblings the order of URNs. */
function treeOf(resources: readonly PlannedResource[]): Branch[] {
  const branches = new Map(
    resources.map((resource) => [resource.urn, { resource, children: [] as Branch[] }]),
  );
  const roots: Branch[] = [];
  for (const branch of branches.values()) {
    (branches.get(branch.resource.parent)?.children ?? roots).push(branch);
  }
  return roots;
}

/** `kubernetes:apps/v1:Deployment` as `apps/v1:Deployment`, `random:index/x:X` as `random:X`: enough to know it by. */
function shortType(type: string): string {
  const [name = "", module = "", kind = ""] = type.split(":");
  return `${/^index(\/|$)/.test(module) ? name : module}:${kind}`;
}

function shortDigest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 8);
}

function mapOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.map(mapOf) : [];
}

function shown(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

/** What a reviewer wants to see of a Kubernetes object at a glance. */
function highlights(object: KubernetesObject): string[] {
  const spec = mapOf(object.spec);
  const job = mapOf(mapOf(spec.jobTemplate).spec);
  const template = mapOf(spec.template ?? job.template);
  const pod = object.kind === "Pod" ? spec : mapOf(template.spec);
  const images = [...listOf(pod.initContainers), ...listOf(pod.containers)].map(({ image }) => shown(image));
  const ports = listOf(spec.ports).map(({ port, protocol }) =>
    protocol === undefined || protocol === "TCP" ? shown(port) : `${shown(port)}/${shown(protocol)}`,
  );
  const hosts = [
    ...listOf(spec.rules).map(({ host }) => shown(host)),
    ...[spec.hostnames ?? []].flat().map(shown),
  ];
  const parts: [string, string[]][] = [
    ["replicas", [shown(spec.replicas)]],
    ["images", images],
    ["ports", ports],
    ["hosts", hosts],
    ["schedule", [shown(spec.schedule)]],
  ];
  return parts.flatMap(([name, values]) => {
    const given = [...new Set(values.filter((value) => value !== ""))];
    return given.length === 0 ? [] : [`${name} ${given.join(", ")}`];
  });
}

function nameOf(object: KubernetesObject): string {
  return `${object.kind}/${object.metadata.name}`;
}

function byName(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return [...objects].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
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

function markdownTree(branches: readonly Branch[], depth: number): string[] {
  return branches.flatMap(({ resource, children }) => [
    `${"  ".repeat(depth)}- ${inline(resource.name)} (${inline(shortType(resource.type))})${resource.protect ? ", **protected**" : ""}`,
    ...markdownTree(children, depth + 1),
  ]);
}

function countsOf(resources: readonly PlannedResource[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { type } of resources) {
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

function outputLine(name: string, value: Json): string {
  return `- ${inline(name)}: ${inline(typeof value === "string" ? value : JSON.stringify(value), Infinity)}`;
}

/** The resources that cost money while they exist, by type. */
function costLines(resources: readonly PlannedResource[], facts: Pick<Facts, "of">): string[] {
  const billed = resources.filter(({ type }) => facts.of(type)?.billed);
  if (billed.length === 0) {
    return [];
  }
  const rows = countsOf(billed).map(([type, count]) => {
    const names = billed.filter((resource) => resource.type === type).map(({ name }) => name);
    return [shortType(type), count, names.join(", ")];
  });
  const heading = `## Costs money: ${billed.length} ${billed.length === 1 ? "resource" : "resources"}`;
  return ["", heading, "", table(["Type", "Count", "Names"], rows)];
}

/**
 * The plan for people, as a pull request shows it.
 * @param facts tell which resources cost money; these are listed apart. Default: none does.
 */
export function planToMarkdown(plan: Plan, facts: Pick<Facts, "of"> = { of: () => undefined }): string {
  const names = new Map(plan.resources.map(({ urn, name }) => [urn, name]));
  const objects = Object.values(plan.manifests).reduce((sum, list) => sum + list.length, 0);
  const lines = [
    `# Plan of ${inline(plan.stack)}`,
    "",
    `${plan.resources.length} resources. Kubernetes objects in Helm releases: ${objects}.`,
    ...(plan.notes.length === 0 ? [] : ["", ...plan.notes.map((note) => `> ${inline(note)}`)]),
    "",
    table(
      ["Type", "Count"],
      countsOf(plan.resources).map(([type, count]) => [shortType(type), count]),
    ),
    ...costLines(plan.resources, facts),
    ...["", "## Resources", "", "<details><summary>All resources by component</summary>", ""],
    ...markdownTree(treeOf(plan.resources), 0),
    ...["", "</details>"],
  ];
  for (const [urn, list] of Object.entries(plan.manifests)) {
    const rows = byName(list).map((object) => [nameOf(object), highlights(object).join("; ")]);
    lines.push("", `## Release ${inline(names.get(urn) ?? urn)}`, "", table(["Object", ""], rows));
  }
  if (Object.keys(plan.outputs).length > 0) {
    lines.push(
      "",
      "## Outputs",
      "",
      ...Object.entries(plan.outputs).map(([name, value]) => outputLine(name, value)),
    );
  }
  return `${lines.join("\n")}\n`;
}
