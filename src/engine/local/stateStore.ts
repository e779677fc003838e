import type { Cluster, LiveObject } from "./cluster.js";
import { ApiError } from "./cluster.js";
import { decodeState, emptyState, encodeState, splitBytes, type State } from "./state.js";
import { digest } from "../../workspace/digest.js";
import { messageOf, UserError } from "../../workspace/errors.js";

/** Holds the runner's Secrets and Leases; nothing else. */
export const stateNamespace = "openedx-local";

const secretsPath = `/api/v1/namespaces/${stateNamespace}/secrets`;
/** Of a Secret's data; the API server takes a mebibyte. */
const partBytes = 900_000;
const stateLabel = "openedx-pulumi/state-of";
const settleMilliseconds = 150;

interface StateSecret extends LiveObject {
  data?: Record<string, string>;
}

/** The name of a stack's Secret and Lease: the stack's own where it can be one. */
export function stateName(project: string, stack: string): string {
  const plain = `${project}.${stack}`.toLowerCase().replace(/[^a-z0-9.-]+/g, "-");
  return plain === `${project}.${stack}` && plain.length <= 200
    ? plain
    : `${plain.slice(0, 200).replace(/^[^a-z0-9]+/, "")}-${digest(project, stack).slice(0, 8)}`;
}

/** Makes the namespace of the runner's own objects. */
export async function ensureStateNamespace(cluster: Cluster): Promise<void> {
  if ((await cluster.get(`/api/v1/namespaces/${stateNamespace}`)) === undefined) {
    const metadata = { name: stateNamespace };
    const answer = await cluster.call("POST", "/api/v1/namespaces", {
      body: { apiVersion: "v1", kind: "Namespace", metadata },
    });
    if (answer.status >= 300 && answer.status !== 409) {
      throw new ApiError(answer);
    }
  }
}

/** Deletes the namespace when no stack has a state in it. */
export async function removeStateNamespaceIfEmpty(cluster: Cluster): Promise<void> {
  const list = await cluster.get<{ items: LiveObject[] }>(secretsPath, { labelSelector: stateLabel });
  if (list?.items.length === 0) {
    await cluster.call("DELETE", `/api/v1/namespaces/${stateNamespace}`);
  }
}

/**
 * A stack's state on its cluster: a Secret, followed by as many as a large state needs.
 *
 * The parts of a new state are written beside the old ones and come into force with the first Secret, so a run that is
 * killed leaves either the old state or the new one. Writes carry the version that was read: a second writer is found.
 */
export class StateStore {
  readonly state: State;
  readonly #cluster: Cluster;
  readonly #name: string;
  readonly #partBytes: number;
  #head: StateSecret | undefined;
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #isBehind = false;

  private constructor(
    cluster: Cluster,
    name: string,
    state: State,
    head: StateSecret | undefined,
    size: number,
  ) {
    this.#cluster = cluster;
    this.#name = name;
    this.state = state;
    this.#head = head;
    this.#partBytes = size;
  }

  /** @param size How many bytes a Secret may hold. Default: 900 000. */
  static async open(cluster: Cluster, name: string, size = partBytes): Promise<StateStore> {
    const head = await cluster.get<StateSecret>(`${secretsPath}/${name}`);
    if (head === undefined) {
      return new StateStore(cluster, name, emptyState(), undefined, size);
    }
    try {
      const count = Number(decodeText(head.data?.parts));
      const generation = decodeText(head.data?.generation);
      const rest = await Promise.all(
        Array.from({ length: count - 1 }, (_, index) =>
          cluster.demand<StateSecret>("GET", `${secretsPath}/${partName(name, generation, index + 1)}`),
        ),
      );
      const bytes = Buffer.concat(
        [head, ...rest].map(({ data }) => Buffer.from(data?.state ?? "", "base64")),
      );
      return new StateStore(cluster, name, decodeState(bytes), head, size);
    } catch (error) {
      throw new UserError(
        `The Secret ${stateNamespace}/${name} on ${cluster.access.server} holds no state that can be read ` +
          `(${messageOf(error).split("\n")[0]}). It has the generated secrets of the stack: restore it from a backup of ` +
          `the cluster, or delete it together with everything that the stack made.`,
      );
    }
  }

