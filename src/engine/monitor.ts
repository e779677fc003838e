import { AsyncResource } from "node:async_hooks";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import pLimit from "p-limit";
import { messageOf, UserError } from "../workspace/errors.js";
import { resolveAliases } from "./aliases.js";
import { type Goal, readGoal, readStruct } from "./goal.js";
import type { Outcome } from "./outcome.js";
import {
  failedResponse,
  invokeResponse,
  type InvokeResponse,
  type ReadResponse,
  readResponse,
  registeredResponse,
  type RegisterResponse,
  type Reply,
  supported,
} from "./replies.js";
import {
  type ProgramRun,
  type PropertyMap,
  type Registered,
  type Registration,
  Secret,
  Unknown,
} from "./types.js";
import { makeUrn, parseUrn, providerUrn, stackType } from "./urn.js";

/** A resource as it stands after it was registered, with what its children inherit. */
interface Known {
  registration: Registration;
  outputs: PropertyMap;
  id: string;
  goal: Goal;
}

function sortedUnique(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}

/**
 * The resource monitor as the SDK's client for it looks: same methods, same messages, but in this process, so that a
 * message costs no serialisation and no socket.
 */
export class Monitor {
  readonly registrations: Registration[] = [];
  stackOutputs: PropertyMap = {};
  readonly #run: ProgramRun;
  readonly #outcome: Outcome;
  readonly #known = new Map<string, Known>();
  readonly #limit: ReturnType<typeof pLimit>;
  /** Handlers work outside the program's context: what they keep open must not keep the run in memory. */
  readonly #outside = new AsyncResource("openedx-engine");
  readonly #underWay = new Set<Promise<unknown>>();
  #packages = 0;

  constructor(run: ProgramRun, outcome: Outcome) {
    this.#run = run;
    this.#outcome = outcome;
    this.#limit = pLimit(run.parallel ?? 64);
  }

  /** Resolves when no handler is at work any more. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) {
      await Promise.allSettled(this.#underWay);
    }
  }

  supportsFeature(request: { getId(): string }, reply: Reply<{ getHassupport(): boolean }>): void {
    const has = supported.has(request.getId());
    reply(null, { getHassupport: () => has });
  }

  registerResource(request: resourceProto.RegisterResourceRequest, reply: Reply<RegisterResponse>): void {
    const goal = readGoal(request);
    void this.#register(goal).then(
      (response) => reply(null, response),
      (error: unknown) => {
        this.#outcome.fail(error);
        reply(null, failedResponse(this.#urnOf(goal)));
      },
    );
  }

  readResource(request: resourceProto.ReadResourceRequest, reply: Reply<ReadResponse>): void {
    const goal: Goal = {
      ...readGoal(new resourceProto.RegisterResourceRequest()),
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent(),
      custom: true,
      provider: request.getProvider(),
      inputs: readStruct(request.getProperties()),
      dependencies: request.getDependenciesList(),
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    };
    const wireId = readStruct({ toJavaScript: () => ({ id: request.getId() }) }).id;
    void this.#read(goal, typeof wireId === "string" ? wireId : undefined).then(
      (known) => reply(null, readResponse(known.registration.urn, known.outputs)),
      (error: unknown) => {
        this.#outcome.fail(error);
        reply(null, readResponse(this.#urnOf(goal), {}));
      },
    );
  }

  registerResourceOutputs(
    request: resourceProto.RegisterResourceOutputsRequest,
    reply: Reply<undefined>,
  ): void {
    const outputs = readStruct(request.getOutputs());
    const known = this.#known.get(request.getUrn());
    if (known !== undefined) {
      known.outputs = outputs;
      if (known.registration.type === stackType) {
        this.stackOutputs = outputs;
      }
    }
    queueMicrotask(() => reply(null, undefined));
  }

  invoke(request: resourceProto.ResourceInvokeRequest, reply: Reply<InvokeResponse>): void {
    const args = readStruct(request.getArgs());
    const token = request.getTok();
    const answer =
      token === "pulumi:pulumi:getResource"
        ? Promise.resolve().then(() => this.#getResource(args))
        : this.#handle(() => this.#run.handler.invoke(token, args));
    answer.then(
      (result) => {
        reply(null, invokeResponse(result));
      },
      (error: unknown) => {
        const original = error instanceof Error ? error : new Error(messageOf(error));
        this.#outcome.given(original);
        const message = messageOf(error);
        reply(Object.assign(new Error(message), { details: message }), invokeResponse({}));
      },
    );
  }

  call(_request: unknown, reply: Reply<undefined>): void {
    const message = "Methods of remote components cannot be called without the Pulumi CLI.";
    reply(Object.assign(new Error(message), { details: message }), undefined);
  }

  /** Hooks are taken, and not run: they belong to a deployment's steps, which handlers have of their own. */
  registerResourceHook(_request: unknown, reply: Reply<undefined>): void {
    reply(null, undefined);
  }

