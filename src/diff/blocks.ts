/** A part of a report that stands or falls as a whole. */
export interface Block {
  text: string;
  /** The greater, the sooner it is cut. 0: never. */
  weight: number;
  /** What it is, for the sentence that says what was cut: `manifest diffs`. */
  kind: string;
}

/** Kept free for the sentence that says what was cut. */
const reserve = 600;

/**
 * Joins blocks within a length, cutting those of the greatest weight first and among them the longest, and says what it
 * cut. Pure.
 * @param limit in characters.
 * @param remedy where all of it is to be had.
 */
export function fit(blocks: readonly Block[], limit: number, remedy: string): string {
  const kept = new Set(blocks);
  const length = (): number => [...kept].reduce((sum, { text }) => sum + text.length + 1, 0);
  const candidates = blocks
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || b.text.length - a.text.length);
  const cut: Block[] = [];
  for (const block of candidates) {
    if (length() <= limit - (cut.length > 0 ? reserve : 0)) {
      break;
    }
    kept.delete(block);
    cut.push(block);
  }
  const whole = [...kept].map(({ text }) => text).join("\n");
  if (cut.length === 0) {
    return whole.length > limit ? truncate(whole, limit) : whole;
  }
  const kinds = new Map<string, number>();
  cut.forEach(({ kind }) => kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
  const said = [...kinds].map(([kind, number]) => `${kind} (${number})`).join(", ");
  const note = `\n> Left out, for want of room: ${said}. ${remedy}\n`;
  return `${whole.length > limit - reserve ? truncate(whole, limit - reserve) : whole}${note}`;
}

/** Cuts at the end of a line, and closes what a cut leaves open in Markdown. */
function truncate(text: string, limit: number): string {
  const note = "\n> The rest was cut, for want of room.\n";
  const closing = "\n```\n\n</details>\n";
  const at = text.lastIndexOf("\n", limit - note.length - closing.length);
  const head = text.slice(0, at);
  const openFence = (head.match(/^```/gm) ?? []).length % 2 === 1;
  const openDetails = (head.match(/<details>/g) ?? []).length > (head.match(/<\/details>/g) ?? []).length;
  return `${head}${openFence ? "\n```" : ""}${openDetails ? "\n\n</details>" : ""}${note}`;
}
