import type { Registration } from "../types.js";
import type { State } from "./state.js";
import { secretOutputsOf } from "./generate.js";
import { secretStrings } from "./values.js";

/** Shorter strings are words as much as secrets; hiding them would garble a message. */
const shortestSecret = 8;

/** A function that hides every secret of a run in a text: in what a task logged, or helm or the API server said. */
export function redactor(state: State, registrations: Iterable<Registration>): (text: string) => string {
  const secrets = new Set<string>();
  for (const { type, outputs } of Object.values(state.generated)) {
    for (const key of secretOutputsOf(type)) {
      const value = outputs[key];
      if (typeof value === "string" && value.length >= shortestSecret) {
        secrets.add(value);
      }
    }
  }
  for (const { inputs } of registrations) {
    for (const text of secretStrings(inputs, shortestSecret)) {
      secrets.add(text);
    }
  }
  const forms = [...secrets].flatMap((secret) => [secret, Buffer.from(secret).toString("base64")]);
  const longestFirst = forms.sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((hidden, secret) => hidden.replaceAll(secret, "[secret]"), text);
}
