import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import pLimit from "p-limit";
import type { FoundCharts } from "../charts/bring.js";
import { pullChart } from "../charts/pull.js";
import type { ChartReference } from "../charts/reference.js";
import { helmValues, parseManifest } from "../kubernetes/manifest.js";
import type { Json, JsonObject, KubernetesObject } from "../kubernetes/objects.js";
import { allOf, once } from "../workspace/concurrency.js";
import { digest, digestFolder } from "../workspace/digest.js";
import { messageOf, UserError } from "../workspace/errors.js";
import { cacheSubfolder, programFolder } from "../workspace/paths.js";
import { type Finished, run, runChecked } from "../workspace/run.js";
import { releasedVersions } from "../workspace/versions.js";
import { maskLeaves, secretMask, sortKeys, unknownMask } from "./mask.js";
import { isRemote, remoteChart } from "./remoteChart.js";
import type { Registration } from "./types.js";

/** What is read of a resource that may be a release. */
type ReleaseResource = Pick<Registration, "urn" | "type" | "name" | "inputs">;

/** The sandbox's, by its minor version. */
const sandboxVersion = releasedVersions.kubernetes.replace(/\.\d+$/, "");

/** Kinds that every cluster has and charts ask for by name: without a cluster helm knows their groups only. */
const kindArguments = [
  "apps/v1/Deployment",
  "autoscaling/v2/HorizontalPodAutoscaler",
  "batch/v1/CronJob",
  "networking.k8s.io/v1/Ingress",
  "networking.k8s.io/v1/NetworkPolicy",
  "policy/v1/PodDisruptionBudget",
].map((kind) => `--api-versions=${kind}`);

export const releaseType = "kubernetes:helm.sh/v3:Release";

/** The version that a stack's outputs tell; undefined where they do not. */
export function kubernetesVersionOf({
  kubernetesVersion,
}: Readonly<Record<string, unknown>>): string | undefined {
  return typeof kubernetesVersion === "string" ? kubernetesVersion : undefined;
}

export interface RenderOptions {
  /** Minor version of the cluster, which charts may ask for. Default: the sandbox's. */
  kubernetesVersion?: string;
  /** Told how many releases there are. */
  begin?: (count: number) => void;
  /** What a plan has found of the charts, by the releases' paths. */
  found?: FoundCharts;
}

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
  /** Path of a chart folder or archive, or what a repository has to give. */
  chart: string | ChartReference;
  values: Json;
  flags: string[];
}

/** A task whose chart is on this machine. */
type LocalTask = Task & { chart: string };

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" && value !== "" && value !== unknownMask && value !== secretMask
    ? value
    : otherwise;
}

/** Where a release's chart is, or why that is not known. */
function chartOf(inputs: JsonObject, found: FoundCharts): string | ChartReference | { missing: string } {
  const chart = text(inputs.chart, "");
  const brought = found.get(chart);
  if (brought !== undefined) {
    return "archive" in brought ? brought.archive : brought;
  }
  const { repo } = (inputs.repositoryOpts ?? {}) as JsonObject;
  const repositoryOpts = typeof repo === "string" ? { repo } : undefined;
  if (isRemote({ chart, repositoryOpts })) {
    const reference = remoteChart({ chart, version: text(inputs.version, ""), repositoryOpts });
    return reference ?? { missing: `its chart ${chart} has no version` };
  }
  const path = resolve(programFolder, chart);
  const isThere = existsSync(join(path, "Chart.yaml")) || (path.endsWith(".tgz") && existsSync(path));
  return chart !== "" && isThere ? path : { missing: `its chart ${chart} is not on this machine` };
}

function notRendered(name: string, why: string): string {
  return `Release ${name} is not rendered: ${why.replace(/\.$/, "")}.`;
}

