import { joinFaults, messageOf, UserError } from "../../workspace/errors.js";
import { withStep } from "../../workspace/progress.js";
import { runProgram } from "../run.js";
import type { ProgramResult, ProgramRun, Registration } from "../types.js";
import { checkPlan } from "./check.js";
import { FirstPass, type Planned } from "./firstPass.js";
import { isGenerated } from "./generate.js";
import { hasObsolete, leavingRecords, removeLeaving } from "./leaving.js";
import { lastOutputs } from "./lastOutputs.js";
import type { Ledger } from "./ledger.js";
import { Owners, OwnerSteps } from "./owners.js";
import { redactor } from "./redact.js";
import { protectedOnes } from "./removal.js";
import { releaseRef } from "./removeRef.js";
import { describeRef, sameRef, type ObjectRef } from "./resourcePaths.js";
import { rememberOutputs, unchangedReleases, unchangedResult } from "./results.js";
import { SecondPass } from "./secondPass.js";
import { withSession, type Session } from "./session.js";
import type { Sites } from "./sites.js";
import type { ResourceRecord } from "./state.js";
import type { LocalResult, LocalUpOptions, ResourceResult } from "./types.js";

/**
 * Carries the Kubernetes part of a Pulumi program out on a cluster, without the Pulumi CLI.
 *
 * The program runs once to find out what it wants; every object that would change is then judged by the API server,
 * and all faults are told at once, with nothing changed. Only then it runs for real, in its own order. If nothing
 * differs from the last run that succeeded, there is no second run. A run may be killed at any moment and started
 * again.
 * @throws UserError for what cannot be carried out, what the API server turns down, and what fails on the cluster.
 */
export function localUp(options: LocalUpOptions): Promise<LocalResult> {
  return withSession(options, (session) => new LocalRun(options, session).up());
}

/** Resources at work at once. They mostly wait: for Jobs, for pods. */
const parallel = 512;

class LocalRun {
  readonly #options: LocalUpOptions;
  readonly #session: Session;

  constructor(options: LocalUpOptions, session: Session) {
    this.#options = options;
    this.#session = session;
  }

