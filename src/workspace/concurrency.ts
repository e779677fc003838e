import { joinFaults, messageOf, UserError } from "./errors.js";

/** What is made when it is first asked for; whoever asks again gets the same. */
export function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The value of a key, made when it is first asked for. */
export function memo<Key, Value>(made: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = made.get(key) ?? make();
  made.set(key, value);
  return value;
}

/** As `Promise.all`, but at the end of the last one: a failure must leave nobody at work. */
export async function allOf<T>(work: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/**
 * Works on all items side by side, to the end of the last one, so that a person learns all faults at once.
 * @throws what is not a UserError as it is, else the faults: a single one as it is, several under the headline
 */
export async function allOrFaults<Item, T>(
  headline: string,
  items: readonly Item[],
  work: (item: Item) => T | Promise<T>,
): Promise<T[]> {
  const outcomes = await Promise.allSettled(items.map(async (item) => await work(item)));
  const failures: unknown[] = [];
  const results: T[] = [];
  for (const outcome of outcomes) {
    if (outcome.status === "fulfilled") {
      results.push(outcome.value);
    } else {
      failures.push(outcome.reason);
    }
  }
  if (failures.length > 1 && failures.every((failure) => failure instanceof UserError)) {
    throw joinFaults(headline, failures.map(messageOf));
  }
  if (failures.length > 0) {
    throw failures.find((failure) => !(failure instanceof UserError)) ?? failures[0];
  }
  return results;
}
