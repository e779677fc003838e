import { randomUUID } from "node:crypto";
import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "../../workspace/errors.js";
import { ApiError, type Cluster, type LiveObject } from "./cluster.js";
import { stateNamespace } from "./stateStore.js";

const leasesPath = `/apis/coordination.k8s.io/v1/namespaces/${stateNamespace}/leases`;
const staleSeconds = 30;
const renewMilliseconds = 8_000;

/** A Lease as far as it is used here. */
export interface Lease extends LiveObject {
  spec?: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
  };
}

/** Who holds a lease: told to others, and asked whether the process still runs. */
export interface Holder {
  host: string;
  /** Tells machines and containers with the same host name apart. */
  space: string;
  pid: number;
}

/** What to do about a lease that exists. */
export type LeaseDecision = "free" | "stale" | "held";

/** A holder that ran here and is gone is stale at once, any other 30 seconds after its last renewal. */
export function judgeLease(
  lease: Lease,
  own: Holder,
  now: number,
  isRunning: (pid: number) => boolean,
): LeaseDecision {
  const holder = lease.spec?.holderIdentity ?? "";
  if (holder === "") {
    return "free";
  }
  const [host, space, pid] = holder.split(" ");
  if (host === own.host && space === own.space && Number(pid) !== own.pid && !isRunning(Number(pid))) {
    return "stale";
  }
  const renewed = Date.parse(lease.spec?.renewTime ?? "");
  return Number.isFinite(renewed) && now - renewed < staleSeconds * 1000 ? "held" : "stale";
}

/** Keeps other runs of the same stack out while held. */
export interface HeldLease {
  /** Set off when the lease could not be kept. */
  lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Takes the stack's Lease.
 * @throws UserError that names the run which holds it.
 */
export async function holdLease(cluster: Cluster, name: string): Promise<HeldLease> {
  const own: Holder = { host: hostname(), space: processSpace(), pid: process.pid };
  const identity = `${own.host} ${own.space} ${own.pid} ${randomUUID()}`;
  const acquireTime = microTime();
  const lost = new AbortController();
  let held = await take(cluster, name, own, identity, acquireTime);
  let renewedAt = Date.now();
  let released = false;
  let renewing = Promise.resolve();
  const renew = async (): Promise<void> => {
    try {
      held = await put(cluster, name, held.metadata.resourceVersion, identity, acquireTime);
      renewedAt = Date.now();
    } catch (error) {
      const taken = error instanceof ApiError && (error.status === 409 || error.status === 404);
      if (!released && (taken || Date.now() - renewedAt > (staleSeconds - 5) * 1000)) {
        lost.abort(
          new UserError(`This run lost its Lease ${stateNamespace}/${name}: another run took over.`),
        );
      }
    }
  };
  const timer = setInterval(() => {
    renewing = renewing.then(renew);
  }, renewMilliseconds);
  return {
    lost: lost.signal,
    release: async () => {
      released = true;
      clearInterval(timer);
      await renewing;
      const preconditions = { resourceVersion: held.metadata.resourceVersion };
      await cluster
        .call("DELETE", `${leasesPath}/${name}`, { body: { preconditions } })
        .catch(() => undefined);
    },
  };
}

async function take(
  cluster: Cluster,
  name: string,
  own: Holder,
  identity: string,
  acquireTime: string,
): Promise<Lease> {
  for (let attempt = 0; ; attempt += 1) {
    const body = leaseBody(name, undefined, identity, acquireTime);
    const created = await cluster.call("POST", leasesPath, { body });
    if (created.status < 300) {
      return created.body as Lease;
    }
    if (created.status !== 409) {
      throw new ApiError(created);
    }
    const present = await cluster.get<Lease>(`${leasesPath}/${name}`);
    if (present === undefined) {
      continue;
    }
    if (judgeLease(present, own, Date.now(), isRunning) === "held") {
      throw heldError(present);
    }
    try {
      return await put(cluster, name, present.metadata.resourceVersion, identity, acquireTime);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 409 || attempt > 3) {
        throw error;
      }
      await delay(50);
    }
  }
}

function heldError(lease: Lease): UserError {
  const [host, , pid] = (lease.spec?.holderIdentity ?? "").split(" ");
  return new UserError(
    `Another run works on this stack: process ${pid} on ${host}, since ${lease.spec?.acquireTime}. ` +
      `Wait until it ends; if it was cut off, its hold ends ${staleSeconds} seconds after its last sign of life.`,
  );
}

function put(
  cluster: Cluster,
  name: string,
  resourceVersion: string | undefined,
  identity: string,
  acquireTime: string,
): Promise<Lease> {
  const body = leaseBody(name, resourceVersion, identity, acquireTime);
  return cluster.demand<Lease>("PUT", `${leasesPath}/${name}`, { body });
}

function leaseBody(
  name: string,
  resourceVersion: string | undefined,
  identity: string,
  acquireTime: string,
): Lease {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: stateNamespace, resourceVersion },
    spec: {
      holderIdentity: identity,
      leaseDurationSeconds: staleSeconds,
      acquireTime,
      renewTime: microTime(),
    },
  };
}

/** The format of Kubernetes' MicroTime. */
function microTime(): string {
  return new Date().toISOString().replace("Z", "000Z");
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replace(/\s/g, "");
  } catch {
    return "-";
  }
}
