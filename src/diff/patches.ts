import { structuredPatch } from "diff";
import { stringify } from "yaml";
import type { PlannedResource } from "../engine/plan.js";
import type { KubernetesObject } from "../kubernetes/objects.js";
import type { Side } from "./side.js";
import type { ObjectChange } from "./types.js";

const fileTypes = ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:Secret"];

/** Lines around a change. */
const context = 3;

/** The Kubernetes objects that are others: those in releases, and the files that pods read. */
export function objectChanges(before: Side, after: Side): ObjectChange[] {
  const releases = urnsOf([...before.releases(), ...after.releases()]);
  const files = urnsOf(fileTypes.flatMap((type) => [...before.ofType(type), ...after.ofType(type)]));
  return [
    ...releases.flatMap((urn) => releaseChanges(urn, before, after)),
    ...files.flatMap((urn) => fileChanges(urn, before, after)),
  ];
}

function releaseChanges(urn: string, before: Side, after: Side): ObjectChange[] {
  const [old, fresh] = [before.objectsOf(urn), after.objectsOf(urn)];
  const release = (after.resources.get(urn) ?? before.resources.get(urn))?.name ?? urn;
  const instance = after.instanceOf(urn) ?? before.instanceOf(urn);
  return [...new Set([...old.keys(), ...fresh.keys()])].sort().flatMap((object) => {
    const [one, other] = [old.get(object), fresh.get(object)];
    if (JSON.stringify(one) === JSON.stringify(other)) {
      return []; // most are the same, and YAML takes its time
    }
    const change = changeOf(textOf(one, before), textOf(other, after));
    return change === undefined ? [] : [{ ...change, release, object, instance }];
  });
}

function fileChanges(urn: string, before: Side, after: Side): ObjectChange[] {
  const [one, other] = [before.resources.get(urn), after.resources.get(urn)];
  const { type, name } = other ?? one ?? { type: "", name: "" };
  const instance = after.instanceOf(urn) ?? before.instanceOf(urn);
  const [was, is] = [filesOf(one, before), filesOf(other, after)];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].sort().flatMap((file) => {
    const change = changeOf(was[file], is[file]);
    const object = `${type.split(":").at(-1)}/${name}/${file}`;
    return change === undefined ? [] : [{ ...change, object, instance }];
  });
}

function textOf(object: KubernetesObject | undefined, side: Side): string | undefined {
  return object === undefined ? undefined : side.withoutHashes(stringify(object, { lineWidth: 0 }));
}

/** By name. The names of the objects that hold them follow from their content, and are left out. */
function filesOf(resource: PlannedResource | undefined, side: Side): Record<string, string> {
  const { data, stringData, binaryData } = resource?.inputs ?? {};
  return Object.fromEntries(
    [data, stringData, binaryData]
      .flatMap((files) => Object.entries(asMap(files)))
      .map(([file, text]) => [
        file,
        side.withoutHashes(typeof text === "string" ? text : JSON.stringify(text)),
      ]),
  );
}

function asMap(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function changeOf(
  before: string | undefined,
  after: string | undefined,
): Pick<ObjectChange, "kind" | "patch" | "added" | "removed"> | undefined {
  if (before === after) {
    return undefined;
  }
  const { hunks } = structuredPatch("", "", before ?? "", after ?? "", undefined, undefined, { context });
  const lines = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
    ...lines.filter((line) => !line.startsWith("\\")),
  ]);
  return {
    kind: before === undefined ? "create" : after === undefined ? "delete" : "update",
    patch: lines.join("\n"),
    added: lines.filter((line) => line.startsWith("+")).length,
    removed: lines.filter((line) => line.startsWith("-")).length,
  };
}

function urnsOf(resources: readonly PlannedResource[]): string[] {
  return [...new Set(resources.map(({ urn }) => urn))].sort();
}
