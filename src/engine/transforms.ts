import { createRequire } from "node:module";
import * as grpc from "@grpc/grpc-js";
import type { Callback } from "@pulumi/pulumi/proto/callback_pb.js";
import callbackProto from "@pulumi/pulumi/proto/callback_pb.js";
import callbackService from "@pulumi/pulumi/proto/callback_grpc_pb.js";
import type { TransformResourceOptions } from "@pulumi/pulumi/proto/resource_pb.js";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import { type Goal, readMap, readStruct, readTimeouts } from "./goal.js";
import { mapToWire } from "./properties.js";

/** The class for a map of values. It comes with the SDK, which alone depends on its package. */
interface StructClass {
  fromJavaScript(
    value: Record<string, unknown>,
  ): NonNullable<Parameters<resourceProto.TransformRequest["setProperties"]>[0]>;
}
const fromSdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi/package.json"));
const { Struct } = fromSdk("google-protobuf/google/protobuf/struct_pb") as { Struct: StructClass };

/** Functions of the program that the engine calls back: transforms and hooks, served by the SDK on a loopback port. */
export class Callbacks {
  readonly #clients = new Map<string, callbackService.CallbacksClient>();

  /** Calls one back with a serialised request and returns the serialised response. */
  invoke(callback: Callback, request: Uint8Array): Promise<Uint8Array> {
    const target = callback.getTarget();
    let client = this.#clients.get(target);
    if (client === undefined) {
      client = new callbackService.CallbacksClient(target, grpc.credentials.createInsecure(), {
        "grpc.max_receive_message_length": -1,
        "grpc.max_send_message_length": -1,
      });
      this.#clients.set(target, client);
    }
    const message = new callbackProto.CallbackInvokeRequest();
    message.setToken(callback.getToken());
    message.setRequest(request);
    const { promise, resolve, reject } = withResolvers<Uint8Array>();
    client.invoke(message, (error, response) => {
      if (error === null) {
        resolve(response.getResponse_asU8());
      } else {
        reject(new Error(error.details));
      }
    });
    return promise;
  }

  close(): void {
    for (const client of this.#clients.values()) {
      client.close();
    }
    this.#clients.clear();
  }
}

function withResolvers<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
} {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

function writeOptions(goal: Goal): TransformResourceOptions {
  const options = new resourceProto.TransformResourceOptions();
  options.setDependsOnList(goal.dependencies);
  options.setIgnoreChangesList(goal.ignoreChanges);
  options.setReplaceOnChangesList(goal.replaceOnChanges);
  options.setAliasesList(goal.aliases);
  options.setProvider(goal.provider);
  options.setDeletedWith(goal.deletedWith);
  options.setDeleteBeforeReplace(goal.deleteBeforeReplace);
  options.setAdditionalSecretOutputsList(goal.additionalSecretOutputs);
  options.setImport(goal.importId);
  if (goal.protect !== undefined) {
    options.setProtect(goal.protect);
  }
  if (goal.retainOnDelete !== undefined) {
    options.setRetainOnDelete(goal.retainOnDelete);
  }
  const timeouts = new resourceProto.RegisterResourceRequest.CustomTimeouts();
  const { create, update, delete: remove } = goal.customTimeouts;
  timeouts.setCreate(create === undefined ? "" : `${create}s`);
  timeouts.setUpdate(update === undefined ? "" : `${update}s`);
  timeouts.setDelete(remove === undefined ? "" : `${remove}s`);
  options.setCustomTimeouts(timeouts);
  const providers = options.getProvidersMap();
  for (const [name, reference] of Object.entries(goal.providers)) {
    providers.set(name, reference);
  }
  return options;
}

function readOptions(goal: Goal, options: TransformResourceOptions): Partial<Goal> {
  const providers = Object.fromEntries(readMap(options.getProvidersMap()));
  return {
    dependencies: options.getDependsOnList(),
    ignoreChanges: options.getIgnoreChangesList(),
    replaceOnChanges: options.getReplaceOnChangesList(),
    aliases: options.getAliasesList(),
    provider: options.getProvider(),
    deletedWith: options.getDeletedWith(),
    deleteBeforeReplace: options.getDeleteBeforeReplace() ?? false,
    additionalSecretOutputs: options.getAdditionalSecretOutputsList(),
    importId: options.getImport(),
    protect: options.hasProtect() ? options.getProtect() : undefined,
    retainOnDelete: options.hasRetainOnDelete() ? options.getRetainOnDelete() : undefined,
    customTimeouts: readTimeouts(options.getCustomTimeouts()),
    providers: Object.keys(providers).length === 0 ? goal.providers : providers,
  };
}

/** Lets each transform change the goal in turn, as the engine does before it looks at a resource. */
export async function applyTransforms(
  goal: Goal,
  transforms: readonly Callback[],
  callbacks: Callbacks,
): Promise<Goal> {
  let current = goal;
  for (const transform of transforms) {
    const request = new resourceProto.TransformRequest();
    request.setType(current.type);
    request.setName(current.name);
    request.setCustom(current.custom);
    request.setParent(current.parent);
    request.setProperties(Struct.fromJavaScript(mapToWire(current.inputs)));
    request.setOptions(writeOptions(current));
    const answer = await callbacks.invoke(transform, request.serializeBinary());
    const response = resourceProto.TransformResponse.deserializeBinary(answer);
    const options = response.getOptions();
    const inputs = readStruct(response.getProperties());
    current = {
      ...current,
      ...(options === undefined ? {} : readOptions(current, options)),
      inputs,
      propertyDependencies: Object.fromEntries(
        Object.entries(current.propertyDependencies).filter(([key]) => key in inputs),
      ),
    };
  }
  return current;
}
