import type { KubernetesObject } from "../../kubernetes/objects.js";
import type { Site } from "../../platform/edge/types.js";
import type { TokenEntry } from "../../tutor/types.js";
import { joinFaults } from "../../workspace/errors.js";
import { bindConfig } from "../config/bind.js";
import type { ConfigObject } from "../config/configObject.js";
import { givenValues } from "../secrets/givenSecrets.js";
import { buildTaskJob } from "../tasks/job.js";
import { adminSettingFaults, leftoverTokens } from "./tokenCheck.js";
import { moveToSecrets } from "../config/secretEnv.js";
import { checkRotated } from "../secrets/rotation.js";
import { classifyObjects } from "./classify.js";
import { isAccountPhase, type Phase, phases, phaseTasks } from "../tasks/tasks.js";
import { Tokens } from "../../tutor/tokenTexts.js";
import { transformObjects } from "../transforms/all.js";
import { authoritiesConfig } from "../transforms/authorities.js";
import type { InstanceInput } from "../types.js";
import { appValues, type ChartValues, dataValues } from "./values.js";

/** All that can be known of an instance before its first resource. Config objects' names are yet to be filled in. */
export interface PreparedInstance {
  input: InstanceInput;
  /** Of its public hosts, the LMS's first. */
  urls: string[];
  /** The settings that need a value. */
  secrets: TokenEntry[];
  /** Secret. Values that the operator gives, by key; only ever wrapped by `pulumi.secret`. */
  given: Record<string, string>;
  configObjects: ConfigObject[];
  /** The Jobs of the phases that have tasks. */
  jobs: Partial<Record<Phase, KubernetesObject>>;
  /** Values of the release `<name>-data`; undefined where all data services are elsewhere. */
  data?: ChartValues;
  /** Values of the release `<name>`. */
  app: ChartValues;
}

/**
 * Turns a render into what is to be deployed. Pure.
 * @param sites all of the stack, with the hosts that the edge routes
 * @throws UserError that names the instance and the object, setting or task.
 */
export function prepareInstance(input: InstanceInput, sites: readonly Site[]): PreparedInstance {
  const { source, render, disposable } = input;
  const { name } = source;
  const given = givenValues(input, render.tokens);
  const tokens = new Tokens(render.tokens);
  const { adminSettings } = input.services;
  const authorities = authoritiesConfig(render.tokens);
  const trust = { disposable, authorities: authorities !== undefined };

  const rendered = classifyObjects(render.objects, render.tasks);
  const jobTemplates = transformObjects(rendered.jobTemplates, { ...trust, tasks: true });
  const tasks = phaseTasks(render.tasks, render.tokens, adminSettings);
  const urls = render.hosts.public.map((host) => `${input.edge.https ? "https" : "http"}://${host}`);
  const [url] = urls;
  const { issuer } = input.edge;
  const hasKnownAuthority = issuer.kind === "http01" || issuer.kind === "dns01";
  const taskJobs = phases
    .filter((phase) => tasks[phase].length > 0)
    .map((phase) =>
      buildTaskJob({
        phase,
        tasks: tasks[phase],
        jobTemplates: new Map(jobTemplates.map((template) => [template.metadata.name, template])),
        instance: name,
        serviceAccount: isAccountPhase(phase) ? "default" : name,
        timeoutSeconds: input.config.timeouts.tasks,
        ...(url !== undefined && { site: { url, hasKnownAuthority } }),
      }),
    );

  const data = moveToSecrets(transformObjects(rendered.data, { disposable }), tokens, name);
  const app = moveToSecrets(transformObjects(rendered.app, { ...trust, serviceAccount: name }), tokens, name);
  const jobs = moveToSecrets(
    taskJobs.map(({ job }) => job),
    tokens,
    name,
  );
  const all = [data, app, jobs];
  const workloads = all.flatMap(({ objects }) => objects);
  const { bind, configObjects, others } = bindConfig(
    workloads,
    [
      ...transformObjects(rendered.config, { disposable }),
      ...(authorities === undefined ? [] : [authorities]),
      ...all.flatMap(({ secrets }) => secrets),
      ...taskJobs.map(({ scripts }) => scripts),
    ],
    tokens,
  );
  const faults = [...leftoverTokens(workloads, tokens), ...adminSettingFaults(configObjects, adminSettings)];
  if (faults.length > 0) {
    throw joinFaults(`instance ${name}: secrets stand where everybody could read them`, faults);
  }
  const secrets = neededSecrets(render.tokens, configObjects);
  checkRotated(name, input.config.rotated, secrets, given);
  return {
    input,
    urls,
    secrets,
    given,
    configObjects,
    jobs: Object.fromEntries(bind(jobs.objects).map((job) => [job.metadata.name, job])),
    ...(data.objects.length > 0 && { data: dataValues(input, bind(data.objects)) }),
    app: appValues(input, [...bind(app.objects), ...others], sites),
  };
}

/** Settings whose tokens stand somewhere, and those that they derive from. Tutor has more, for development alone. */
function neededSecrets(entries: readonly TokenEntry[], configObjects: readonly ConfigObject[]): TokenEntry[] {
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const needed = new Set<string>();
  const need = (key: string): void => {
    const spec = byKey.get(key)?.spec;
    if (spec === undefined || needed.has(key)) {
      return;
    }
    needed.add(key);
    if (spec.kind === "hmac") {
      need(spec.key);
      need(spec.message);
    } else if (spec.kind === "bcrypt") {
      need(spec.of);
    }
  };
  configObjects.flatMap(({ tokenKeys }) => tokenKeys).forEach(need);
  return entries.filter(({ key }) => needed.has(key));
}
