import type { Alias } from "@pulumi/pulumi/proto/alias_pb.js";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb.js";
import { mapFromWire } from "./properties.js";
import type { PropertyMap } from "./types.js";

/** What the program asked for, as far as a plan shows it, before the engine adds what comes from the parent. */
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
  protect: boolean | undefined;
  retainOnDelete: boolean | undefined;
  /** Reference (`<urn>::<id>`), empty for none. */
  provider: string;
  /** A component's providers for its children: references by package. */
  providers: Record<string, string>;
  ignoreChanges: string[];
  additionalSecretOutputs: string[];
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
    protect: request.hasProtect() ? request.getProtect() : undefined,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : undefined,
    provider: request.getProvider(),
    providers: Object.fromEntries(readMap(request.getProvidersMap())),
    ignoreChanges: request.getIgnorechangesList(),
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
  };
}
