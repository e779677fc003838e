import type { TokenEntry } from "./types.js";

/** Finds the tokens of a render in texts, and puts values in their place. */
export class Tokens {
  readonly #entries: ReadonlyMap<string, TokenEntry>;
  readonly #pattern: RegExp;
  /** Most texts of a manifest are shorter than any token. */
  readonly #shortest: number;

  constructor(entries: readonly TokenEntry[]) {
    this.#entries = new Map(entries.flatMap((entry) => entry.tokens.map(({ text }) => [text, entry])));
    // The longest first, lest one be found inside another. Tokens are alphanumeric or base64url: none needs an escape.
    const texts = [...this.#entries.keys()].sort((one, other) => other.length - one.length);
    this.#shortest = texts.at(-1)?.length ?? Infinity;
    this.#pattern = texts.length > 0 ? new RegExp(texts.join("|"), "g") : /(?!)/g;
  }

  /** The settings whose tokens stand in any of the texts, each once, sorted by key. */
  find(...texts: string[]): TokenEntry[] {
    const found = new Set<string>();
    for (const text of texts) {
      if (text.length >= this.#shortest) {
        text.match(this.#pattern)?.forEach((token) => found.add(token));
      }
    }
    if (found.size === 0) {
      return [];
    }
    const entries = new Set([...found].flatMap((text) => this.#entries.get(text) ?? []));
    return [...entries].sort((one, other) => (one.key < other.key ? -1 : 1));
  }

  /** The text with every token replaced by its value. */
  replace(text: string, values: ReadonlyMap<string, string>): string {
    return text.replace(this.#pattern, (token) => {
      const value = values.get(token);
      if (value === undefined) {
        throw new Error(`no value for a token of ${this.#entries.get(token)?.key}`);
      }
      return value;
    });
  }
}
