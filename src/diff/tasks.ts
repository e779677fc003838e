import type { PlannedResource } from "../engine/plan.js";
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

/** The tasks that would run: a Job is named by all that it depends on, so one of another name is run. */
export function taskRuns(instance: string, before: Side, after: Side): InstanceImpact["tasks"] {
  return phases.flatMap((phase) => {
    const name = `${instance}-${phase}`;
    const [old, fresh] = [before, after].map((side) => find(side, jobType, instance, name));
    if (fresh === undefined || (old !== undefined && nameOf(old) === nameOf(fresh))) {
      return [];
    }
    const known = new Map(containersOf(old).map((container) => [container.name, container]));
    const [was, is] = [before, after].map((side) =>
      scriptsOf(find(side, secretType, instance, `${name}-tasks`)),
    );
    return containersOf(fresh)
      .filter(
        ({ args, name: container }) => args?.some((arg) => arg.endsWith("/run")) ?? /^t\d\d-/.test(container),
      )
      .map((container) => {
        const task = container.name.replace(/^t/, "");
        const one = known.get(container.name);
        const changed =
          one === undefined || one.image !== container.image || was?.[`${task}.sh`] !== is?.[`${task}.sh`];
        return { phase, task, changed };
      });
  });
}

function find(side: Side, type: string, instance: string, name: string): PlannedResource | undefined {
  return side.ofType(type, instance).find((resource) => resource.name === name);
}

function nameOf({ inputs }: PlannedResource): unknown {
  return (inputs.metadata as { name?: unknown } | undefined)?.name;
}

function containersOf(job: PlannedResource | undefined): TaskContainer[] {
  const spec = job?.inputs.spec as { template?: { spec?: { initContainers?: TaskContainer[] } } } | undefined;
  return spec?.template?.spec?.initContainers ?? [];
}

function scriptsOf(secret: PlannedResource | undefined): Record<string, string> {
  const data = secret?.inputs.stringData;
  return typeof data === "object" && data !== null ? (data as Record<string, string>) : {};
}
