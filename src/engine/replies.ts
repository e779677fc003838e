import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import { mapToWire } from "./properties.js";
import type { PropertyMap } from "./types.js";

/** How the SDK's clients are answered. */
export type Reply<T> = (error: Error | null, response: T) => void;

/** Values in the only form in which the SDK looks at them, without the detour over protobuf's. */
interface WireStruct {
  toJavaScript(): Record<string, unknown>;
}

export interface RegisterResponse {
  getUrn(): string;
  getId(): string;
  getObject(): WireStruct;
  getPropertydependenciesMap(): undefined;
  getResult(): number;
}

export interface ReadResponse {
  getUrn(): string;
  getProperties(): WireStruct;
}

export interface InvokeResponse {
  getReturn(): unknown;
  getFailuresList(): never[];
}

/** What the engine says it can do, by the names of the protocol. Of transforms the SDK says that it cannot. */
export const supported = new Set([
  "secrets",
  "resourceReferences",
  "aliasSpecs",
  "deletedWith",
  "replaceWith",
  "parameterization",
  "resourceHooks",
  "errorHooks",
]);

function struct(map: PropertyMap): WireStruct {
  return { toJavaScript: () => mapToWire(map) };
}

export function registeredResponse(urn: string, id: string, outputs: PropertyMap): RegisterResponse {
  return {
    getUrn: () => urn,
    getId: () => id,
    getObject: () => struct(outputs),
    getPropertydependenciesMap: () => undefined,
    getResult: () => resourceProto.Result.SUCCESS,
  };
}

/** The SDK takes all outputs as unknown and goes on, so that the program ends in good order. */
export function failedResponse(urn: string): RegisterResponse {
  return { ...registeredResponse(urn, "", {}), getResult: () => resourceProto.Result.FAIL };
}

export function readResponse(urn: string, outputs: PropertyMap): ReadResponse {
  return { getUrn: () => urn, getProperties: () => struct(outputs) };
}

export function invokeResponse(result: PropertyMap): InvokeResponse {
  const wire = mapToWire(result);
  const fields = new Map(
    Object.entries(wire).map(([key, value]) => [
      key,
      { toJavaScript: () => value, getStructValue: () => ({ toJavaScript: () => value }) },
    ]),
  );
  return {
    getReturn: () => ({ toJavaScript: () => wire, getFieldsMap: () => fields }),
    getFailuresList: () => [],
  };
}