  registerErrorHook(_request: unknown, reply: Reply<undefined>): void {
    reply(null, undefined);
  }

  registerPackage(_request: unknown, reply: Reply<{ getRef(): string }>): void {
    this.#packages += 1;
    const ref = `package-${this.#packages}`;
    reply(null, { getRef: () => ref });
  }

  signalAndWaitForShutdown(_request: unknown, reply: Reply<undefined>): void {
    reply(null, undefined);
  }

  async #register(goal: Goal): Promise<RegisterResponse> {
    if (this.#outcome.error !== undefined) {
      return failedResponse(this.#urnOf(goal));
    }
    const known = this.#record(goal);
    const { registration } = known;
    if (goal.custom && !goal.remote) {
      const registered = await this.#handle(() => this.#run.handler.register(registration));
      if (registered.id === undefined && !this.#run.dryRun) {
        throw new Error(`${registration.urn} was registered without an id.`);
      }
      this.#complete(known, registered);
    }
    return registeredResponse(registration.urn, known.id, known.outputs);
  }

  async #read(goal: Goal, id: string | undefined): Promise<Known> {
    const known = this.#record(goal);
    if (id === undefined) {
      return known;
    }
    const registered = await this.#handle(() => this.#run.handler.read(known.registration, id));
    this.#complete(known, { id, ...registered });
    return known;
  }

  #complete(known: Known, registered: Registered): void {
    const outputs: PropertyMap = { ...known.registration.inputs, ...registered.outputs };
    for (const key of known.registration.additionalSecretOutputs) {
      const value = outputs[key] ?? (this.#run.dryRun ? Unknown.value : undefined);
      if (value !== undefined && !(value instanceof Secret)) {
        outputs[key] = new Secret(value);
      }
    }
    known.outputs = outputs;
    known.id = registered.id ?? "";
  }

  /** Adds what the engine inherits from the parent, and keeps the resource. */
  #record(goal: Goal): Known {
    const { stack, project } = this.#run;
    const urn = this.#urnOf(goal);
    if (this.#known.has(urn)) {
      throw new UserError(
        `Two resources would have the same URN ${urn}. Give one of them another name or another parent.`,
      );
    }
    const parent = this.#known.get(goal.parent);
    if (!goal.custom) {
      goal.providers = { ...parent?.goal.providers, ...goal.providers };
    }
    if (goal.provider === "" && (goal.custom || goal.remote) && !goal.type.startsWith("pulumi:")) {
      goal.provider = parent?.goal.providers[goal.type.slice(0, goal.type.indexOf(":"))] ?? "";
    }
    const registration: Registration = {
      urn,
      type: goal.type,
      name: goal.name,
      custom: goal.custom,
      ...(goal.parent === "" ? {} : { parent: goal.parent }),
      dependencies: sortedUnique(goal.dependencies),
      provider: providerUrn(goal.provider),
      protect: goal.protect ?? parent?.registration.protect ?? false,
      retainOnDelete: goal.retainOnDelete ?? parent?.registration.retainOnDelete ?? false,
      firstName: goal.aliases.map((alias) => alias.getSpec()?.getName()).find((name) => name) ?? goal.name,
      aliases: resolveAliases(
        goal.aliases,
        { stack, project, type: goal.type, name: goal.name, parent: goal.parent },
        parent?.registration.aliases ?? [],
      ),
      ignoreChanges: goal.ignoreChanges,
      additionalSecretOutputs: goal.additionalSecretOutputs,
      inputs: goal.inputs,
    };
    const known: Known = { registration, outputs: {}, id: "", goal };
    this.#known.set(urn, known);
    this.registrations.push(registration);
    return known;
  }

  #urnOf(goal: Goal): string {
    return makeUrn(this.#run.stack, this.#run.project, goal.parent, goal.type, goal.name);
  }

  /** Lets a handler work, unless the run has failed meanwhile. */
  #handle<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#limit(async () => {
      if (this.#outcome.error !== undefined) {
        throw this.#outcome.error;
      }
      return this.#outside.runInAsyncScope(work);
    });
    this.#underWay.add(done);
    const forget = (): unknown => this.#underWay.delete(done);
    done.then(forget, forget);
    return done;
  }

  #getResource(args: PropertyMap): PropertyMap {
    const urn = typeof args.urn === "string" ? args.urn : "";
    const known = this.#known.get(urn);
    if (known === undefined) {
      throw new UserError(`There is no resource ${urn} (${parseUrn(urn).name}) in this stack.`);
    }
    return { urn, id: known.id, state: known.outputs };
  }
}
