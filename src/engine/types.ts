/** A property value as the engine sees it: JSON, and the two marks that the SDK sends along. */
export type PropertyValue =
  null | boolean | number | string | Secret | Unknown | PropertyValue[] | { [key: string]: PropertyValue };
export type PropertyMap = { [key: string]: PropertyValue };

/** A value that must never be shown. */
export class Secret {
  readonly value: PropertyValue;

  constructor(value: PropertyValue) {
    this.value = value;
  }
}

/** A value that only the deployment will know (a computed output in a preview). */
export class Unknown {
  static readonly value = new Unknown();
}

/** One resource that the program registered, as the real engine would have it, as far as a plan or a test asks. */
export interface Registration {
  urn: string;
  type: string;
  name: string;
  /** False for components. */
  custom: boolean;
  /** URN; absent for the stack itself only. */
  parent?: string;
  /** URNs, sorted. */
  dependencies: string[];
  /** URN of the provider resource; empty where the program left the choice to the engine. */
  provider: string;
  protect: boolean;
  retainOnDelete: boolean;
  /** The name in its first alias, else its name. */
  firstName: string;
  /** Earlier URNs of the same resource, resolved. */
  aliases: string[];
  ignoreChanges: string[];
  additionalSecretOutputs: string[];
  inputs: PropertyMap;
}

/** What a resource has after it was registered. `Unknown` leaves and an absent id are right in a preview only. */
export interface Registered {
  id?: string;
  /** Beside the inputs, which the engine adds itself where they are not named here. */
  outputs: PropertyMap;
}

/** Carries custom resources out, or pretends to. Components never reach it. */
export interface ResourceHandler {
  register(registration: Registration): Promise<Registered>;
  /** Reads an existing resource (`get`). */
  read(registration: Registration, id: string): Promise<Registered>;
  invoke(token: string, args: PropertyMap): Promise<PropertyMap>;
}

/** One run of a Pulumi program. */
export interface ProgramRun {
  project: string;
  stack: string;
  /** Fully qualified keys, objects as JSON text: as the language host gets them. */
  config: Record<string, string>;
  /** The keys among them that are secret. */
  secretKeys: string[];
  /** True for a preview: ids are unknown, and so are outputs that a handler does not give. */
  dryRun: boolean;
  /** The program's entry, as `src/index.ts` exports it. */
  program: () => Promise<unknown>;
  handler: ResourceHandler;
  /** How many resources may be under way at once. Default: 64. */
  parallel?: number;
  signal?: AbortSignal;
}

export interface LogMessage {
  severity: "debug" | "info" | "warning" | "error";
  message: string;
  urn?: string;
}

/** What a run made known. */
export interface ProgramResult {
  /** In order of registration, the stack first. */
  registrations: Registration[];
  /** The stack's outputs. */
  outputs: PropertyMap;
  logs: LogMessage[];
}
