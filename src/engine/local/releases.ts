import { pullChart } from "../../charts/pull.js";
import { helmValues, parseManifest } from "../../kubernetes/manifest.js";
import type { JsonObject, KubernetesObject } from "../../kubernetes/objects.js";
import { UserError } from "../../workspace/errors.js";
import { kindArguments, kubernetesRelease } from "../releases.js";
import type { Helm } from "./helm.js";
import { pause, type Site } from "./objects.js";
import { explainPod, listPods, takesTime, whyNotReady } from "./readiness.js";
import { decideRecovery, listRevisions } from "./revisions.js";
import type { LiveObject } from "./cluster.js";
import type { ReleaseInputs } from "./translate.js";
import { jobOutcome } from "./jobs.js";

/** Where and for whom a release is carried out. */
export interface ReleaseContext {
  site: Site;
  helm: Helm;
  namespace: string;
  /** The instance's name, as shown to people. */
  owner: string;
  signal: AbortSignal;
  report: (text: string) => void;
}

/** What became of a release. */
export interface ReleaseResult {
  revision: number;
  outputs: JsonObject;
}

/** Arguments that `helm template` and `helm upgrade` share; a repository's chart is given as its archive in the cache. */
async function chartArguments(
  release: ReleaseInputs,
  helm: Helm,
  namespace: string,
  signal: AbortSignal,
): Promise<string[]> {
  const { remote, chart } = release;
  const path =
    remote === undefined ? chart : (await pullChart({ ...remote, helm: helm.path, signal })).archive;
  return [
    release.name,
    path,
    `--namespace=${namespace}`,
    "--values=-",
    ...flag("--dependency-update", release.dependencyUpdate),
    ...flag("--skip-crds", release.skipCrds),
    ...flag("--no-hooks", release.disableWebhooks),
    ...flag("--disable-openapi-validation", release.disableOpenapiValidation),
  ];
}

/**
 * Renders a release to its objects, hooks among them.
 * @throws UserError with what helm said.
 */
export async function renderRelease(
  release: ReleaseInputs,
  helm: Helm,
  namespace: string,
  signal: AbortSignal,
): Promise<KubernetesObject[]> {
  const chart = await chartArguments(release, helm, namespace, signal);
  const args = ["template", ...chart, `--kube-version=${kubernetesRelease}`, ...kindArguments];
  const crds = release.skipCrds ? [] : ["--include-crds"];
  const finished = await helm.call([...args, ...crds], signal, helmValues(release.values));
  if (finished.code !== 0) {
    throw new UserError(cleanHelmError(finished.stderr));
  }
  return parseManifest(finished.stdout);
}

/** True if a hook wants the release's pods ready before it runs, which only helm's own waiting gives. */
export function hasLateHooks(objects: readonly KubernetesObject[]): boolean {
  return objects.some((object) =>
    /post-(install|upgrade)/.test(object.metadata.annotations?.["helm.sh/hook"] ?? ""),
  );
}

/**
 * Installs or upgrades a release and waits until it is up.
 *
 * Helm looks every two seconds, says nothing of what it waits for, and costs a process for all that time; so the
 * waiting is done here. An `atomic` release that does not come up goes back to `lastGood`, or is uninstalled.
 * @param rendered Its objects where known; without them, and for hooks that follow the rollout, helm waits itself.
 * @throws UserError with the pods that are not ready.
 */
