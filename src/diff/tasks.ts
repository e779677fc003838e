import type { PlannedResource } from "../engine/plan.js";
import type { Json } from "../kubernetes/objects.js";
import { isMap } from "../workspace/yaml.js";
import type { Side } from "./side.js";
import type { InstanceImpact } from "./types.js";

const jobType = "kubernetes:batch/v1:Job";
const secretType = "kubernetes:core/v1:Secret";

/** In the order in which the phases run. */
const phases = ["accounts", "admin", "init", "accounts-after", "admin-after", "live"];

interface TaskContainer {
  name: string;
  image?: string;
  args?: string[];
}

interface Task {
  service: string;
  plugin: string;
  /** All that it is: what it runs, and in which image. */
  content: string;
}

/**
 * The tasks that would run. A Job is named by all that it depends on, so one of another name is run. Where a name is
 * not known before the deployment, a Job is taken for another if anything that is known of it or its scripts is.
 */
export function taskRuns(instance: string, before: Side, after: Side): InstanceImpact["tasks"] {
  return phases.flatMap((phase) => {
    const name = `${instance}-${phase}`;
    const [old, fresh] = [before, after].map((side) => find(side, jobType, instance, name));
    const [was = [], is = []] = [before, after].map((side) => tasksOf(side, instance, name));
    if (fresh === undefined || (old !== undefined && isSameJob(old, fresh, was, is))) {
      return [];
    }
    const known = was.map(({ content }) => content);
    return is.map(({ service, plugin, content }) => {
      const at = known.indexOf(content);
      if (at >= 0) {
        known.splice(at, 1);
      }
      return { phase, service, plugin, changed: at < 0 };
    });
  });
}

function isSameJob(old: PlannedResource, fresh: PlannedResource, was: Task[], is: Task[]): boolean {
  const [one, other] = [nameOf(old), nameOf(fresh)];
  return one === other && (typeof one !== "string" || one.includes("[unknown]"))
    ? JSON.stringify([old.inputs, was]) === JSON.stringify([fresh.inputs, is])
    : one === other;
}

function tasksOf(side: Side, instance: string, name: string): Task[] {
  const scripts = scriptsOf(find(side, secretType, instance, `${name}-tasks`));
  return containersOf(find(side, jobType, instance, name))
    .filter(({ args }) => args?.some((arg) => arg.endsWith("/run")))
    .map(({ args = [], image = "" }) => {
      const [task = "", plugin = ""] = args.slice(args.findIndex((arg) => arg.endsWith("/run")) + 1);
      const service = task.replace(/^\d+-/, "");
      const content = [plugin, service, image, side.withoutHashes(scripts[`${task}.sh`] ?? "")].join("\n");
      return { service, plugin, content };
    });
}

function find(side: Side, type: string, instance: string, name: string): PlannedResource | undefined {
  return side.ofType(type, instance).find((resource) => resource.name === name);
}

function nameOf({ inputs }: PlannedResource): Json | undefined {
  return isMap(inputs.metadata) ? inputs.metadata.name : undefined;
}

function containersOf(job: PlannedResource | undefined): TaskContainer[] {
  const spec = job?.inputs.spec as { template?: { spec?: { initContainers?: TaskContainer[] } } } | undefined;
  return spec?.template?.spec?.initContainers ?? [];
}

function scriptsOf(secret: PlannedResource | undefined): Record<string, string> {
  const data = secret?.inputs.stringData;
  return isMap(data) ? (data as Record<string, string>) : {};
}
