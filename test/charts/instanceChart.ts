import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { helmValues } from "../../src/kubernetes/manifest.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { programFolder } from "../../src/workspace/paths.js";
import { terminalProgress } from "../../src/workspace/progress.js";
import { type Finished, run } from "../../src/workspace/run.js";

export const chartFolder = join(programFolder, "charts/openedx-instance");

/** A test's first use of Helm may have to build it: minutes, once a machine. */
export const buildTimeout = 900_000;

const toolchain = createToolchain({ progress: terminalProgress() });

/** Runs Helm with the chart's values, as JSON, on its standard input. Ends with whatever Helm said. */
export async function helm(args: readonly string[], values: object = {}): Promise<Finished> {
  const env = { ...process.env, KUBECONFIG: "/nonexistent" };
  return run(await toolchain.helm(), args, { env, input: helmValues(values as Record<string, unknown>) });
}

export interface RenderOptions {
  /** Values files that come before the values, relative to the chart. */
  files?: readonly string[];
  /** Default: `campus`, in the namespace `site`. */
  release?: string;
  /** Default: the chart of this repository. */
  chart?: string;
}

/** The text that `helm template` gives. It fails where Helm fails. */
export async function renderText(values: object, options: RenderOptions = {}): Promise<string> {
  const { stdout, stderr, code } = await tryRender(values, options);
  if (code !== 0 || stderr !== "") {
    throw new Error(`helm template ended with ${code} and said:\n${stderr}`);
  }
  return stdout;
}

/** The objects of a rendered release, by `Kind.name`. */
export async function render(
  values: object,
  options: RenderOptions = {},
): Promise<Record<string, KubernetesObject>> {
  const objects: Record<string, KubernetesObject> = {};
  for (const document of parseAllDocuments(await renderText(values, options))) {
    for (const error of document.errors) {
      throw error;
    }
    const object = document.toJS() as KubernetesObject;
    const key = `${object.kind}.${object.metadata.name}`;
    if (key in objects) {
      throw new Error(`${key} was rendered twice`);
    }
    objects[key] = object;
  }
  return objects;
}

/** A part of an object that the test knows to be there. */
export function at(object: KubernetesObject | undefined, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown>)[key], object);
}

/** What Helm says to values that it must not take. */
export async function complaint(values: object): Promise<string> {
  const { stderr, code } = await tryRender(values, {});
  if (code === 0) {
    throw new Error("Helm took the values");
  }
  return stderr;
}

function tryRender(values: object, options: RenderOptions): Promise<Finished> {
  const { files = [], release = "campus", chart = chartFolder } = options;
  // A Helm built from its module alone believes in Kubernetes 1.20.
  const cluster = ["--namespace", "site", "--kube-version", "1.33.0"];
  const valueFiles = [...files.map((file) => join(chartFolder, file)), "-"];
  return helm(
    ["template", release, chart, ...cluster, ...valueFiles.flatMap((file) => ["--values", file])],
    values,
  );
}

/** A small object of each kind that the tests carry. */
export function deployment(name: string, spec: object = {}): KubernetesObject {
  const labels = { "app.kubernetes.io/name": name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name, image: `${name}:1` }] } },
      ...spec,
    },
  };
}

export function service(name: string): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name },
    spec: { selector: { "app.kubernetes.io/name": name }, ports: [{ port: 80 }] },
  };
}

export function configMap(name: string, data: Record<string, string>): KubernetesObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data };
}

/** Objects as the chart takes them. */
export function carry(...objects: KubernetesObject[]): Record<string, KubernetesObject> {
  return Object.fromEntries(objects.map((object) => [`${object.kind}.${object.metadata.name}`, object]));
}
