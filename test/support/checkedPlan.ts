import type { Check, CheckedPlan, CheckedResource } from "../../src/cloud/check.js";
import { type Row, runChecks } from "../../src/doctor/run.js";
import { maskMap } from "../../src/engine/mask.js";
import { type CloudCase, runCloud, stack } from "../contract/clouds.js";

/** The plan of a cloud's contract, as a doctor reads it. */
export async function checkedPlan(
  ofCloud: CloudCase,
  more: readonly CheckedResource[] = [],
): Promise<CheckedPlan> {
  const { registrations } = await runCloud(ofCloud, { preview: true });
  const resources = registrations.map(({ type, name, inputs }) => ({ type, name, inputs: maskMap(inputs) }));
  return { stack, resources: [...resources, ...more] };
}

/** The answers to checks, by id. */
export async function answersTo(checks: readonly Check[]): Promise<Record<string, Row>> {
  return Object.fromEntries((await runChecks(checks)).map((row) => [row.id, row]));
}
