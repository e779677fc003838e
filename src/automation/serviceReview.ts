import { dataRetained, type ServiceModes, servicesLost } from "../data/serviceChanges.js";

/** What stands against a deployment, and what its operator should know before it. */
export interface Review {
  faults: string[];
  notes: string[];
}

/**
 * What a deployment would do to the data services that sites share, from the stack's outputs of the last one and those
 * planned. What would be lost stands against it, unless the stack is disposable; what stays is reported.
 */
export function reviewServices(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  disposable: boolean,
): Review {
  const [was, is] = [before.services, after.services].map((modes) => modes as ServiceModes | undefined);
  const lost = servicesLost(was, is);
  const kept = dataRetained(was, is);
  const remedy =
    "Move the data first, then lift the protection of what is to go; docs/data-services.md says how.";
  return {
    faults: disposable ? [] : lost.map((sentence) => `${sentence} ${remedy}`),
    notes: [...(disposable ? lost : []), ...kept],
  };
}
