import type { ChartReference } from "../charts/reference.js";
import type { AddOnName, ChartsConfig, PlatformConfig } from "../config/platform.js";
import { type ChartName, charts } from "./charts.js";

/** What a stack may say of one chart. */
export interface ChartOverrides {
  /** Exact. */
  version?: string;
  /** `https://` or `oci://`; goes before the mirror. */
  repository?: string;
}

/** The parts of a stack's config that say where charts come from. */
export interface ChartSourceConfig {
  charts: ChartsConfig;
  platform: PlatformConfig;
  services: { charts: Readonly<Partial<Record<string, ChartOverrides>>> };
}

/** Charts that come with an add-on, in its version and from its repository. */
const companions: Partial<Record<ChartName, AddOnName>> = { "karpenter-crd": "karpenter" };

/**
 * Where a chart comes from, and in which version: the repository that the config names for it, else the mirror, else its
 * own repository.
 */
export function chartReference(
  name: ChartName,
  { charts: config, platform, services }: ChartSourceConfig,
): ChartReference {
  const { chart, version, repository } = charts[name];
  const overrides: Partial<Record<string, ChartOverrides>> = { ...services.charts, ...platform.addons };
  const given = overrides[companions[name] ?? name] ?? {};
  return {
    chart,
    version: given.version ?? version,
    repository: given.repository ?? config.mirror ?? repository,
  };
}

/** All charts of add-ons, those that come beside theirs included. */
export function chartsOfAddOns(names: readonly AddOnName[]): ChartName[] {
  const beside = Object.entries(companions) as [ChartName, AddOnName][];
  return [...names, ...beside.filter(([, owner]) => names.includes(owner)).map(([name]) => name)];
}