  /** Writes soon; many calls make one write. A failure shows in the next `flush` or in `close`. */
  save(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#enqueue().catch(() => {
        this.#isBehind = true;
      });
    }, settleMilliseconds);
  }

  /** Writes now and waits until the state as it is at this moment is kept. */
  flush(): Promise<void> {
    this.#cancelTimer();
    return this.#enqueue();
  }

  /** Writes what is still to be written. Nothing is written afterwards, when others may hold the lease. */
  async close(): Promise<void> {
    const isDue = this.#cancelTimer();
    await this.#writing.catch(() => undefined);
    if (isDue || this.#isBehind) {
      await this.#enqueue();
    }
  }

  /** Deletes the state from the cluster. */
  async remove(): Promise<void> {
    this.#cancelTimer();
    await this.#writing.catch(() => undefined);
    await this.#deleteParts(undefined);
    await this.#cluster.call("DELETE", `${secretsPath}/${this.#name}`);
    this.#head = undefined;
  }

  #enqueue(): Promise<void> {
    // A failed write has been told to whoever asked for it; the next one tries again with all that is known by then.
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write());
    return this.#writing;
  }

  /** @returns whether a write was due. */
  #cancelTimer(): boolean {
    const isDue = this.#timer !== undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return isDue;
  }

  async #write(): Promise<void> {
    this.#isBehind = false;
    const parts = splitBytes(encodeState(this.state), this.#partBytes);
    const before = this.#head?.data?.generation;
    const generation = String(Number(decodeText(before) || "0") + 1);
    for (const [index, part] of parts.entries()) {
      if (index > 0) {
        const name = partName(this.#name, generation, index);
        await this.#cluster.call("DELETE", `${secretsPath}/${name}`); // of a run that was killed
        await this.#cluster.demand("POST", secretsPath, { body: this.#secret(name, { state: part }) });
      }
    }
    const data = {
      generation: Buffer.from(generation),
      parts: Buffer.from(String(parts.length)),
      state: parts[0] ?? Buffer.alloc(0),
    };
    const body = this.#secret(this.#name, data, this.#head?.metadata.resourceVersion);
    const answer =
      this.#head === undefined
        ? await this.#cluster.call("POST", secretsPath, { body })
        : await this.#cluster.call("PUT", `${secretsPath}/${this.#name}`, { body });
    if ((answer.status === 409 || answer.status === 404) && !(await this.#isInForce(body))) {
      throw new UserError(
        `Another run has changed the state of this stack (Secret ${stateNamespace}/${this.#name}). ` +
          `Let it end, then run again.`,
      );
    }
    if (answer.status >= 300 && answer.status !== 409) {
      throw new ApiError(answer);
    }
    const hadParts = Number(decodeText(this.#head?.data?.parts) || "1") > 1;
    this.#head = answer.status === 409 ? this.#head : (answer.body as StateSecret);
    if (hadParts) {
      await this.#deleteParts(generation);
    }
  }

  /** True if an answer got lost and `body` was written after all; it is then the head. */
  async #isInForce(body: StateSecret): Promise<boolean> {
    const live = await this.#cluster.get<StateSecret>(`${secretsPath}/${this.#name}`);
    const isOurs = live?.data?.state === body.data?.state && live?.data?.generation === body.data?.generation;
    if (isOurs) {
      this.#head = live;
    }
    return isOurs;
  }

  /** Deletes the parts of all generations but one. */
  async #deleteParts(current: string | undefined): Promise<void> {
    const list = await this.#cluster.get<{ items: LiveObject[] }>(secretsPath, {
      labelSelector: `${stateLabel}=${labelValue(this.#name)}`,
    });
    const keep = current === undefined ? undefined : `${this.#name}.${current}.`;
    await Promise.all(
      (list?.items ?? [])
        .map(({ metadata }) => metadata.name)
        .filter((name) => name !== this.#name && (keep === undefined || !name.startsWith(keep)))
        .map((name) => this.#cluster.call("DELETE", `${secretsPath}/${name}`)),
    );
  }

  #secret(name: string, data: Record<string, Buffer>, resourceVersion?: string): StateSecret {
    const labels = { [stateLabel]: labelValue(this.#name) };
    return {
      apiVersion: "v1",
      kind: "Secret",
      type: "openedx-pulumi/state",
      metadata: { name, namespace: stateNamespace, labels, resourceVersion },
      data: Object.fromEntries(Object.entries(data).map(([key, bytes]) => [key, bytes.toString("base64")])),
    };
  }
}

function partName(name: string, generation: string, index: number): string {
  return `${name}.${generation}.${index}`;
}

function labelValue(name: string): string {
  return name.length <= 63 ? name : digest(name).slice(0, 63);
}

function decodeText(base64: string | undefined): string {
  return Buffer.from(base64 ?? "", "base64").toString();
}
