import type { JsonObject } from "../../kubernetes/objects.js";

/** Grafana's names of units. */
export type Unit = "short" | "reqps" | "percentunit" | "s" | "bytes" | "dtdurations";

export interface Panel {
  title: string;
  /** What it shows, and what to make of it. */
  description: string;
  unit: Unit;
  /** A line for each value of the legend's label; default `timeseries`. */
  type?: "timeseries" | "stat";
  targets: Target[];
}

export interface Target {
  expr: string;
  /** Such as `{{host}}`. */
  legend: string;
  /** Uid of a data source; default: the one that is chosen on the dashboard. */
  source?: { type: string; uid: string };
}

/** Of 24 columns. */
const size = { width: 8, height: 8 };
const chosenSource = { type: "prometheus", uid: "${datasource}" };

/** Panels, three in a row, in their order. */
export function layOut(panels: readonly Panel[]): JsonObject[] {
  const inRow = 24 / size.width;
  return panels.map((panel, index) => ({
    id: index + 1,
    type: panel.type ?? "timeseries",
    title: panel.title,
    description: panel.description,
    gridPos: {
      x: (index % inRow) * size.width,
      y: Math.floor(index / inRow) * size.height,
      w: size.width,
      h: size.height,
    },
    datasource: panel.targets[0]?.source ?? chosenSource,
    fieldConfig: {
      defaults: { unit: panel.unit, min: 0 },
      overrides: [],
    },
    options: optionsOf(panel),
    targets: panel.targets.map(({ expr, legend, source }, target) => ({
      refId: String.fromCharCode("A".charCodeAt(0) + target),
      datasource: source ?? chosenSource,
      expr,
      legendFormat: legend,
    })),
  }));
}

function optionsOf({ type }: Panel): JsonObject {
  return type === "stat" ? { reduceOptions: { calcs: ["lastNotNull"] } } : { tooltip: { mode: "multi" } };
}
