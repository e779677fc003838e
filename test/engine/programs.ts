import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { runProgram } from "../../src/engine/run.js";
import {
  type ProgramResult,
  type ProgramRun,
  type Registered,
  type Registration,
  type ResourceHandler,
  Secret,
} from "../../src/engine/types.js";
import { UserError } from "../../src/workspace/errors.js";

/** Registers everything with an id of its own, and remembers what came. */
export class Recorder implements ResourceHandler {
  readonly seen: Registration[] = [];
  readonly #outputs: (registration: Registration) => Registered | Promise<Registered>;

  constructor(
    outputs: (registration: Registration) => Registered | Promise<Registered> = () => ({ outputs: {} }),
  ) {
    this.#outputs = outputs;
  }

  async register(registration: Registration): Promise<Registered> {
    this.seen.push(registration);
    return { id: `${registration.name}-id`, ...(await this.#outputs(registration)) };
  }

  read(registration: Registration, id: string): Promise<Registered> {
    return Promise.resolve({
      id,
      outputs: { outputs: { host: "db", pass: new Secret("p") }, name: registration.name },
    });
  }

  invoke(token: string): Promise<Record<string, string>> {
    return token === "test:index:broken"
      ? Promise.reject(new UserError("no such thing"))
      : Promise.resolve({ token });
  }
}

/** As a preview: no ids. */
export class Preview extends Recorder {
  override async register(registration: Registration): Promise<Registered> {
    return { ...(await super.register(registration)), id: undefined };
  }
}

export function go(program: () => unknown, options: Partial<ProgramRun> = {}): Promise<ProgramResult> {
  return runProgram({
    project: "proj",
    stack: "dev",
    config: {},
    secretKeys: [],
    dryRun: false,
    program: () => Promise.resolve().then(program),
    handler: new Recorder(),
    ...options,
  });
}

export function preview(
  program: () => unknown,
  handler: ResourceHandler = new Preview(),
): Promise<ProgramResult> {
  return go(program, { dryRun: true, handler });
}

export function find(result: ProgramResult, name: string): Registration {
  const found = result.registrations.find((registration) => registration.name === name);
  assert.ok(found, `${name} was registered`);
  return found;
}

export class Thing extends pulumi.CustomResource {
  declare readonly value: pulumi.Output<string>;
  declare readonly computed: pulumi.Output<string>;

  constructor(name: string, args: pulumi.Inputs = {}, options: pulumi.CustomResourceOptions = {}) {
    super("test:index:Thing", name, { computed: undefined, ...args }, options);
  }
}

export class Group extends pulumi.ComponentResource {
  constructor(name: string, options: pulumi.ComponentResourceOptions = {}, type = "test:index:Group") {
    super(type, name, {}, options);
  }
}
