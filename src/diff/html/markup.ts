import { html as escaped } from "../../workspace/markdown.js";

/** HTML that is finished: what was text in it is escaped. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | undefined | readonly Part[];

/** A template in which every value is escaped, but what is markup already; lists are joined, undefined is nothing. */
export function markup(strings: TemplateStringsArray, ...values: readonly Part[]): Markup {
  const parts = strings.map((text, index) => `${text}${textOf(values[index])}`);
  return { markup: parts.join("") };
}

/** Text that is HTML, CSS or a script of ours. Never one from outside. */
export function raw(text: string): Markup {
  return { markup: text };
}

function textOf(part: Part): string {
  if (part === undefined) {
    return "";
  }
  if (typeof part === "string" || typeof part === "number") {
    return escaped(String(part));
  }
  return "markup" in part ? part.markup : part.map(textOf).join("");
}
