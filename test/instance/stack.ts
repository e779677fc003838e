import { createHash, generateKeyPairSync } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import type { Cloud } from "../../src/cloud/types.js";
import { OpenEdxInstance, type SharedServices } from "../../src/instance/instance.js";
import { prepareInstance } from "../../src/instance/prepare.js";
import type { InstanceInput } from "../../src/instance/types.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { runProgram } from "../../src/engine/run.js";
import {
  type ProgramResult,
  type PropertyMap,
  type PropertyValue,
  type Registered,
  type Registration,
  type ResourceHandler,
  Secret,
  Unknown,
} from "../../src/engine/types.js";

export const rsaPem = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();

/** What `random` gives in these deployments: the same for the same resource name. */
export function generated(name: string, seed = ""): string {
  return createHash("sha256").update(`${name}${seed}`).digest("hex");
}

/** Generates values as the providers would; everything else comes back as it is. */
class Deployed implements ResourceHandler {
  private readonly seeds: Readonly<Record<string, string>>;

  constructor(seeds: Readonly<Record<string, string>>) {
    this.seeds = seeds;
  }

  register({ type, name }: Registration): Promise<Registered> {
    const text = generated(name, this.seeds[name]);
    const outputs: Record<string, PropertyMap> = {
      "random:index/randomPassword:RandomPassword": { result: text, bcryptHash: `bcrypt-${text}` },
      "random:index/randomUuid:RandomUuid": { result: text },
      "tls:index/privateKey:PrivateKey": { privateKeyPem: rsaPem },
    };
    return Promise.resolve({ id: name, outputs: outputs[type] ?? {} });
  }

  read(): Promise<Registered> {
    return Promise.reject(new Error("nothing is read"));
  }

  invoke(): Promise<PropertyMap> {
    return Promise.reject(new Error("nothing is invoked"));
  }
}

/** A first preview: what is generated is unknown. */
class Previewed extends Deployed {
  override register(): Promise<Registered> {
    return Promise.resolve({ outputs: {} });
  }
}

export interface DeployOptions {
  /** Other values than usual, by resource name. */
  seeds?: Record<string, string>;
  preview?: boolean;
  cloud?: Partial<Cloud>;
  /** Name of a resource that the site waits for. */
  after?: string;
  services?: SharedServices;
}

/** Runs the instance as a program of its own. */
export function deploy(
  input: InstanceInput,
  { seeds = {}, preview = false, cloud, after, services }: DeployOptions = {},
): Promise<ProgramResult> {
  return runProgram({
    project: "openedx",
    stack: "test",
    config: {},
    secretKeys: [],
    dryRun: preview,
    handler: preview ? new Previewed(seeds) : new Deployed(seeds),
    program: () => {
      const provider = new k8s.Provider("cluster", { kubeconfig: "{}" });
      const earlier = after === undefined ? [] : [new k8s.core.v1.ConfigMap(after, {}, { provider })];
      const instance = new OpenEdxInstance(
        input.source.name,
        {
          ...prepareInstance(input),
          cloud: { provider, storageClasses: {}, ...cloud } as Cloud,
          secretProviders: [new random.Provider("random"), new tls.Provider("tls")],
          ...(services && { services }),
        },
        { dependsOn: earlier },
      );
      return Promise.resolve({ instance: instance.outputs });
    },
  });
}

/** A registered resource, by the end of its type and its name. */
export function registered(result: ProgramResult, type: string, name: string): Registration {
  const found = result.registrations.find((each) => each.type.endsWith(`:${type}`) && each.name === name);
  if (found === undefined) {
    throw new Error(`no ${type} ${name} among ${result.registrations.map((each) => each.name).join(", ")}`);
  }
  return found;
}

/** The value without its marks; an unknown one is `<unknown>`. */
export function plain(value: PropertyValue | undefined): unknown {
  if (value instanceof Secret) {
    return plain(value.value);
  }
  if (value instanceof Unknown) {
    return "<unknown>";
  }
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value;
}

/** The names of all config objects and Jobs, by resource name. */
export function objectNames(result: ProgramResult): Record<string, string> {
  const types = /:(Secret|ConfigMap|Job)$/;
  return Object.fromEntries(
    result.registrations
      .filter(({ type }) => types.test(type))
      .map(({ name, inputs }) => [name, (plain(inputs.metadata) as { name: string }).name]),
  );
}

/** Resource names whose object got another name from one deployment to the other. */
export function renamed(before: ProgramResult, after: ProgramResult): string[] {
  const names = objectNames(after);
  return Object.entries(objectNames(before))
    .filter(([resource, name]) => names[resource] !== name)
    .map(([resource]) => resource)
    .sort();
}

/** The objects that a release carries, by `Kind.name`. */
export function manifestsOf(result: ProgramResult, release: string): Record<string, KubernetesObject> {
  const { manifests } = plain(registered(result, "Release", release).inputs.values) as {
    manifests: Record<string, KubernetesObject>;
  };
  return manifests;
}
