import type { KubernetesObject } from "../kubernetes/objects.js";
import type { TokenEntry } from "../tutor/types.js";
import { joinFaults } from "../workspace/errors.js";
import { adminSettingFaults, isAccountPhase } from "./accounts.js";
import { authoritiesConfig, mountAuthorities } from "./authorities.js";
import { bindConfig } from "./bind.js";
import type { ConfigObject } from "./configObject.js";
import { givenValues } from "./givenSecrets.js";
import { publicHosts } from "./hosts.js";
import { buildTaskJob } from "./job.js";
import { leftoverTokens } from "./leftovers.js";
import { liftTokens } from "./lift.js";
import { checkRotated } from "./rotation.js";
import { splitObjects } from "./split.js";
import { type Phase, phases, phaseTasks } from "./tasks.js";
import { Tokens } from "./tokens.js";
import { transformObjects } from "./transforms/all.js";
import type { InstanceInput } from "./types.js";
import { appValues, type ChartValues, dataValues } from "./values.js";

/** All that can be known of an instance before its first resource. Config objects' names are yet to be filled in. */
export interface PreparedInstance {
  input: InstanceInput;
  /** Public hosts, the LMS first. */
  hosts: string[];
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
 * Turns a render into what is to be deployed. Pure, but for the instance's config.yml, from which it reads the secrets
 * that stand there.
 * @throws UserError that names the instance and the object, setting or task.
 */
export function prepareInstance(input: InstanceInput): PreparedInstance {
  const { source, render, disposable } = input;
  const { name } = source;
  const given = givenValues(source, render.tokens, input.secrets);
  const tokens = new Tokens(render.tokens);
  const split = splitObjects(render.objects, render.tasks);
  const data = transformObjects(split.data, { disposable });
  const authorities = authoritiesConfig(render.tokens);
  const trusting = authorities === undefined ? (objects: KubernetesObject[]) => objects : mountAuthorities;
  const app = trusting(transformObjects(split.app, { disposable, serviceAccount: name }));
  const config = [
    ...transformObjects(split.config, { disposable }),
    ...(authorities === undefined ? [] : [authorities]),
  ];
  const jobTemplates = new Map(
    trusting([...split.jobTemplates.values()]).map((template) => [template.metadata.name, template]),
  );
  const { adminSettings } = input.services;
  const tasks = phaseTasks(render.tasks, render.tokens, adminSettings);
  const taskJobs = phases
    .filter((phase) => tasks[phase].length > 0)
    .map((phase) =>
      buildTaskJob({
        phase,
        tasks: tasks[phase],
        jobTemplates,
        instance: name,
        serviceAccount: isAccountPhase(phase) ? "default" : name,
        timeoutSeconds: input.config.timeouts.tasks,
      }),
    );
  const lifted = liftTokens([...data, ...app, ...taskJobs.map(({ job }) => job)], tokens, name);
  const bound = bindConfig(
    lifted.objects,
    [...config, ...lifted.secrets, ...taskJobs.map(({ scripts }) => scripts)],
    tokens,
  );
  const faults = [
    ...leftoverTokens(bound.objects, tokens),
    ...adminSettingFaults(bound.configObjects, adminSettings),
  ];
  if (faults.length > 0) {
    throw joinFaults(`instance ${name}: secrets stand where everybody could read them`, faults);
  }
  const dataObjects = bound.objects.slice(0, data.length);
  const appObjects = [...bound.objects.slice(data.length, data.length + app.length), ...bound.others];
  const jobs = bound.objects.slice(data.length + app.length);
  const hosts = publicHosts(render.objects);
  const secrets = neededSecrets(render.tokens, bound.configObjects);
  checkRotated(name, input.config.rotated, secrets, given);
  return {
    input,
    hosts,
    secrets,
    given,
    configObjects: bound.configObjects,
    jobs: Object.fromEntries(jobs.map((job) => [job.metadata.name, job])),
    ...(dataObjects.length > 0 && { data: dataValues(input, dataObjects) }),
    app: appValues(input, appObjects),
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