export async function upgradeRelease(
  release: ReleaseInputs,
  rendered: readonly KubernetesObject[] | undefined,
  lastGood: number | undefined,
  context: ReleaseContext,
): Promise<ReleaseResult> {
  const { helm, namespace, owner, signal, report } = context;
  await recover(release.name, context);
  const chart = await chartArguments(release, helm, namespace, signal);
  report(`release ${release.name}: helm upgrade`);
  const helmWaits = rendered === undefined || hasLateHooks(rendered);
  const wait = release.skipAwait
    ? []
    : ["--wait", ...flag("--wait-for-jobs", release.waitForJobs), ...flag("--atomic", release.atomic)];
  const finished = await helm.call(
    [
      "upgrade",
      ...chart,
      "--install",
      "--output=json",
      `--timeout=${release.timeout}s`,
      `--history-max=${release.maxHistory}`,
      ...(release.description === undefined ? [] : [`--description=${release.description}`]),
      ...flag("--create-namespace", release.createNamespace),
      ...flag("--force", release.forceUpdate),
      ...flag("--cleanup-on-fail", release.cleanupOnFail),
      ...flag("--reset-values", release.resetValues),
      ...flag("--reuse-values", release.reuseValues),
      ...(helmWaits ? wait : []),
    ],
    signal,
    helmValues(release.values),
  );
  signal.throwIfAborted();
  if (finished.code !== 0) {
    const why = await explainNamespace(context);
    if (!helmWaits && release.atomic) {
      await undo(release, lastGood, context);
    }
    throw new UserError(
      `${owner}: release ${namespace}/${release.name} failed: ${cleanHelmError(finished.stderr)}${why}`,
    );
  }
  const deployed = JSON.parse(finished.stdout) as { version: number; manifest: string };
  const objects = parseManifest(deployed.manifest);
  if (!helmWaits && !release.skipAwait) {
    await awaitRelease(release, objects, lastGood, context);
  }
  const status = { name: release.name, namespace, revision: deployed.version, status: "deployed" };
  return { revision: deployed.version, outputs: { status, resourceNames: namesByKind(objects, namespace) } };
}

/** Takes a release from the cluster; one that is not there is well. */
export async function uninstallRelease(
  name: string,
  context: Omit<ReleaseContext, "report">,
  seconds = 300,
): Promise<void> {
  const { helm, namespace, owner, signal } = context;
  const finished = await helm.call(
    ["uninstall", name, `--namespace=${namespace}`, "--wait", "--ignore-not-found", `--timeout=${seconds}s`],
    signal,
  );
  signal.throwIfAborted();
  if (finished.code !== 0) {
    throw new UserError(
      `${owner}: release ${namespace}/${name} was not uninstalled: ${cleanHelmError(finished.stderr)}`,
    );
  }
}

async function recover(name: string, context: ReleaseContext): Promise<void> {
  const { site, helm, namespace, owner, signal, report } = context;
  const recovery = decideRecovery(await listRevisions(site.cluster, namespace, name));
  if (recovery.action === "uninstall") {
    report(`release ${name}: taking away an install that was cut off`);
    await uninstallRelease(name, context);
  } else if (recovery.action === "rollback") {
    report(`release ${name}: going back to revision ${recovery.revision} after an upgrade that was cut off`);
    const args = ["rollback", name, String(recovery.revision), `--namespace=${namespace}`];
    const finished = await helm.call(args, signal);
    if (finished.code !== 0) {
      throw new UserError(
        `${owner}: release ${namespace}/${name} was cut off in an upgrade and cannot go back to revision ` +
          `${recovery.revision}: ${cleanHelmError(finished.stderr)}`,
      );
    }
  }
}

async function awaitRelease(
  release: ReleaseInputs,
  objects: readonly KubernetesObject[],
  lastGood: number | undefined,
  context: ReleaseContext,
): Promise<void> {
  const { namespace, owner, signal, report } = context;
  const kinds = (kind: string): boolean => takesTime(kind) || (kind === "Job" && release.waitForJobs);
  let waiting = objects.filter(({ kind }) => kinds(kind));
  const began = Date.now();
  for (;;) {
    const reasons = await reasonsNotReady(waiting, context);
    waiting = waiting.filter((object) => reasons.has(object));
    if (waiting.length === 0) {
      return;
    }
    const first = waiting[0];
    if (first !== undefined) {
      const more = waiting.length === 1 ? "" : ` and ${waiting.length - 1} more`;
      report(`release ${release.name}: waiting for ${first.kind} ${first.metadata.name}${more}`);
    }
    if (Date.now() - began > release.timeout * 1000) {
      const lines = waiting.map(
        (object) => `  ${object.kind} ${object.metadata.name} ${reasons.get(object)}`,
      );
      const why = await explainNamespace(context);
      const outcome = release.atomic ? await undo(release, lastGood, context) : "It was left as it is.";
      throw new UserError(
        `${owner}: release ${namespace}/${release.name} is not up after ${release.timeout} s. ${outcome}\n` +
          `${lines.join("\n")}${why}`,
      );
    }
    await pause(began, signal);
  }
}

