import type { KubernetesObject } from "../kubernetes/objects.js";
import { type ConfigObject, placeConfig } from "./configObject.js";
import type { Tokens } from "../tutor/tokenTexts.js";

/**
 * What is wrong with objects that were bound: every place, but for ConfigMaps and Secrets, where a token is left. One
 * sentence each, with object and path.
 */
export function leftoverTokens(objects: readonly KubernetesObject[], tokens: Tokens): string[] {
  return objects.flatMap((object) => {
    const found: string[] = [];
    walk(object, "", (text, path) => {
      for (const { key } of tokens.find(text)) {
        found.push(
          `${object.kind} ${object.metadata.name}: ${path} holds the secret setting ${key}. ` +
            "Only ConfigMaps, Secrets and a container's env, command and args can; move it there.",
        );
      }
    });
    return found;
  });
}

/** What would bring an administrator's secret into the instance's namespace; one sentence each. */
export function adminSettingFaults(
  configObjects: readonly ConfigObject[],
  adminSettings: readonly string[],
): string[] {
  return placeConfig(configObjects).instance.flatMap(({ id, tokenKeys, consumers }) =>
    tokenKeys
      .filter((key) => adminSettings.includes(key))
      .map(
        (key) =>
          `${key} makes its owner an administrator of a service that sites share, and ${id} ` +
          `(read by ${consumers.join(", ") || "nobody known"}) would hold it in the site's own namespace. ` +
          "Take it out of there; only init tasks may use it.",
      ),
  );
}

/** Calls `visit` for every string, keys of maps included, with its path. */
function walk(value: unknown, path: string, visit: (text: string, path: string) => void): void {
  if (typeof value === "string") {
    visit(value, path);
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => walk(item, `${path}[${index}]`, visit));
  } else if (value !== null && typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      visit(key, `${path} (a key)`);
      walk(item, path === "" ? key : `${path}.${key}`, visit);
    }
  }
}
