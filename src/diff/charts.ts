import type { PlannedResource } from "../engine/plan.js";
import { chartLink } from "./chartLinks.js";
import { isMap } from "../workspace/yaml.js";
import type { Side } from "./side.js";
import type { ChartChange } from "./types.js";

/** The releases whose community chart is another, newly there, or gone. The stack's own charts are files of the repository. */
export function chartChanges(before: Side, after: Side): ChartChange[] {
  const urns = [...new Set([...before.releases(), ...after.releases()].map(({ urn }) => urn))].sort();
  return urns.flatMap((urn): ChartChange[] => {
    const [old, fresh] = [chartOf(before.resources.get(urn)), chartOf(after.resources.get(urn))];
    const known = fresh ?? old;
    if (known === undefined || (old !== undefined && fresh !== undefined && isSame(old, fresh))) {
      return [];
    }
    return [
      {
        release: (after.resources.get(urn) ?? before.resources.get(urn))?.name ?? urn,
        chart: known.chart,
        repository: known.repository,
        before: old?.version,
        after: fresh?.version,
        rendered: isRendered(urn, old, before) && isRendered(urn, fresh, after),
        link: chartLink(known.chart, known.version),
      },
    ];
  });
}

/** What isn't there has no manifests to be known. */
function isRendered(urn: string, chart: Chart | undefined, side: Side): boolean {
  return chart === undefined || side.objectsOf(urn).size > 0;
}

interface Chart {
  chart: string;
  version: string;
  /** Absent for an archive: as this program's releases have it, wherever the chart comes from. */
  repository?: string;
}

/** A repository that one side does not tell is not a change. */
function isSame(old: Chart, fresh: Chart): boolean {
  const [before, after] = [old.repository ?? fresh.repository, fresh.repository ?? old.repository];
  return old.chart === fresh.chart && old.version === fresh.version && before === after;
}

function chartOf(release: PlannedResource | undefined): Chart | undefined {
  const { chart, version, repositoryOpts } = release?.inputs ?? {};
  if (typeof chart !== "string" || typeof version !== "string" || version === "") {
    return undefined;
  }
  const repository = isMap(repositoryOpts) ? repositoryOpts.repo : undefined;
  if (typeof repository === "string") {
    return { chart, version, repository };
  }
  const [, registry, name] = /^(oci:\/\/.+)\/([^/]+)$/.exec(chart) ?? [];
  if (registry !== undefined && name !== undefined) {
    return { chart: name, version, repository: registry };
  }
  const archive = chart.slice(chart.lastIndexOf("/") + 1);
  return archive.endsWith(`-${version}.tgz`)
    ? { chart: archive.slice(0, -`-${version}.tgz`.length), version }
    : undefined;
}
