import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import type { Cloud } from "../../src/cloud/types.js";
import { derivePassword } from "../../src/instance/secrets/derive.js";
import { OpenEdxInstance, type SharedServices } from "../../src/instance/instance.js";
import { prepareInstance } from "../../src/instance/render/prepare.js";
import type { InstanceInput } from "../../src/instance/types.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { plain, runTest } from "../support/program.js";
import {
  type ProgramResult,
  type PropertyMap,
  type Registered,
  type Registration,
  type ResourceHandler,
  Secret,
} from "../../src/engine/types.js";

export { plain };

export const rsaPem = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();

/** What `random` gives in these deployments: the same for the same resource name. */
export function seedOf(name: string): string {
  return createHash("sha256").update(name).digest("hex");
}

/** The password that the site `campus` has in these deployments. */
export function generated(key: string, generation = 1): string {
  return derivePassword(seedOf("campus-secrets"), { instance: "campus", key, generation }, 24);
}

/** Generates values as the providers would; everything else comes back as it is. */
class Deployed implements ResourceHandler {
  register({ type, name }: Registration): Promise<Registered> {
    const outputs: Record<string, PropertyMap> = {
      "random:index/randomPassword:RandomPassword": { result: seedOf(name) },
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
  preview?: boolean;
  cloud?: Partial<Cloud>;
  /** Name of a resource that the site waits for. */
  after?: string;
  services?: SharedServices;
  /** Name of a provider that takes over what exists. */
  adopting?: string;
}

/** Runs the instance as a program of its own. */
export function deploy(
  input: InstanceInput,
  { preview = false, cloud, after, services, adopting }: DeployOptions = {},
): Promise<ProgramResult> {
  return runTest({
    dryRun: preview,
    handler: preview ? new Previewed() : new Deployed(),
    program: () => {
      const provider = new k8s.Provider("cluster", { kubeconfig: "{}" });
      const earlier = after === undefined ? [] : [new k8s.core.v1.ConfigMap(after, {}, { provider })];
      const instance = new OpenEdxInstance(
        input.source.name,
        {
          ...prepareInstance(input, []),
          cloud: { provider, storageClasses: {}, ...cloud } as Cloud,
          secretProviders: [new random.Provider("random"), new tls.Provider("tls")],
          ...(services && { services }),
          ...(adopting && { adopting: new k8s.Provider(adopting, { kubeconfig: "{}" }) }),
        },
        { dependsOn: earlier },
      );
      return Promise.resolve({ instance: instance.outputs });
    },
  });
}

/** The name of a resource without the hash of its content. */
export function stemOf(name: string): string {
  return name.replace(/-[0-9a-f]{10}$/, "");
}

/** A registered resource, by the end of its type and its name without a hash. */
export function registered(result: ProgramResult, type: string, name: string): Registration {
  const found = result.registrations.find(
    (each) => each.type.endsWith(`:${type}`) && stemOf(each.name) === name,
  );
  if (found === undefined) {
    throw new Error(`no ${type} ${name} among ${result.registrations.map((each) => each.name).join(", ")}`);
  }
  return found;
}

/** What a Secret holds, in plain. */
export function filesOf(result: ProgramResult, name: string): Record<string, string> {
  const { stringData } = registered(result, "Secret", name).inputs;
  assert.ok(stringData instanceof Secret, "a Secret's content is secret");
  return plain(stringData) as Record<string, string>;
}

function configAndJobs(result: ProgramResult): Registration[] {
  return result.registrations.filter(({ type }) => /:(Secret|ConfigMap|Job)$/.test(type));
}

/** The names of all config objects and Jobs, by resource name without a hash. */
export function objectNames(result: ProgramResult): Record<string, string> {
  return Object.fromEntries(
    configAndJobs(result).map(({ name, inputs }) => [
      stemOf(name),
      (plain(inputs.metadata) as { name: string }).name,
    ]),
  );
}

/** The resource names of all config objects and Jobs, by the same without a hash. */
export function resourceNames(result: ProgramResult): Record<string, string> {
  return Object.fromEntries(configAndJobs(result).map(({ name }) => [stemOf(name), name]));
}

/** Those whose names are others in the second deployment, of what `namesOf` tells. */
export function renamed(before: ProgramResult, after: ProgramResult, namesOf = objectNames): string[] {
  const names = namesOf(after);
  return Object.entries(namesOf(before))
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
