import type { JsonObject, KubernetesObject } from "../../kubernetes/objects.js";
import { UserError } from "../../workspace/errors.js";
import { Secret, Unknown, type PropertyMap, type Registered } from "../types.js";
import type { Registration, ResourceHandler } from "../types.js";
import { generate, secretOutputsOf, type Generated } from "./generate.js";
import type { Ledger } from "./ledger.js";
import { readObject } from "./objects.js";
import { renderRelease } from "./releases.js";
import type { ObjectRef } from "./resourcePaths.js";
import { lastOutputs } from "./lastOutputs.js";
import type { Sites } from "./sites.js";
import { stateName, StateStore } from "./stateStore.js";
import { kindOfType, sameGenerated, translate, type Meaning, type ReleaseInputs } from "./translate.js";
import { hasUnknown, reveal } from "./values.js";

/** What a run would do with one resource. */
export interface Planned {
  registration: Registration;
  meaning: Meaning;
  isSame: boolean;
  /** True if no earlier run has made it. */
  isNew: boolean;
  /** What the resource was before the run. */
  before?: ObjectRef;
  /** Of a changed release: its objects, or why there are none. */
  rendered?: Promise<KubernetesObject[] | UserError>;
}

/**
 * Runs along with the program and changes nothing: finds out what would be done, and makes up the missing secrets.
 */
export class FirstPass implements ResourceHandler {
  readonly planned = new Map<string, Planned>();
  /** URN and message of what cannot be carried out. */
  readonly faults: { urn: string; message: string }[] = [];
  readonly #ledger: Ledger;
  readonly #sites: Sites;
  readonly #signal: AbortSignal;

  constructor(ledger: Ledger, sites: Sites, signal: AbortSignal) {
    this.#ledger = ledger;
    this.#sites = sites;
    this.#signal = signal;
  }

