import type { JsonObject, KubernetesObject } from "../kubernetes/objects.js";
import { messageOf, UserError } from "../workspace/errors.js";
import { isMap } from "../workspace/yaml.js";
import { ApiError, type Answer } from "./cluster.js";
import { dryApply, fieldManager, isImmutableFieldError, type Site } from "./objects.js";

/** What the API server thinks of an object before anything is changed. */
export type Verdict =
  | { kind: "good" }
  | { kind: "fault"; message: string }
  /** Could not be judged; the reason is for the reader. */
  | { kind: "unjudged"; message: string };

const good: Verdict = { kind: "good" };

/** What the judge must know of the whole run. */
export interface Surroundings {
  /** `Kind` of `group/version` that the run itself will define. */
  definesKind(apiVersion: string, kind: string): boolean;
  /** Namespaces that the run will make. */
  makesNamespace(name: string): boolean;
}

/**
 * Sends objects to the API server to be admitted and forgotten again (dry run).
 *
 * What goes into a namespace that is still to be made is judged in `default`, as a new object: there schema,
 * defaults and admission are the same, and nothing that exists there can be in the way.
 */
export class Judge {
  readonly #site: Site;
  readonly #surroundings: Surroundings;
  readonly #namespaces = new Map<string, Promise<boolean>>();

  constructor(site: Site, surroundings: Surroundings) {
    this.#site = site;
    this.#surroundings = surroundings;
  }

  /** An object by itself. One whose fixed fields change is replaced, which Pulumi's preview has shown by then. */
  async plainObject(object: KubernetesObject): Promise<Verdict> {
    return this.#judge(object, undefined, async () => {
      try {
        await dryApply(this.#site, object);
        return good;
      } catch (error) {
        if (isImmutableFieldError(error)) {
          return this.#asNew(object);
        }
        return judgeError(error);
      }
    });
  }

  /**
   * An object of a release, which Helm merges over what is there.
   * @param before the object as the deployed revision has it.
   */
  async releaseObject(
    object: KubernetesObject,
    before: KubernetesObject | undefined,
    namespace: string,
  ): Promise<Verdict> {
    const isHook = object.metadata.annotations?.["helm.sh/hook"] !== undefined;
    return this.#judge(object, namespace, async (placed) => {
      if (isHook) {
        return this.#asNew(placed);
      }
      const path = await this.#site.paths.object(await this.#site.paths.ref(placed));
      const answer = await this.#site.cluster.call("PATCH", path ?? "", {
        query: { dryRun: "All", fieldManager: "helm", fieldValidation: "Strict" },
        contentType: "application/merge-patch+json",
        body: mergePatch(before as unknown as JsonObject | undefined, placed as unknown as JsonObject),
      });
      return answer.status === 404 ? this.#asNew(placed) : judgeAnswer(answer);
    });
  }

  async #judge(
    object: KubernetesObject,
    releaseNamespace: string | undefined,
    inPlace: (placed: KubernetesObject) => Promise<Verdict>,
  ): Promise<Verdict> {
    const { apiVersion, kind, metadata } = object;
    if (typeof apiVersion !== "string" || typeof kind !== "string" || typeof metadata?.name !== "string") {
      return { kind: "fault", message: "has no apiVersion, kind or metadata.name" };
    }
    const known = await this.#site.paths.kind(apiVersion, kind);
    if (known === undefined) {
      return this.#surroundings.definesKind(apiVersion, kind)
        ? { kind: "unjudged", message: `${kind} of ${apiVersion} will be defined in this run` }
        : { kind: "fault", message: `the cluster knows no ${kind} of ${apiVersion}` };
    }
    if (!known.namespaced) {
      return inPlace(object);
    }
    const namespace = metadata.namespace ?? releaseNamespace ?? this.#site.cluster.access.namespace;
    const placed = { ...object, metadata: { ...metadata, namespace } };
    if (await this.#exists(namespace)) {
      return inPlace(placed);
    }
    return this.#surroundings.makesNamespace(namespace)
      ? this.#asNew({ ...placed, metadata: { ...placed.metadata, namespace: "default" } })
      : { kind: "fault", message: `there is no namespace ${namespace}, and nothing in this run makes it` };
  }

  async #asNew(object: KubernetesObject): Promise<Verdict> {
    const collection = await this.#site.paths.collection(await this.#site.paths.ref(object));
    const answer = await this.#site.cluster.call("POST", collection ?? "", {
      query: { dryRun: "All", fieldManager, fieldValidation: "Strict" },
      body: object,
    });
    // Judged before the name is looked at, so a namesake does not matter.
    return answer.status === 409 ? good : judgeAnswer(answer);
  }

  #exists(namespace: string): Promise<boolean> {
    const asked =
      this.#namespaces.get(namespace) ??
      this.#site.cluster
        .get(`/api/v1/namespaces/${namespace}`)
        .then((live) => live !== undefined && live.metadata.deletionTimestamp === undefined);
    this.#namespaces.set(namespace, asked);
    return asked;
  }
}

function judgeAnswer(answer: Answer): Verdict {
  return answer.status < 300 ? good : judgeError(new ApiError(answer));
}

function judgeError(error: unknown): Verdict {
  const message = messageOf(error);
  if (!(error instanceof ApiError)) {
    if (error instanceof UserError) {
      throw error;
    }
    return { kind: "unjudged", message };
  }
  if (/failed calling webhook|does not support dry run/.test(message)) {
    return { kind: "unjudged", message };
  }
  return { kind: "fault", message: cleanMessage(message) };
}

/** Without the object's name, which the reader is told anyway, and without whole objects, which no one can read. */
function cleanMessage(message: string): string {
  return message
    .replace(/^ *"" is invalid: patch: Invalid value: "(?:[^"\\]|\\.)*": /, "")
    .replace(/"(?:[^"\\]|\\.){400,}"/g, '"…"')
    .replace(/^failed to create typed patch object \([^)]*\): /, "")
    .replace(/^[A-Za-z.]+ "[^"]*" is invalid: /, "")
    .replace(/^[A-Za-z]+ in version "[^"]*" cannot be handled as a [A-Za-z]+: /, "");
}

/** The JSON merge patch that makes `before` into `after`, naming all of `after`, since what is live may differ. */
function mergePatch(before: JsonObject | undefined, after: JsonObject): JsonObject {
  const patch: JsonObject = {};
  for (const key of Object.keys(before ?? {})) {
    if (!Object.hasOwn(after, key)) {
      patch[key] = null;
    }
  }
  for (const [key, value] of Object.entries(after)) {
    const earlier = before?.[key];
    patch[key] = isMap(value) ? mergePatch(isMap(earlier) ? earlier : undefined, value) : value;
  }
  return patch;
}
