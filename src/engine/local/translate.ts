import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { ChartReference } from "../../charts/reference.js";
import type { JsonObject, KubernetesObject } from "../../kubernetes/objects.js";
import { digest, digestFolder } from "../../workspace/digest.js";
import { UserError } from "../../workspace/errors.js";
import { programFolder } from "../../workspace/paths.js";
import { isRemote, remoteChart } from "../remoteChart.js";
import type { Registration } from "../types.js";
import { isGenerated } from "./generate.js";
import { canonicalJson, hasUnknown, hashInputs, revealMap } from "./values.js";

const releaseInputs = z.looseObject({
  name: z.string().optional(),
  namespace: z.string().optional(),
  chart: z.string(),
  version: z.string().optional(),
  repositoryOpts: z
    .looseObject({
      repo: z.string().optional(),
      username: z.string().optional(),
      password: z.string().optional(),
    })
    .optional(),
  values: z.record(z.string(), z.json()).default({}),
  atomic: z.boolean().default(false),
  timeout: z.number().default(300),
  maxHistory: z.number().default(0),
  skipAwait: z.boolean().default(false),
  waitForJobs: z.boolean().default(false),
  description: z.string().optional(),
  disableOpenapiValidation: z.boolean().default(false),
  disableWebhooks: z.boolean().default(false),
  createNamespace: z.boolean().default(false),
  skipCrds: z.boolean().default(false),
  forceUpdate: z.boolean().default(false),
  cleanupOnFail: z.boolean().default(false),
  dependencyUpdate: z.boolean().default(false),
  resetValues: z.boolean().default(false),
  reuseValues: z.boolean().default(false),
});

/** A Helm release as the program asks for it, with what it leaves to the provider filled in. */
export interface ReleaseInputs extends z.infer<typeof releaseInputs> {
  name: string;
  /** A path on this machine, unless `remote` says what a repository has to give. */
  chart: string;
  remote?: ChartReference;
}

/** What a registration means here. */
export type Meaning =
  | { kind: "provider" }
  | { kind: "generated"; inputs: JsonObject }
  | { kind: "object"; object: KubernetesObject; hash: string }
  | { kind: "release"; release: ReleaseInputs; hash: string }
  /** Depends on something that only a cluster will tell. */
  | { kind: "unknown"; type: "object" | "release" };

const providerPrefix = "pulumi:providers:";
const releaseType = "kubernetes:helm.sh/v3:Release";

/**
 * Reads a custom resource's registration.
 * @throws UserError for what the local runner does not carry out.
 */
export function translate(registration: Registration): Meaning {
  const { type, inputs } = registration;
  if (type.startsWith(providerPrefix)) {
    if (!["kubernetes", "random", "tls"].includes(type.slice(providerPrefix.length))) {
      throw unsupported(registration);
    }
    return { kind: "provider" };
  }
  if (isGenerated(type)) {
    if (hasUnknown(inputs)) {
      throw new UserError(
        `${type} ${registration.name} depends on something that only a cluster tells, which the local runner cannot ` +
          `carry out. Use Pulumi for this stack.`,
      );
    }
    return { kind: "generated", inputs: revealMap(inputs) };
  }
  const isRelease = type === releaseType;
  if (!isRelease && !isPlainObject(type)) {
    throw unsupported(registration);
  }
  if (hasUnknown(inputs)) {
    return { kind: "unknown", type: isRelease ? "release" : "object" };
  }
  return isRelease ? translateRelease(registration) : translateObject(registration);
}

