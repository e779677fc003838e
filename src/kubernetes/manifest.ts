import { parseAllDocuments } from "yaml";
import { UserError } from "../workspace/errors.js";
import type { Json, KubernetesObject } from "./objects.js";

/** Times and dates, which YAML 1.1 has and Kubernetes reads as numbers or text. */
const isTime = (tag: { tag: string; format?: string }): boolean =>
  tag.format === "TIME" || tag.tag.endsWith(":timestamp");

/**
 * The objects in what kustomize or Helm prints, read as Kubernetes does: YAML 1.1, where 0777 is octal, without its
 * times and dates. A List gives its items.
 * @throws UserError when it is not YAML.
 */
export function parseManifest(text: string): KubernetesObject[] {
  return parseAllDocuments(text, {
    version: "1.1",
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !isTime(tag)),
  }).flatMap((document) => {
    const error = document.errors?.[0];
    if (error !== undefined) {
      throw new UserError(`The rendered manifests are not YAML: ${error.message}`);
    }
    const object = document.toJS() as KubernetesObject | null;
    if (object === null) {
      return [];
    }
    return object.kind === "List" && Array.isArray(object.items)
      ? (object.items as KubernetesObject[])
      : [object];
  });
}

/**
 * Values as Helm takes them on standard input: JSON, with the characters escaped that are line breaks to its YAML 1.1
 * and text to JSON.
 */
export function helmValues(values: Json | Record<string, unknown>): string {
  return JSON.stringify(values).replace(
    /[\u0085\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
