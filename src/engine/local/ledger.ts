import type { JsonObject } from "../../kubernetes/objects.js";
import type { Registration } from "../types.js";
import { sameRef, type ObjectRef } from "./resourcePaths.js";
import type { ResourceRecord, State } from "./state.js";
import type { StateStore } from "./stateStore.js";

/** Keeps the state in step with what is done on the cluster. */
export class Ledger {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  get state(): State {
    return this.#store.state;
  }

  /** What is known of a resource; one that was known by another URN takes this one. */
  recordOf({ urn, aliases }: Registration): ResourceRecord | undefined {
    const { resources, generated } = this.state;
    const former = aliases.find((alias) => alias in resources || alias in generated);
    if (former !== undefined && !(urn in resources) && !(urn in generated)) {
      if (resources[former] !== undefined) {
        resources[urn] = resources[former];
        delete resources[former];
      }
      if (generated[former] !== undefined) {
        generated[urn] = generated[former];
        delete generated[former];
      }
    }
    return resources[urn];
  }

  /**
   * Notes that a resource is about to be changed.
   * @returns true if the cluster's copy of the state does not tell so yet.
   */
  begin(registration: Registration, ref: ObjectRef): boolean {
    const before = this.recordOf(registration);
    const moved = before !== undefined && !sameRef(before.ref, ref);
    const isNews = before === undefined || before.hash !== undefined || moved;
    const obsolete = (before?.obsolete ?? []).filter((other) => !sameRef(other, ref));
    this.state.resources[registration.urn] = {
      ...described(registration),
      ref,
      obsolete: moved ? [...obsolete, before.ref] : obsolete,
      outputs: before?.outputs ?? {},
      revision: before?.revision,
    };
    return isNews;
  }

  /** Notes that a resource is as its inputs say; written soon. */
  finish(registration: Registration, hash: string, outputs: JsonObject, revision?: number): void {
    const record = this.state.resources[registration.urn];
    if (record !== undefined) {
      this.state.resources[registration.urn] = { ...record, hash, outputs, revision };
      this.#store.save();
    }
  }

  /** Follows what the program says of an unchanged resource: its dependencies, protection and the like. */
  follow(registration: Registration): void {
    const record = this.recordOf(registration);
    if (record !== undefined) {
      this.state.resources[registration.urn] = { ...record, ...described(registration) };
    }
  }

  save(): void {
    this.#store.save();
  }

  flush(): Promise<void> {
    return this.#store.flush();
  }
}

function described(
  registration: Registration,
): Pick<
  ResourceRecord,
  "type" | "dependencies" | "parent" | "provider" | "protect" | "retainOnDelete" | "deletedWith"
> {
  const { type, dependencies, parent, provider, protect, retainOnDelete, deletedWith } = registration;
  return { type, dependencies, parent, provider, protect, retainOnDelete, deletedWith };
}
