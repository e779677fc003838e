import type { PlannedResource } from "../engine/plan.js";
import type { Side } from "./side.js";
import type { ChartChange } from "./types.js";

/** The releases whose community chart is another, newly there, or gone. The stack's own charts are files of the repository. */
export function chartChanges(before: Side, after: Side): ChartChange[] {
  const urns = [...new Set([...before.releases(), ...after.releases()].map(({ urn }) => urn))].sort();
  return urns.flatMap((urn): ChartChange[] => {
    const [old, fresh] = [chartOf(before.resources.get(urn)), chartOf(after.resources.get(urn))];
    const known = fresh ?? old;
    if (known === undefined || JSON.stringify(old) === JSON.stringify(fresh)) {
      return [];
    }
    const { chart, repository } = known;
    return [
      {
        release: (after.resources.get(urn) ?? before.resources.get(urn))?.name ?? urn,
        chart,
        repository,
        ...(old?.version !== undefined && { before: old.version }),
        ...(fresh?.version !== undefined && { after: fresh.version }),
        link: repository.replace(/^oci:/, "https:"),
      },
    ];
  });
}

interface Chart {
  chart: string;
  repository: string;
  version?: string;
}

function chartOf(release: PlannedResource | undefined): Chart | undefined {
  const { chart, version, repositoryOpts } = release?.inputs ?? {};
  const repo = (repositoryOpts as { repo?: unknown } | undefined)?.repo;
  if (typeof chart !== "string") {
    return undefined;
  }
  const known = typeof version === "string" ? { version } : {};
  if (typeof repo === "string") {
    return { chart, repository: repo, ...known };
  }
  const [, repository, name] = /^(oci:\/\/.+)\/([^/]+)$/.exec(chart) ?? [];
  return repository === undefined || name === undefined ? undefined : { chart: name, repository, ...known };
}
