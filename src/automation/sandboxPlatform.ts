import { pullChart } from "../charts/pull.js";
import { readAccess } from "../cluster/access.js";
import { withCluster } from "../cluster/cluster.js";
import { listRevisions } from "../cluster/revisions.js";
import { selectCloud } from "../stack/selectCloud.js";
import { loadConfig } from "../stack/load.js";
import type { AddOnName } from "../config/platform.js";
import { PreviewHandler } from "../engine/preview.js";
import { runProgram } from "../engine/run.js";
import { readStack } from "../engine/stackFile.js";
import { planEdge } from "../platform/edge/plan.js";
import { planAddOns, type PlatformLimits, type PlatformPlan } from "../platform/plan.js";
import { joinFaults, UserError } from "../workspace/errors.js";
import { chartsOf, mirrorOf } from "./stackCharts.js";

/** Seconds that the download of one chart may take; what takes longer is left out. */
const patience = 30;

/** What the sandbox can deploy of a stack's platform. */
export interface SandboxPlatform {
  limits: PlatformLimits;
  /** What differs from a real cluster, for people. */
  notes: string[];
}

/**
 * Finds out which of the stack's add-ons the sandbox takes: no container runs there, and a chart may be out of reach.
 * Those that can be had are in the cache afterwards.
 * @param kubeconfig of the sandbox
 * @throws UserError for faults in the stack's config, and where an add-on runs there whose chart is out of reach.
 */
export async function sandboxPlatform(
  stack: string,
  helm: () => Promise<string>,
  kubeconfig: string,
): Promise<SandboxPlatform> {
  const wanted = await planOf(stack, { podsRun: false });
  const references = chartsOf(stack, mirrorOf(stack));
  const outOfReach = new Map<AddOnName, string>();
  await Promise.all(
    wanted.on.map(async ({ addOn: { name } }) => {
      try {
        await pullChart({ ...references[name], helm, seconds: patience });
      } catch (error) {
        if (!(error instanceof UserError)) {
          throw error;
        }
        outOfReach.set(name, error.message);
      }
    }),
  );
  const limits: PlatformLimits = { podsRun: false, unreachable: (name) => outOfReach.get(name) };
  const plan = await planOf(stack, limits);
  await keepWhatRuns(stack, wanted, plan, kubeconfig);
  return { limits, notes: notesOn(plan, outOfReach) };
}

/** What is left out of a deployment, Pulumi uninstalls. @throws UserError when that would happen for want of a chart. */
async function keepWhatRuns(
  stack: string,
  wanted: PlatformPlan,
  { leftOut }: PlatformPlan,
  kubeconfig: string,
): Promise<void> {
  const reasons = new Map(leftOut.map(({ name, why }) => [name, why]));
  const faults = await withCluster(readAccess(kubeconfig), (cluster) =>
    Promise.all(
      wanted.on.map(async ({ addOn: { name }, namespace }) => {
        const why = reasons.get(name);
        const revisions = why === undefined ? [] : await listRevisions(cluster, namespace, name);
        const isThere = revisions.length > 0 && revisions.at(-1)?.status !== "uninstalled";
        return isThere ? [`release ${name} in ${namespace}: ${why}`] : [];
      }),
    ),
  );
  if (faults.flat().length > 0) {
    throw joinFaults(
      "Nothing was changed: the sandbox runs add-ons that it can no longer have, and to leave them out would uninstall " +
        "them. Bring their charts (docs/charts.md). What is to go gets `off` under openedx:platform.addons in " +
        `stacks/Pulumi.${stack}.yaml`,
      faults.flat(),
    );
  }
}

/** Runs as much of the program as decides on the add-ons. */
async function planOf(stack: string, limits: PlatformLimits): Promise<PlatformPlan> {
  let plan: PlatformPlan | undefined;
  await runProgram({
    ...readStack(stack),
    dryRun: true,
    handler: new PreviewHandler(),
    program: () => {
      const config = loadConfig();
      const { abilities } = selectCloud(config);
      plan = planAddOns({ config, abilities, edge: planEdge(config, abilities) }, limits);
      return Promise.resolve({});
    },
  });
  if (plan === undefined) {
    throw new Error(`The platform of ${stack} was not planned.`);
  }
  return plan;
}

function notesOn({ on, leftOut }: PlatformPlan, outOfReach: ReadonlyMap<AddOnName, string>): string[] {
  const unreachable = leftOut.filter(({ name }) => outOfReach.has(name)).map(({ name }) => name);
  const others = leftOut.filter(({ name }) => !outOfReach.has(name));
  const changed = on.flatMap(({ addOn: { name, withoutPods } }) =>
    withoutPods !== undefined && "values" in withoutPods ? [name] : [],
  );
  return [
    ...(unreachable.length > 0
      ? [
          `Left out, since their charts cannot be had here: ${unreachable.join(", ")} ` +
            "(`npm run openedx -- charts verify` says why)",
        ]
      : []),
    ...(others.length > 0
      ? [`Left out: ${others.map(({ name, why }) => `${name} (${why})`).join(", ")}`]
      : []),
    ...(changed.length > 0
      ? [`Deployed without what needs running containers or load balancers: ${changed.join(", ")}`]
      : []),
  ];
}
