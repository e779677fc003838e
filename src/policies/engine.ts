import { mapOf, mapsOf } from "../workspace/yaml.js";
import { type JsonObject, type Json, type KubernetesObject } from "../kubernetes/objects.js";
import { releaseType, unknown } from "./objects.js";
import type { PolicyResource, PolicyStack } from "./types.js";

/** A resource as the engine tells a policy pack of it. */
export interface EngineResource {
  urn: string;
  type: string;
  name: string;
  /** Behind the SDK's guard, which throws where an unknown value is touched. */
  props: Record<string, unknown>;
  opts: { protect: boolean };
  parent?: { urn: string };
}

/** Under this name the SDK's guard gives what it guards. */
const guarded = "__getSpecialProxyTarget";

/** What stands for values that are not known yet: of booleans, numbers, texts, lists, assets, archives and maps. */
const unknownMarks: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** A value with `[unknown]` for what is not known: rules say of it that they could not check, where the SDK would throw. */
function readable(value: unknown): Json {
  if (unknownMarks.has(value)) {
    return unknown;
  }
  if (Array.isArray(value)) {
    return value.map(readable);
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => [key, readable(item)]),
    );
  }
  return (value ?? null) as Json;
}

function policyResource({ urn, type, name, props, opts, parent }: EngineResource): PolicyResource {
  const inputs = readable(props[guarded] ?? props) as JsonObject;
  return { urn, type, name, parent: parent?.urn ?? "", inputs, protect: opts.protect };
}

/** The objects that a release of the instance chart is given; the engine renders no charts. */
function givenObjects({ inputs }: PolicyResource): readonly KubernetesObject[] | undefined {
  const { manifests } = mapOf(inputs.values);
  return typeof manifests === "object" && manifests !== null
    ? (mapsOf(Object.values(manifests)) as unknown as KubernetesObject[])
    : undefined;
}

/** The stack as the engine has it at the end of a preview or an update. */
export function engineStack(
  resources: readonly EngineResource[],
  { disposable, before, facts }: Pick<PolicyStack, "disposable" | "before" | "facts">,
): PolicyStack {
  const read = resources.map(policyResource);
  const given = read
    .filter(({ type }) => type === releaseType)
    .flatMap((release) => {
      const objects = givenObjects(release);
      return objects === undefined ? [] : [[release.urn, objects] as const];
    });
  return {
    stack: /^urn:pulumi:([^:]+)::/.exec(read[0]?.urn ?? "")?.[1] ?? "",
    resources: read,
    manifests: Object.fromEntries(given),
    disposable,
    before,
    secretsMarked: false,
    facts,
  };
}
