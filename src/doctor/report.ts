import type { Verdict } from "../cloud/check.js";
import type { Row } from "./run.js";

/** What a doctor found of one stack. */
export interface Diagnosis {
  stack: string;
  /** False: the deployment would fail. */
  ok: boolean;
  rows: Row[];
}

const marks: Record<Verdict, string> = { ok: "ok", warning: "warning", fails: "FAILS", unknown: "not known" };

/** For people: a line for each row, what to do below it, and a sum. */
export function diagnosisToText({ stack, rows }: Diagnosis): string {
  const widths = [
    Math.max(...Object.values(marks).map((mark) => mark.length)),
    Math.max(0, ...rows.map(({ about }) => about.length)),
  ] as const;
  const lines = rows.flatMap(({ verdict, about, text, remedy }) => [
    `${marks[verdict].padEnd(widths[0])}  ${about.padEnd(widths[1])}  ${text}`,
    ...(remedy === undefined ? [] : [`${" ".repeat(widths[0] + widths[1] + 4)}-> ${remedy}`]),
  ]);
  const counts = (Object.keys(marks) as Verdict[]).map(
    (verdict) => `${rows.filter((row) => row.verdict === verdict).length} ${marks[verdict].toLowerCase()}`,
  );
  return `${[...lines, "", `${stack}: ${counts.join(", ")}`].join("\n")}\n`;
}

/** For machines: docs/doctor.md. One stack is an object, several a list. */
export function diagnosesToJson(diagnoses: readonly Diagnosis[]): string {
  return `${JSON.stringify(diagnoses.length === 1 ? diagnoses[0] : diagnoses, undefined, 2)}\n`;
}
