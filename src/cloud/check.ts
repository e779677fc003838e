/** How a check ended. `warning`: the deployment works, and something should be known; `unknown`: nobody could be asked. */
export type Verdict = "ok" | "warning" | "fails" | "unknown";

/** What somebody who decides said to a question about a stack that is to be deployed. */
export interface Answer {
  verdict: Verdict;
  /** What was found, with the names and numbers that were asked for. */
  text: string;
  /** What to do about it. Default: nothing is to be done. */
  remedy?: string;
}

/** One question, which changes nothing. */
export interface Check {
  /** Stable; a script knows the row by it: `aws-quota-vcpu`. */
  id: string;
  /** What is asked, for people: `vCPUs of the nodes`. */
  about: string;
  /** Id of the check without which this one cannot be asked: who has no credentials may ask nothing. Default: none. */
  needs?: string;
  /** Asks. @throws NotAllowed where the answer needs a right that the caller lacks. */
  ask: () => Promise<Answer>;
}

/** Who asks may not ask this. */
export class NotAllowed extends Error {
  /** @param permission in the cloud's own words: `ec2:DescribeAddresses`. */
  constructor(permission: string) {
    super(`needs permission ${permission}`);
    this.name = "NotAllowed";
  }
}

export const ok = (text: string): Answer => ({ verdict: "ok", text });
export const warning = (text: string, remedy?: string): Answer => answer("warning", text, remedy);
export const fails = (text: string, remedy?: string): Answer => answer("fails", text, remedy);
export const unknown = (text: string, remedy?: string): Answer => answer("unknown", text, remedy);

function answer(verdict: Verdict, text: string, remedy?: string): Answer {
  return { verdict, text, ...(remedy !== undefined && { remedy }) };
}

/** A resource that the stack would have, with its inputs; secrets and what only a deployment knows are masked. */
export interface CheckedResource {
  type: string;
  name: string;
  inputs: Readonly<Record<string, unknown>>;
}

/** What checks read of a stack's plan. */
export interface CheckedPlan {
  stack: string;
  resources: readonly CheckedResource[];
}

/** The inputs of all resources of a type. */
export function planned(plan: CheckedPlan, type: string): Readonly<Record<string, unknown>>[] {
  return plan.resources.filter((each) => each.type === type).map(({ inputs }) => inputs);
}
