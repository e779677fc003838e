import type { Facts } from "../cloud/facts.js";
import type { Json, KubernetesObject } from "../kubernetes/objects.js";
import { inline, table } from "../workspace/markdown.js";
import { mapOf, mapsOf } from "../workspace/yaml.js";
import type { Plan, PlannedResource } from "./plan.js";

/** The plan for machines: stable, keys in a fixed order, secrets masked. */
export function planToJson({ stack, resources, manifests, outputs }: Plan): string {
  return `${JSON.stringify({ stack, resources, manifests, outputs }, undefined, 2)}\n`;
}

/** A resource with those below it. */
export interface Branch {
  resource: PlannedResource;
  children: Branch[];
}

/** The tree of parents; among siblings the order of URNs. */
export function treeOf(resources: readonly PlannedResource[]): Branch[] {
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
export function shortType(type: string): string {
  const [name = "", module = "", kind = ""] = type.split(":");
  return `${/^index(\/|$)/.test(module) ? name : module}:${kind}`;
}

function shown(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : "";
}

/** What a reviewer wants to see of a Kubernetes object at a glance. */
export function highlights(object: KubernetesObject): string[] {
  const spec = mapOf(object.spec);
  const job = mapOf(mapOf(spec.jobTemplate).spec);
  const template = mapOf(spec.template ?? job.template);
  const pod = object.kind === "Pod" ? spec : mapOf(template.spec);
  const images = [...mapsOf(pod.initContainers), ...mapsOf(pod.containers)].map(({ image }) => shown(image));
  const ports = mapsOf(spec.ports).map(({ port, protocol }) =>
    protocol === undefined || protocol === "TCP" ? shown(port) : `${shown(port)}/${shown(protocol)}`,
  );
  const hosts = [
    ...mapsOf(spec.rules).map(({ host }) => shown(host)),
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

/** `Kind/name` of an object. */
export function nameOf(object: KubernetesObject): string {
  return `${object.kind}/${object.metadata.name}`;
}

/** Objects by kind and name. */
export function byName(objects: readonly KubernetesObject[]): KubernetesObject[] {
  return [...objects].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
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