  async up(): Promise<LocalResult> {
    const { ledger, sites, store, signal } = this.#session;
    const before = JSON.stringify(store.state);
    const pass = new FirstPass(ledger, sites, signal);
    try {
      const first = await runProgram(this.#run(pass, true));
      const planned = [...pass.planned.values()];
      const owners = new Owners(first.registrations, this.#options.stack);
      const leaving = leavingRecords(ledger, first.registrations);
      const reviewed = this.#options.review?.(lastOutputs(store.state), first.outputs);
      reviewed?.notes.forEach((note) => this.#options.progress.note(note));
      await this.#check(pass, planned, owners, leaving, reviewed?.faults ?? []);
      signal.throwIfAborted();
      const isSame = isUnchanged(planned, leaving, ledger);
      if (isSame) {
        planned.forEach(({ registration }) => ledger.follow(registration));
      }
      const result = isSame ? unchangedResult(first, planned, ledger) : await this.#carryOut(planned, owners);
      rememberOutputs(ledger, result.outputs);
      forgetGenerated(ledger, first.registrations);
      if (JSON.stringify(store.state) !== before) {
        await ledger.flush();
      }
      return result;
    } catch (error) {
      const redact = redactor(
        store.state,
        [...pass.planned.values()].map(({ registration }) => registration),
      );
      throw error instanceof UserError ? new UserError(redact(error.message), { cause: error.cause }) : error;
    }
  }

  #run(handler: ProgramRun["handler"], dryRun: boolean): ProgramRun {
    const { project, stack, config, secretKeys, program } = this.#options;
    const { signal } = this.#session;
    return { project, stack, config, secretKeys, program, handler, dryRun, parallel, signal };
  }

  /** @throws UserError with all that stands against the run. */
  async #check(
    pass: FirstPass,
    planned: readonly Planned[],
    owners: Owners,
    leaving: ReadonlyMap<string, ResourceRecord>,
    reviewed: readonly string[],
  ): Promise<void> {
    const { sites } = this.#session;
    const { progress } = this.#options;
    const faults = [...reviewed, ...pass.faults.map(({ urn, message }) => `${owners.of(urn)}: ${message}`)];
    faults.push(...protectedOnes(leaving).map((what) => `${what} is protected but no longer in the program`));
    faults.push(...(await movedThoughProtected(planned, sites)));
    const changing = planned.filter(({ isSame, meaning }) => !isSame && "hash" in meaning);
    if (faults.length === 0 && changing.length > 0) {
      const text = `checking ${changing.length} resources against ${sites.main.cluster.access.server}`;
      const result = await withStep(progress, text, () => checkPlan(planned, owners, sites));
      result.notes.forEach((line) => progress.note(line));
      faults.push(...result.faults);
    }
    if (faults.length > 0) {
      throw joinFaults(
        reviewed.length > 0
          ? "Nothing was changed, since data would be lost"
          : "Nothing was changed, since the cluster would not take what the program wants",
        faults,
      );
    }
  }

  async #carryOut(planned: readonly Planned[], owners: Owners): Promise<LocalResult> {
    const { ledger, sites, signal } = this.#session;
    for (const one of planned) {
      const ref = one.isSame ? undefined : await refOf(one, sites);
      if (ref !== undefined) {
        ledger.begin(one.registration, ref);
      }
    }
    await ledger.flush(); // the made-up values, and what may soon be on the cluster
    const changes = new Map<string, number>();
    for (const { registration, isSame, meaning } of planned) {
      if (!isSame && meaning.kind !== "provider" && meaning.kind !== "generated") {
        const owner = owners.of(registration.urn);
        changes.set(owner, (changes.get(owner) ?? 0) + 1);
      }
    }
    const steps = new OwnerSteps(this.#options.progress, changes);
    const byUrn = new Map(planned.map((one) => [one.registration.urn, one]));
    const pass = new SecondPass({ ledger, sites, planned: byUrn, owners, steps, signal });
    let second: ProgramResult;
    try {
      second = await runProgram(this.#run(pass, false));
      steps.close(false);
    } catch (error) {
      steps.close(true);
      await ledger.flush();
      throw pass.failures.length > 1
        ? joinFaults("Several things failed", pass.failures.map(messageOf))
        : error;
    }
    const deleted = await removeLeaving(this.#session, second.registrations, owners, this.#options.progress);
    await ledger.flush();
    const resources = second.registrations.flatMap(({ urn, type, name }): ResourceResult[] => {
      const action = pass.actions.get(urn);
      return action === undefined ? [] : [{ urn, type, name, action }];
    });
    return {
      outputs: second.outputs,
      resources: [...resources, ...deleted],
      releases: [...pass.releases, ...unchangedReleases(planned, ledger)],
      instances: steps.seconds(),
    };
  }
}

/** True if the last run made just what the program wants now. */
function isUnchanged(
  planned: readonly Planned[],
  leaving: ReadonlyMap<string, ResourceRecord>,
  ledger: Ledger,
): boolean {
  const isSettled = planned.every(
    ({ meaning, isSame }) => isSame || meaning.kind === "provider" || meaning.kind === "generated",
  );
  return isSettled && leaving.size === 0 && !hasObsolete(ledger);
}

async function refOf({ registration, meaning }: Planned, sites: Sites): Promise<ObjectRef | undefined> {
  const site = sites.of(registration);
  switch (meaning.kind) {
    case "object":
      return site.paths.ref(meaning.object);
    case "release": {
      const { name, namespace } = meaning.release;
      return releaseRef(name, namespace ?? site.cluster.access.namespace);
    }
    default:
      return undefined;
  }
}

/** A protected resource cannot become another object, since the old one would have to go. */
async function movedThoughProtected(planned: readonly Planned[], sites: Sites): Promise<string[]> {
  const faults: string[] = [];
  for (const one of planned) {
    if (one.before !== undefined && !one.isSame && one.registration.protect) {
      const ref = await refOf(one, sites);
      if (ref !== undefined && !sameRef(ref, one.before)) {
        faults.push(`${describeRef(one.before)} is protected and cannot be replaced by ${describeRef(ref)}`);
      }
    }
  }
  return faults;
}

/** Drops made-up values whose resources have left the program. */
function forgetGenerated({ state }: Ledger, registrations: readonly Registration[]): void {
  const present = new Set(registrations.filter(({ type }) => isGenerated(type)).map(({ urn }) => urn));
  for (const urn of Object.keys(state.generated)) {
    if (!present.has(urn)) {
      delete state.generated[urn];
    }
  }
}
