import type { KubernetesObject } from "../../kubernetes/objects.js";
import { messageOf, UserError } from "../../workspace/errors.js";
import type { PropertyMap, Registered, Registration, ResourceHandler } from "../types.js";
import { ApiError, type LiveObject } from "./cluster.js";
import {
  objectOutputs,
  readExisting,
  registerGenerated,
  registerProvider,
  releaseOutputs,
  unsupportedInvoke,
  type Planned,
} from "./firstPass.js";
import { awaitJob, jobOutcome } from "./jobs.js";
import type { Ledger } from "./ledger.js";
import { computedOutputs, deleteObject, isReplaceable, pause, putObject, readObject } from "./objects.js";
import type { Owners, OwnerSteps } from "./owners.js";
import { explainPod, listPods, takesTime, whyNotReady } from "./readiness.js";
import { upgradeRelease } from "./releases.js";
import { releaseRef, removeRef } from "./removeRef.js";
import { describeRef, sameRef, type ObjectRef } from "./resourcePaths.js";
import type { HelmSite, Sites } from "./sites.js";
import { translate, type Meaning, type ReleaseInputs } from "./translate.js";
import type { LocalAction, ReleaseSummary } from "./types.js";

/** What the second pass works with. */
export interface SecondPassContext {
  ledger: Ledger;
  sites: Sites;
  /** What the first pass found, by URN. */
  planned: ReadonlyMap<string, Planned>;
  owners: Owners;
  steps: OwnerSteps;
  signal: AbortSignal;
}

type Changing = Extract<Meaning, { kind: "object" | "release" }>;

const readySeconds = 600;

/** Carries resources out in the program's own order. After a failure what has begun is ended and nothing begun. */
export class SecondPass implements ResourceHandler {
  readonly actions = new Map<string, LocalAction>();
  readonly releases: ReleaseSummary[] = [];
  /** What went wrong, worded for people. */
  readonly failures: Error[] = [];
  readonly #context: SecondPassContext;

  constructor(context: SecondPassContext) {
    this.#context = context;
  }

  async register(registration: Registration): Promise<Registered> {
    const { ledger, sites, signal } = this.#context;
    signal.throwIfAborted();
    if (this.failures.length > 0) {
      throw new UserError("not begun, since something else failed");
    }
    const meaning = translate(registration);
    switch (meaning.kind) {
      case "provider":
        return registerProvider(registration, ledger, sites);
      case "generated": {
        const before = ledger.state.generated[registration.urn];
        const registered = await registerGenerated(registration, meaning.inputs, ledger);
        if (ledger.state.generated[registration.urn] !== before) {
          await ledger.flush(); // nothing may use a value that could be lost
        }
        this.actions.set(registration.urn, this.#generatedAction(registration.urn));
        return registered;
      }
      case "unknown":
        throw new Error(`${registration.urn} still has unknown inputs.`);
      default:
        return this.#guarded(registration, meaning);
    }
  }

  read(registration: Registration, id: string): Promise<Registered> {
    return readExisting(registration, id, this.#context.sites);
  }

  invoke(token: string): Promise<PropertyMap> {
    return Promise.reject(unsupportedInvoke(token));
  }

  #generatedAction(urn: string): LocalAction {
    const plan = this.#context.planned.get(urn);
    return plan === undefined || plan.isNew ? "created" : plan.isSame ? "same" : "replaced";
  }

  async #guarded(registration: Registration, meaning: Changing): Promise<Registered> {
    const { ledger, owners, steps, signal } = this.#context;
    const { urn } = registration;
    const record = ledger.recordOf(registration);
    if (record?.hash === meaning.hash) {
      ledger.follow(registration);
      this.actions.set(urn, "same");
      return meaning.kind === "object"
        ? objectOutputs(registration, meaning.object, record.outputs)
        : releaseOutputs(meaning.release, record.outputs);
    }
    const owner = owners.of(urn);
    try {
      const registered =
        meaning.kind === "object"
          ? await this.#object(registration, meaning.object, meaning.hash, owner)
          : await this.#release(registration, meaning.release, meaning.hash, owner);
      steps.finished(owner);
      return registered;
    } catch (error) {
      if (signal.aborted) {
        throw error;
      }
      const message = messageOf(error);
      const told = message.startsWith(`${owner}: `) ? message : `${owner}: ${registration.name}: ${message}`;
      const failure = error instanceof UserError || error instanceof ApiError ? new UserError(told) : error;
      this.failures.push(failure as Error);
      throw failure;
    }
  }

