import { existsSync, readFileSync, statSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import pLimit from "p-limit";
import { helmValues, parseManifest } from "../kubernetes/manifest.js";
import type { Json, JsonObject, KubernetesObject } from "../kubernetes/objects.js";
import { digest, digestFolder } from "../workspace/digest.js";
import { UserError } from "../workspace/errors.js";
import { cacheSubfolder, programFolder } from "../workspace/paths.js";
import { run, runChecked } from "../workspace/run.js";
import { maskLeaves, secretMask, sortKeys, unknownMask } from "./mask.js";
import type { Registration } from "./types.js";

/** Charts are rendered for this release of Kubernetes, so that a plan does not depend on the helm at hand. */
export const kubernetesRelease = "1.33";

export const releaseType = "kubernetes:helm.sh/v3:Release";

export interface Rendered {
  /** By the release's URN, in the order of URNs. */
  manifests: Record<string, KubernetesObject[]>;
  /** Which releases are left out, and why. */
  notes: string[];
}

/** A release as `helm template` takes it. */
interface Task {
  urn: string;
  name: string;
  namespace: string;
  /** Path of a chart folder or archive. */
  chart: string;
  values: Json;
  flags: string[];
}

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" && value !== unknownMask && value !== secretMask
    ? value
    : otherwise;
}

/** The path of a chart that is on this machine; undefined for one that comes from a repository. */
function localChart(inputs: JsonObject): string | undefined {
  const chart = text(inputs.chart, "");
  const options = inputs.repositoryOpts as JsonObject | undefined;
  if (chart === "" || chart.includes("://") || options?.repo !== undefined) {
    return undefined;
  }
  const path = resolve(programFolder, chart);
  return existsSync(join(path, "Chart.yaml")) || (path.endsWith(".tgz") && existsSync(path))
    ? path
    : undefined;
}

function taskOf({ urn, name, inputs }: Registration): Task | string {
  const masked = maskLeaves(inputs) as JsonObject;
  const chart = localChart(masked);
  if (chart === undefined) {
    return `Release ${name} is not rendered: its chart ${text(masked.chart, "")} is not on this machine.`;
  }
  if (masked.valueYamlFiles !== undefined) {
    return `Release ${name} is not rendered: it takes values from files (valueYamlFiles).`;
  }
  return {
    urn,
    name: text(masked.name, name),
    namespace: text(masked.namespace, "default"),
    chart,
    values: masked.values ?? {},
    flags: [
      ...(masked.skipCrds === true ? [] : ["--include-crds"]),
      ...(masked.disableWebhooks === true ? ["--no-hooks"] : []),
    ],
  };
}

/** A rendered Secret may hold what the chart made up; its keys are enough. */
function maskSecret(object: KubernetesObject): KubernetesObject {
  if (object.kind !== "Secret") {
    return object;
  }
  const masked = { ...object };
  for (const field of ["data", "stringData"]) {
    if (typeof masked[field] === "object" && masked[field] !== null) {
      masked[field] = Object.fromEntries(Object.keys(masked[field]).map((key) => [key, secretMask]));
    }
  }
  return masked;
}

async function template(helm: string, task: Task): Promise<KubernetesObject[]> {
  const finished = await run(
    helm,
    [
      "template",
      task.name,
      task.chart,
      ...["--namespace", task.namespace],
      ...["--kube-version", kubernetesRelease],
      ...task.flags,
      ...["--values", "-"],
    ],
    { input: helmValues(task.values) },
  );
  if (finished.code !== 0) {
    const said = finished.stderr
      .split("\n")
      .filter((line) => line.startsWith("Error:"))
      .join("\n");
    throw new UserError(
      `Release ${task.name} cannot be rendered by its chart ${task.chart}:\n${said || finished.stderr.trim()}\n` +
        "Correct the release's values or the chart.",
    );
  }
  return parseManifest(finished.stdout).map((object) =>
    maskSecret(sortKeys(object as unknown as Json) as unknown as KubernetesObject),
  );
}

/** Renders a release, or takes what was rendered of the same chart and values before. */
async function renderCached(helm: string, key: string, task: Task): Promise<KubernetesObject[]> {
  const file = join(cacheSubfolder("manifests"), `${key}.json`);
  try {
    return JSON.parse(await readFile(file, "utf8")) as KubernetesObject[];
  } catch {
    // not there, or cut short: rendered anew
  }
  const objects = await template(helm, task);
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, JSON.stringify(objects));
  await rename(partial, file);
  return objects;
}

const helmVersions = new Map<string, Promise<string>>();

function helmVersion(helm: string): Promise<string> {
  let version = helmVersions.get(helm);
  if (version === undefined) {
    version = runChecked(helm, ["version", "--short"]).then(({ stdout }) => stdout.trim());
    helmVersions.set(helm, version);
  }
  return version;
}

/**
 * What the Helm releases among `registrations` hold, as `helm template` renders them, secrets and unknowns as their
 * masks. Renders are kept by the content of chart and values.
 * @param helm gives the path of the helm command; called only when there is something to render.
 * @param begin told how many releases there are.
 * @throws UserError that names the release a chart does not accept.
 */
export async function renderReleases(
  registrations: readonly Registration[],
  helm: () => Promise<string>,
  begin: (count: number) => void = () => undefined,
): Promise<Rendered> {
  const tasks: Task[] = [];
  const rendered: Rendered = { manifests: {}, notes: [] };
  for (const registration of registrations.filter(({ type }) => type === releaseType)) {
    const task = taskOf(registration);
    if (typeof task === "string") {
      rendered.notes.push(task);
    } else {
      tasks.push(task);
    }
  }
  rendered.notes.sort();
  if (tasks.length === 0) {
    return rendered;
  }
  begin(tasks.length);
  const command = await helm();
  const version = await helmVersion(command);
  const charts = new Map<string, string>();
  const limit = pLimit(2);
  const render = async (task: Task): Promise<[string, KubernetesObject[]]> => {
    const chart =
      charts.get(task.chart) ??
      (statSync(task.chart).isDirectory() ? digestFolder(task.chart) : digest(readFileSync(task.chart)));
    charts.set(task.chart, chart);
    const what = JSON.stringify([task.name, task.namespace, task.flags, task.values]);
    return [task.urn, await renderCached(command, digest(version, kubernetesRelease, chart, what), task)];
  };
  const results = await Promise.all(tasks.map((task) => limit(render, task)));
  rendered.manifests = Object.fromEntries(results.sort(([a], [b]) => (a < b ? -1 : 1)));
  return rendered;
}
