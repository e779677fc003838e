import { createRequire } from "node:module";

/**
 * The doors of the Pulumi SDK that its public types leave out: the state of one run and how to begin one. They are
 * internal to the SDK, whose version is pinned for that reason.
 */

/** What the SDK keeps for one run. */
interface SdkStore {
  settings: { monitor: unknown; engine: unknown };
}

interface StateModule {
  withLocalStorage<T>(callback: () => T): T;
  getStore(): SdkStore;
}

interface SettingsModule {
  resetOptions(
    project: string,
    stack: string,
    parallel: number,
    engineAddress: string,
    monitorAddress: string,
    preview: boolean,
    organization: string,
  ): void;
  disconnect(signalShutdown: boolean): Promise<void>;
  disconnectSync(): void;
}

interface ConfigModule {
  setAllConfig(values: Record<string, string>, secretKeys: string[]): void;
}

interface StackModule {
  runInPulumiStack(program: () => Promise<unknown>): Promise<unknown>;
}

const load = createRequire(import.meta.url);

export const sdkState = load("@pulumi/pulumi/runtime/state") as StateModule;
export const sdkSettings = load("@pulumi/pulumi/runtime/settings") as SettingsModule;
export const sdkConfig = load("@pulumi/pulumi/runtime/config") as ConfigModule;
export const sdkStack = load("@pulumi/pulumi/runtime/stack") as StackModule;

interface DebuggableModule {
  debuggablePromise: <T>(promise: Promise<T>, context: unknown) => Promise<T>;
}

interface ResourceModule {
  Resource: { stackTrace(skip: number): unknown[] };
}

interface LogModule {
  debug: (...args: unknown[]) => Promise<void>;
}

/**
 * Spares the runs that `isOurs` says yes to what the SDK does for those who debug it: a stack trace for each of its
 * promises (a dozen for every property of every resource; with source maps on, two thirds of a run's time), another
 * that tells the engine where a resource was made, and half a dozen log messages for each resource. What the promises'
 * traces serve, a list of those still open at the end, a run of ours finds out by itself.
 */
export function spareDebugging(isOurs: () => boolean): void {
  const debuggable = load("@pulumi/pulumi/runtime/debuggable") as DebuggableModule;
  const traced = debuggable.debuggablePromise;
  debuggable.debuggablePromise = (promise, context) => (isOurs() ? promise : traced(promise, context));
  const { Resource } = load("@pulumi/pulumi/resource") as ResourceModule;
  const located = Resource.stackTrace.bind(Resource);
  Resource.stackTrace = (skip) => (isOurs() ? [] : located(skip));
  const log = load("@pulumi/pulumi/log") as LogModule;
  const logged = log.debug;
  log.debug = (...args) => (isOurs() ? Promise.resolve() : logged(...args));
}

interface Struct {
  toJavaScript(): Record<string, unknown>;
  getFieldsMap(noLazyCreate?: boolean): unknown;
}

interface StructModule {
  Struct: { new (): Struct; fromJavaScript: (value: Record<string, unknown>) => Struct };
}

/**
 * Spares the runs that `isOurs` says yes to the way of all inputs into protobuf's form, a message for every leaf, and
 * back: a struct keeps the value that it was made from, and takes on that form only where it goes over a wire.
 */
export function sparePackaging(isOurs: () => boolean): void {
  const ofSdk = createRequire(load.resolve("@pulumi/pulumi")); // the SDK's own copy, wherever npm has put it
  const { Struct } = ofSdk("google-protobuf/google/protobuf/struct_pb.js") as StructModule;
  const convert = Struct.fromJavaScript.bind(Struct);
  Struct.fromJavaScript = (value) =>
    isOurs()
      ? Object.assign(new Struct(), {
          toJavaScript: () => value,
          getFieldsMap: (noLazyCreate?: boolean) => convert(value).getFieldsMap(noLazyCreate),
        })
      : convert(value);
}

/** Lets go of the stack that the SDK keeps in a global after a run. */
export function forgetStack(): void {
  (globalThis as { stackResource?: unknown }).stackResource = undefined;
}