  async #object(
    registration: Registration,
    object: KubernetesObject,
    hash: string,
    owner: string,
  ): Promise<Registered> {
    const { ledger, sites, steps, signal } = this.#context;
    const site = sites.of(registration);
    const ref = await site.paths.ref(object);
    const where = describeRef(ref);
    steps.report(owner, where);
    const before = await this.#begin(registration, ref, site, owner);
    if (ref.kind === "Job") {
      await clearFailedJob(site, ref, object, signal);
    }
    const mayReplace =
      isReplaceable(ref.kind) || registration.deleteBeforeReplace || registration.replaceOnChanges.length > 0;
    let put: { live: LiveObject; replaced: boolean };
    try {
      put = await putObject(site, object, signal, mayReplace);
    } catch (error) {
      throw signal.aborted ? error : new UserError(`${owner}: ${where}: ${messageOf(error)}`);
    }
    const live = await this.#awaitReady(registration, object, put.live, site, owner);
    const outputs = computedOutputs(live);
    this.actions.set(
      registration.urn,
      before === undefined ? "created" : put.replaced || !sameRef(before, ref) ? "replaced" : "updated",
    );
    ledger.finish(registration, hash, outputs);
    return objectOutputs(registration, object, outputs);
  }

  async #release(
    registration: Registration,
    release: ReleaseInputs,
    hash: string,
    owner: string,
  ): Promise<Registered> {
    const { ledger, sites, steps, signal, planned } = this.#context;
    const began = Date.now();
    const site = sites.of(registration);
    const namespace = release.namespace ?? site.cluster.access.namespace;
    const { urn } = registration;
    steps.report(owner, `release ${release.name}`);
    const lastGood = ledger.recordOf(registration)?.revision;
    const before = await this.#begin(registration, releaseRef(release.name, namespace), site, owner);
    const plan = planned.get(urn);
    const isAsPlanned = plan !== undefined && "hash" in plan.meaning && plan.meaning.hash === hash;
    const rendered = isAsPlanned ? await plan.rendered : undefined;
    const report = (text: string): void => steps.report(owner, text);
    const context = { site, helm: site.helm, namespace, owner, signal, report };
    const objects = Array.isArray(rendered) ? rendered : undefined;
    const { revision, outputs } = await upgradeRelease(release, objects, lastGood, context);
    const moved = before !== undefined && !sameRef(before, releaseRef(release.name, namespace));
    this.actions.set(urn, before === undefined ? "created" : moved ? "replaced" : "updated");
    this.releases.push({
      urn,
      name: release.name,
      namespace,
      revision,
      seconds: (Date.now() - began) / 1000,
    });
    ledger.finish(registration, hash, outputs, revision);
    return releaseOutputs(release, outputs);
  }

  /** Notes the change before it is begun; returns what the resource was before. */
  async #begin(
    registration: Registration,
    ref: ObjectRef,
    site: HelmSite,
    owner: string,
  ): Promise<ObjectRef | undefined> {
    const { ledger, signal, planned } = this.#context;
    const plan = planned.get(registration.urn);
    const before = plan === undefined ? ledger.recordOf(registration)?.ref : plan.before;
    if (ledger.begin(registration, ref)) {
      await ledger.flush(); // so that a later run knows what a killed one may have made
    }
    if (before !== undefined && !sameRef(before, ref) && registration.deleteBeforeReplace) {
      await removeRef(site, before, owner, signal);
    }
    return before;
  }

  async #awaitReady(
    registration: Registration,
    object: KubernetesObject,
    live: LiveObject,
    site: HelmSite,
    owner: string,
  ): Promise<LiveObject> {
    const { steps, signal } = this.#context;
    if (object.metadata.annotations?.["pulumi.com/skipAwait"] === "true") {
      return live;
    }
    const ref = await site.paths.ref(object);
    const path = (await site.paths.object(ref)) ?? "";
    const seconds = registration.customTimeouts.create ?? registration.customTimeouts.update;
    if (ref.kind === "Job") {
      const report = (text: string): void => steps.report(owner, text);
      return awaitJob(site.cluster, path, { owner, seconds, signal, report });
    }
    if (!takesTime(ref.kind) || ref.kind === "PersistentVolumeClaim") {
      return live;
    }
    const began = Date.now();
    let current = live;
    for (;;) {
      const reason = whyNotReady({ ...current, kind: ref.kind });
      if (reason === undefined) {
        return current;
      }
      if (Date.now() - began > (seconds ?? readySeconds) * 1000) {
        const pods = await listPods(site.cluster, ref.namespace ?? "default").catch(() => []);
        const lines = pods.flatMap((pod) => explainPod(pod) ?? []).map((line) => `\n  ${line}`);
        throw new UserError(`${owner}: ${describeRef(ref)} ${reason}${lines.join("")}`);
      }
      await pause(began, signal);
      current = await site.cluster.demand("GET", path);
    }
  }
}

/**
 * A Job that failed runs again where the program asks so (`pulumi.com/replaceUnready`). One that still runs is waited
 * for instead: stopping a migration halfway helps nobody.
 */
async function clearFailedJob(
  site: HelmSite,
  ref: ObjectRef,
  object: KubernetesObject,
  signal: AbortSignal,
): Promise<void> {
  if (object.metadata.annotations?.["pulumi.com/replaceUnready"] === "true") {
    const live = await readObject(site, ref);
    if (live !== undefined && jobOutcome(live) === "failed") {
      await deleteObject(site, ref, signal);
    }
  }
}
