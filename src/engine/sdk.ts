import { createRequire } from "node:module";

/**
 * The doors of the Pulumi SDK that its public types leave out: the state of one run and how to begin one. They are
 * internal to the SDK, whose version is pinned for that reason.
 */

/** What the SDK keeps for one run. */
export interface SdkStore {
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

/** Lets go of the stack that the SDK keeps in a global after a run. */
export function forgetStack(): void {
  (globalThis as { stackResource?: unknown }).stackResource = undefined;
}
