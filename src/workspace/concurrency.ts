import { joinFaults, messageOf, UserError } from "./errors.js";

/** What is made when it is first asked for; whoever asks again gets the same. */
export function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** As `Promise.all`, but at the end of the last one: a failure must leave nobody at work. */
export async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/**
 * As `allOf`, for work of which a person is to know all faults at once.
 * @throws what is not a UserError as it is, else the faults: a single one as it is, several under the headline
 */
export async function allOrFaults<T>(headline: string, work: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(work);
  const failures = outcomes.flatMap((outcome) =>
    outcome.status === "rejected" ? [outcome.reason as unknown] : [],
  );
  if (failures.length > 1 && failures.every((failure) => failure instanceof UserError)) {
    throw joinFaults(headline, failures.map(messageOf));
  }
  const other = failures.find((failure) => !(failure instanceof UserError));
  return other === undefined ? Promise.all(work) : Promise.reject(other);
}