  async register(registration: Registration): Promise<Registered> {
    try {
      const meaning = translate(registration);
      const record = this.#ledger.recordOf(registration);
      const isSame = "hash" in meaning && record?.hash === meaning.hash;
      this.planned.set(registration.urn, {
        registration,
        meaning,
        isSame,
        isNew: record === undefined,
        before: record?.ref,
      });
      switch (meaning.kind) {
        case "provider":
          return registerProvider(registration, this.#ledger, this.#sites);
        case "generated":
          return await this.#generated(registration, meaning.inputs);
        case "unknown":
          return { outputs: {} };
        case "object":
          return objectOutputs(registration, meaning.object, isSame ? record?.outputs : undefined);
        case "release":
          if (!isSame) {
            this.#render(registration, meaning.release);
          }
          return releaseOutputs(meaning.release, isSame ? record?.outputs : undefined);
      }
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      this.faults.push({ urn: registration.urn, message: error.message });
      return { outputs: {} };
    }
  }

  read(registration: Registration, id: string): Promise<Registered> {
    return readExisting(registration, id, this.#sites);
  }

  invoke(token: string): Promise<PropertyMap> {
    return Promise.reject(unsupportedInvoke(token));
  }

  async #generated(registration: Registration, inputs: JsonObject): Promise<Registered> {
    const { urn } = registration;
    const before = this.#ledger.state.generated[urn];
    const registered = await registerGenerated(registration, inputs, this.#ledger);
    const planned = this.planned.get(urn);
    if (planned !== undefined) {
      planned.isSame = this.#ledger.state.generated[urn] === before;
      planned.isNew = before === undefined;
    }
    return registered;
  }

  #render(registration: Registration, release: ReleaseInputs): void {
    const { helm, cluster } = this.#sites.of(registration);
    const namespace = release.namespace ?? cluster.access.namespace;
    const rendered = renderRelease(release, helm, namespace, this.#signal).catch((error: unknown) =>
      error instanceof UserError ? error : Promise.reject(error as Error),
    );
    rendered.catch(() => undefined); // looked at after the program has ended
    const planned = this.planned.get(registration.urn);
    if (planned !== undefined) {
      planned.rendered = rendered;
    }
  }
}

/** A provider takes effect at once; it has nothing on the cluster. */
export function registerProvider(registration: Registration, ledger: Ledger, sites: Sites): Registered {
  const { urn, inputs } = registration;
  const kubeconfig = registration.type.endsWith(":kubernetes") ? sites.addProvider(urn, inputs) : undefined;
  if (kubeconfig === undefined) {
    delete ledger.state.providers[urn];
  } else {
    ledger.state.providers[urn] = kubeconfig;
  }
  return { id: registration.name, outputs: {} };
}

/** The value that was made up before, or a new one; only in memory until the ledger is flushed. */
export async function registerGenerated(
  registration: Registration,
  inputs: JsonObject,
  ledger: Ledger,
): Promise<Registered> {
  const { urn, type, name, ignoreChanges, importId } = registration;
  ledger.recordOf(registration);
  const before = ledger.state.generated[urn];
  if (before?.type === type && sameGenerated(before.inputs, inputs, ignoreChanges)) {
    const { id, ...outputs } = before.outputs;
    return { id: typeof id === "string" ? id : "none", outputs: markSecrets(type, outputs) };
  }
  const { id, outputs }: Generated = await generate(type, name, inputs);
  if (importId !== undefined && "result" in outputs) {
    outputs.result = importId;
  }
  ledger.state.generated[urn] = { type, inputs, outputs: { id, ...outputs } };
  return { id, outputs: markSecrets(type, outputs) };
}

function markSecrets(type: string, outputs: JsonObject): PropertyMap {
  const secret = secretOutputsOf(type);
  return Object.fromEntries(
    Object.entries(outputs).map(([key, value]) => [key, secret.includes(key) ? new Secret(value) : value]),
  );
}

/**
 * What a program sees of an object: its inputs with what the cluster added.
 * @param computed undefined where the cluster has not been asked yet.
 */
export function objectOutputs(
  registration: Registration,
  object: KubernetesObject,
  computed: JsonObject | undefined,
): Registered {
  const { name, namespace } = object.metadata;
  const known = computed ?? { metadata: { name } };
  const outputs = mergeOutputs(registration.inputs, known);
  if (computed === undefined) {
    const metadata = outputs.metadata;
    outputs.metadata = isMap(metadata) ? { uid: Unknown.value, ...metadata } : (metadata ?? null);
  }
  const place = namespace ?? (computed?.metadata as JsonObject | undefined)?.namespace;
  return { id: typeof place === "string" ? `${place}/${name}` : name, outputs };
}

/** What a program sees of a release beside its inputs. */
export function releaseOutputs(release: ReleaseInputs, computed: JsonObject | undefined): Registered {
  const outputs: PropertyMap = computed ?? { status: Unknown.value, resourceNames: Unknown.value };
  return {
    id: `${release.namespace ?? "default"}/${release.name}`,
    outputs: { name: release.name, ...outputs },
  };
}

/** Reads an object that the program does not own (`get`). */
export async function readExisting(
  registration: Registration,
  id: string,
  sites: Sites,
): Promise<Registered> {
  if (registration.type === stackReferenceType) {
    return readStackOutputs(id, sites);
  }
  const { apiVersion, kind } = kindOfType(registration.type);
  const parts = id.split("/");
  const name = parts.at(-1) ?? id;
  const site = sites.of(registration);
  const namespace = parts.length > 1 ? parts[0] : site.cluster.access.namespace;
  const live = await readObject(site, { apiVersion, kind, name, namespace });
  if (live === undefined) {
    throw new UserError(`There is no ${kind} ${id} on ${site.cluster.access.server}.`);
  }
  const outputs = live as unknown as PropertyMap;
  return {
    id,
    outputs: kind === "Secret" ? { ...outputs, data: new Secret(outputs.data ?? {}) } : outputs,
  };
}

const stackReferenceType = "pulumi:pulumi:StackReference";

/** Outputs of another stack that the local runner deployed to the same cluster. */
async function readStackOutputs(name: string, { main }: Sites): Promise<Registered> {
  const parts = name.split("/");
  const [project, stack] = parts.length === 3 ? [parts[1], parts[2]] : ["openedx", name];
  const store = await StateStore.open(main.cluster, stateName(project ?? "", stack ?? ""));
  const outputs = lastOutputs(store.state);
  const secret = Object.entries(outputs).filter(([, value]) => value instanceof Secret);
  return { id: name, outputs: { name, outputs, secretOutputNames: secret.map(([key]) => key) } };
}

export function unsupportedInvoke(token: string): UserError {
  return new UserError(`The local runner cannot call ${token}. Use Pulumi for this stack.`);
}

/** `inputs`' top-level keys that `computed` has too, with what `computed` adds; secrets stay marked. */
function mergeOutputs(inputs: PropertyMap, computed: JsonObject): PropertyMap {
  return Object.fromEntries(
    Object.entries(computed).map(([key, added]) => {
      const given = inputs[key];
      if (given === undefined || !isMap(added)) {
        return [key, added];
      }
      if (given instanceof Secret && !hasUnknown(given)) {
        return [key, new Secret({ ...(reveal(given) as JsonObject), ...added })];
      }
      return [key, isMap(given) ? { ...given, ...added } : given];
    }),
  );
}

function isMap(value: unknown): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret) &&
    !(value instanceof Unknown)
  );
}