/** The apiVersion and kind behind a resource type of the Kubernetes package. */
export function kindOfType(type: string): { apiVersion: string; kind: string } {
  const [, apiVersion = "", kind = ""] = type.split(":");
  return { apiVersion: apiVersion.replace(/^core\//, ""), kind };
}

function isPlainObject(type: string): boolean {
  const [provider, module = "", kind = ""] = type.split(":");
  const isObjectModule = /(^|\/)v\d+((alpha|beta)\d+)?$/.test(module) && !/^(helm\.sh|yaml)\//.test(module);
  return provider === "kubernetes" && isObjectModule && !/(Patch|List)$/.test(kind);
}

function unsupported({ type, name }: Registration): UserError {
  return new UserError(
    `The local runner cannot carry out ${type} (${name}): it knows Kubernetes objects, Helm releases, and what ` +
      `@pulumi/random and @pulumi/tls make. Install Pulumi (https://www.pulumi.com/docs/install/) and use ` +
      `"pulumi up" for this stack.`,
  );
}

function translateObject(registration: Registration): Meaning {
  const inputs = revealMap(registration.inputs);
  const { apiVersion, kind } = kindOfType(registration.type);
  const metadata = (inputs.metadata ?? {}) as JsonObject;
  const object = {
    ...inputs,
    apiVersion: typeof inputs.apiVersion === "string" ? inputs.apiVersion : apiVersion,
    kind: typeof inputs.kind === "string" ? inputs.kind : kind,
    metadata: {
      ...metadata,
      name: typeof metadata.name === "string" ? metadata.name : autoName(registration),
    },
  } as KubernetesObject;
  delete object.status;
  return {
    kind: "object",
    object: encodeStringData(object),
    hash: hashInputs(registration.type, object as unknown as JsonObject),
  };
}

/** Text in `stringData` would stay behind when it is no longer applied; in `data` each key has an owner. */
function encodeStringData(object: KubernetesObject): KubernetesObject {
  if (object.kind !== "Secret" || object.stringData === undefined) {
    return object;
  }
  const { stringData, ...rest } = object;
  const encoded = Object.entries(stringData as Record<string, string>).map(([key, text]) => [
    key,
    Buffer.from(text).toString("base64"),
  ]);
  return {
    ...rest,
    data: { ...(object.data as Record<string, string> | undefined), ...Object.fromEntries(encoded) },
  };
}

function translateRelease(registration: Registration): Meaning {
  const inputs = revealMap(registration.inputs);
  const where = `Release ${registration.name}`;
  const checked = releaseInputs.safeParse(inputs);
  if (!checked.success) {
    const faults = checked.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new UserError(`${where}: ${faults.join("; ")}`);
  }
  const { repositoryOpts, chart } = checked.data;
  if (repositoryOpts?.password !== undefined) {
    throw new UserError(
      `${where}: the local runner does not log in to chart repositories. Put the chart into a folder or use Pulumi.`,
    );
  }
  for (const key of ["valueYamlFiles", "postrender", "verify", "keyring", "manifest", "lint"]) {
    if (inputs[key] !== undefined && inputs[key] !== false) {
      throw new UserError(`${where}: the local runner does not know "${key}". Use Pulumi for this stack.`);
    }
  }
  const path = resolve(programFolder, chart);
  const isLocal = !isRemote(checked.data);
  if (isLocal && !existsSync(path)) {
    throw new UserError(
      `${where}: there is no chart ${path}. An archive that is missing in the folder of charts.mirror is put there by ` +
        "`npm run openedx -- charts pull FOLDER`.",
    );
  }
  const remote = isLocal ? undefined : remoteChart(checked.data);
  if (!isLocal && remote === undefined) {
    throw new UserError(
      `${where}: its chart ${chart} has no version; give one, so that all runs deploy the same.`,
    );
  }
  const release = {
    ...checked.data,
    name: checked.data.name ?? autoName(registration),
    chart: isLocal ? path : chart,
    remote,
  };
  // A template can change while the chart's version and the values stay.
  const chartDigest = isLocal ? digestOfChart(path) : "";
  return {
    kind: "release",
    release,
    hash: digest(hashInputs(registration.type, inputs), chartDigest),
  };
}

function digestOfChart(path: string): string {
  if (!statSync(path).isDirectory()) {
    return digest(readFileSync(path));
  }
  if (!existsSync(join(path, "Chart.yaml"))) {
    throw new UserError(`${path} is no chart: it has no Chart.yaml.`);
  }
  return digestFolder(path);
}

/** As Pulumi names what the program does not name, but the same in every run. */
function autoName({ name, urn }: Registration): string {
  return `${name}-${digest(urn).slice(0, 8)}`;
}

/** Whether the made-up value of before still stands: only what is not ignored counts. */
export function sameGenerated(
  before: JsonObject,
  now: JsonObject,
  ignoreChanges: readonly string[],
): boolean {
  if (ignoreChanges.includes("*")) {
    return true;
  }
  const ignored = new Set(ignoreChanges.map((path) => path.split(/[.[]/)[0]));
  const considered = (inputs: JsonObject): string =>
    canonicalJson(
      Object.fromEntries(
        Object.entries(inputs).filter(([key, value]) => !ignored.has(key) && value !== null),
      ),
    );
  return considered(before) === considered(now);
}