/** Why objects are not ready, one list a kind and namespace. Jobs are ready when complete. */
async function reasonsNotReady(
  objects: readonly KubernetesObject[],
  { site, namespace }: ReleaseContext,
): Promise<Map<KubernetesObject, string>> {
  const collections = new Map<string, KubernetesObject[]>();
  for (const object of objects) {
    const { apiVersion, kind } = object;
    const path = await site.paths.collection({
      apiVersion,
      kind,
      namespace: object.metadata.namespace ?? namespace,
    });
    if (path !== undefined) {
      collections.set(path, [...(collections.get(path) ?? []), object]);
    }
  }
  const reasons = new Map<KubernetesObject, string>();
  for (const [path, wanted] of collections) {
    const list = await site.cluster.demand<{ items: LiveObject[] }>("GET", path);
    const live = new Map(list.items.map((item) => [item.metadata.name, item]));
    for (const object of wanted) {
      const found = live.get(object.metadata.name);
      const reason = found === undefined ? "is gone" : notReady({ ...found, kind: object.kind });
      if (reason !== undefined) {
        reasons.set(object, reason);
      }
    }
  }
  return reasons;
}

function notReady(live: LiveObject): string | undefined {
  if (live.kind === "Job") {
    return jobOutcome(live) === "complete" ? undefined : "is not complete";
  }
  return whyNotReady(live);
}

/** Brings a release that did not come up back to where it was; says what it did. */
async function undo(
  release: ReleaseInputs,
  lastGood: number | undefined,
  context: ReleaseContext,
): Promise<string> {
  const { site, helm, namespace, signal, report } = context;
  const revisions = await listRevisions(site.cluster, namespace, release.name);
  const earlier = revisions.slice(0, -1).reverse();
  const target =
    earlier.find(({ revision }) => revision === lastGood) ??
    earlier.find(({ status }) => status === "deployed" || status === "superseded");
  if (target === undefined) {
    report(`release ${release.name}: did not come up, uninstalling`);
    await uninstallRelease(release.name, context);
    return "It was uninstalled, as it was new.";
  }
  report(`release ${release.name}: did not come up, going back to revision ${target.revision}`);
  const args = ["rollback", release.name, String(target.revision), `--namespace=${namespace}`];
  const finished = await helm.call(args, signal);
  return finished.code === 0
    ? `It went back to revision ${target.revision}.`
    : `It could not go back to revision ${target.revision}: ${cleanHelmError(finished.stderr)}`;
}

/** The pods of the release's namespace that are not ready, one line each. */
async function explainNamespace({ site, namespace }: ReleaseContext): Promise<string> {
  try {
    const pods = await listPods(site.cluster, namespace);
    return pods
      .flatMap((pod) => explainPod(pod) ?? [])
      .map((line) => `\n  ${line}`)
      .join("");
  } catch {
    return "";
  }
}

/** Helm's last words, without its prefix. */
export function cleanHelmError(stderr: string): string {
  const lines = stderr
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^(WARNING|W\d{4}|I\d{4})/.test(line));
  return lines
    .slice(-20)
    .join("\n")
    .replace(/^Error: /, "")
    .trim();
}

function namesByKind(objects: readonly KubernetesObject[], namespace: string): JsonObject {
  const names: Record<string, string[]> = {};
  for (const { apiVersion, kind, metadata } of objects) {
    const key = `${kind}.${apiVersion}`;
    names[key] = [...(names[key] ?? []), `${metadata.namespace ?? namespace}/${metadata.name}`];
  }
  return names;
}

function flag(name: string, isOn: boolean): string[] {
  return isOn ? [name] : [];
}
