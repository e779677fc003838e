import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { mapFromWire } from "./properties.js";
import type { PropertyMap, Registration } from "./types.js";

/** What the program asked for, before the engine adds what comes from the parent. */
export interface Goal {
  type: string;
  name: string;
  /** URN, empty for none. */
  parent: string;
  custom: boolean;
  remote: boolean;
  inputs: PropertyMap;
  aliases: Alias[];
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
  protect: boolean | undefined;
  retainOnDelete: boolean | undefined;
  /** Reference (`<urn>::<id>`), empty for none. */
  provider: string;
  /** A component's providers for its children: references by package. */
  providers: Record<string, string>;
  deletedWith: string;
  ignoreChanges: string[];
  replaceOnChanges: string[];
  deleteBeforeReplace: boolean;
  additionalSecretOutputs: string[];
  importId: string;
  customTimeouts: Registration["customTimeouts"];
}

const secondsPerUnit: Record<string, number> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 1e-3,
  us: 1e-6,
  µs: 1e-6,
  ns: 1e-9,
};

/** Seconds in a duration as Go writes it (`1h30m`); undefined for an empty one. */
function parseDuration(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)/g)];
  return parts.length === 0
    ? undefined
    : parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (secondsPerUnit[unit] ?? 0), 0);
}

function readTimeouts(
  timeouts: RegisterResourceRequest.CustomTimeouts | undefined,
): Registration["customTimeouts"] {
  const read = {
    create: parseDuration(timeouts?.getCreate() ?? ""),
    update: parseDuration(timeouts?.getUpdate() ?? ""),
    delete: parseDuration(timeouts?.getDelete() ?? ""),
  };
  return Object.fromEntries(Object.entries(read).filter(([, seconds]) => seconds !== undefined));
}

/** A Struct of protobuf as plain properties. */
export function readStruct(struct: { toJavaScript(): object } | undefined): PropertyMap {
  return mapFromWire((struct?.toJavaScript() ?? {}) as Record<string, unknown>);
}

/** The entries of a map of protobuf, whose iterators are not JavaScript's. */
function readMap<V>(map: { forEach(visit: (value: V, key: string) => void): void }): [string, V][] {
  const entries: [string, V][] = [];
  map.forEach((value, key) => entries.push([key, value]));
  return entries;
}

export function readGoal(request: RegisterResourceRequest): Goal {
  return {
    type: request.getType(),
    name: request.getName(),
    parent: request.getParent(),
    custom: request.getCustom(),
    remote: request.getRemote(),
    inputs: readStruct(request.getObject()),
    aliases: request.getAliasesList(),
    dependencies: request.getDependenciesList(),
    propertyDependencies: Object.fromEntries(
      readMap(request.getPropertydependenciesMap()).map(([key, value]) => [key, value.getUrnsList()]),
    ),
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    provider: request.getProvider(),
    providers: Object.fromEntries(readMap(request.getProvidersMap())),
    deletedWith: request.getDeletedwith(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    importId: request.getImportid(),
    customTimeouts: readTimeouts(request.getCustomtimeouts()),
  };
}