function taskOf({ urn, name, inputs }: ReleaseResource, found: FoundCharts): Task | string {
  const masked = maskLeaves(inputs) as JsonObject;
  const chart = chartOf(masked, found);
  if (typeof chart === "object" && "missing" in chart) {
    return notRendered(name, chart.missing);
  }
  if (masked.valueYamlFiles !== undefined) {
    return notRendered(name, "it takes values from files (valueYamlFiles)");
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

/** A chart whose schema refers to one on the internet fails where that cannot be reached. */
const wantsInternet = /dial tcp|no such host|connection refused|i\/o timeout|failed to fetch/;

async function template(helm: string, version: string, task: LocalTask): Promise<KubernetesObject[]> {
  const call = (...flags: string[]): Promise<Finished> =>
    run(
      helm,
      [
        "template",
        task.name,
        task.chart,
        ...["--namespace", task.namespace],
        ...["--kube-version", version],
        ...kindArguments,
        ...task.flags,
        ...flags,
        ...["--values", "-"],
      ],
      { input: helmValues(task.values) },
    );
  let finished = await call();
  if (finished.code !== 0 && wantsInternet.test(finished.stderr)) {
    finished = await call("--skip-schema-validation");
  }
  if (finished.code !== 0) {
    const message = finished.stderr
      .split("\n")
      .filter((line) => line.startsWith("Error:"))
      .join("\n");
    throw new UserError(
      `Release ${task.name} cannot be rendered by its chart ${task.chart}:\n${message || finished.stderr.trim()}\n` +
        "Correct the release's values or the chart.",
    );
  }
  return parseManifest(finished.stdout).map((object) =>
    maskSecret(sortKeys(object as unknown as Json) as unknown as KubernetesObject),
  );
}

/** Renders a release, or takes what was rendered of the same chart and values before. */
async function renderCached(
  helm: string,
  version: string,
  key: string,
  task: LocalTask,
): Promise<KubernetesObject[]> {
  const file = join(cacheSubfolder("manifests"), `${key}.json`);
  try {
    return JSON.parse(await readFile(file, "utf8")) as KubernetesObject[];
  } catch {
    // not there, or cut short: rendered anew
  }
  const objects = await template(helm, version, task);
  const partial = `${file}.${randomUUID()}`; // the two sides of a comparison may render the same at once
  try {
    await writeFile(partial, JSON.stringify(objects));
    await rename(partial, file);
  } catch {
    await rm(partial, { force: true }); // the disk is full: it is rendered again the next time
  }
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
 * What the Helm releases among `resources` hold, as `helm template` renders them, secrets and unknowns as their
 * masks. Charts that a repository serves are taken from the cache or pulled; one that cannot be had is noted. Renders
 * are kept by the content of chart and values.
 * @param helm gives the path of the helm command; called only when there is something to render.
 * @throws UserError that names the release a chart does not accept.
 */
export async function renderReleases(
  resources: readonly ReleaseResource[],
  helm: () => Promise<string>,
  options: RenderOptions = {},
): Promise<Rendered> {
  const {
    kubernetesVersion = sandboxVersion,
    begin = () => undefined,
    found = new Map() as FoundCharts,
  } = options;
  const releases = resources.filter(({ type }) => type === releaseType);
  const tasks = releases.map((release) => taskOf(release, found));
  const isTask = (task: Task | string): task is Task => typeof task !== "string";
  const count = tasks.filter(isTask).length;
  if (count > 0) {
    begin(count);
  }
  const charts = new Map<string, string>();
  const renders = pLimit(2);
  const helmOnce = once(helm);
  const render = async (task: LocalTask): Promise<KubernetesObject[]> => {
    const command = await helmOnce();
    const chart =
      charts.get(task.chart) ??
      (statSync(task.chart).isDirectory() ? digestFolder(task.chart) : digest(readFileSync(task.chart)));
    charts.set(task.chart, chart);
    const what = JSON.stringify([task.name, task.namespace, kindArguments, task.flags, task.values]);
    const key = digest(await helmVersion(command), kubernetesVersion, chart, what);
    return renderCached(command, kubernetesVersion, key, task);
  };
  const pulls = pLimit(8);
  // What goes on after a failure would write into the cache of the next run.
  const results = await allOf(
    tasks.map(async (task): Promise<[string, KubernetesObject[]] | string> => {
      if (!isTask(task)) {
        return task;
      }
      const { chart: wanted } = task;
      const chart = typeof wanted === "string" ? wanted : await pulls(archiveOf, wanted, helmOnce);
      if (typeof chart !== "string") {
        return notRendered(task.name, chart.missing);
      }
      try {
        return [task.urn, await renders(render, { ...task, chart })];
      } catch (error) {
        // Others' charts may compute with what is masked here.
        if (error instanceof UserError && chart.endsWith(".tgz") && hasMask(task.values)) {
          return notRendered(
            task.name,
            "its chart does not take the masks of values that only a deployment knows",
          );
        }
        throw error;
      }
    }),
  );
  const manifests = results.filter((result) => typeof result !== "string");
  return {
    manifests: Object.fromEntries(manifests.sort(([a], [b]) => (a < b ? -1 : 1))),
    notes: results.filter((result) => typeof result === "string").sort(),
  };
}

function hasMask(values: Json): boolean {
  const text = JSON.stringify(values);
  return text.includes(unknownMask) || text.includes(secretMask);
}

/** Path of the archive of a chart, or why it cannot be had. */
async function archiveOf(
  reference: ChartReference,
  helm: () => Promise<string>,
): Promise<string | { missing: string }> {
  try {
    return (await pullChart({ ...reference, helm, seconds: 30 })).archive;
  } catch (error) {
    if (error instanceof UserError) {
      return { missing: messageOf(error) };
    }
    throw error;
  }
}
