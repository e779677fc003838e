/** A part of a report that stands or falls as a whole. */
export interface Block {
  text: string;
  /** The greater, the sooner it is cut. 0: never. */
  weight: number;
  /** What it is, for the sentence that says what was cut: `manifest diffs`. */
  kind: string;
  /** Title of the section that holds it and its neighbours of the same; without any of them it is left out, too. */
  section?: string;
}

/** Puts the blocks of a section into it. */
export type Frame = (title: string, content: string) => string;

/** Kept free for the sentence that says what was cut. */
const reserve = 600;

/**
 * Joins blocks within a length, cutting those of the greatest weight first and among them the longest, and says what it
 * cut. Pure.
 * @param limit in characters.
 * @param remedy where all of it is to be had.
 * @param frame needed for blocks with sections only.
 */
export function fit(
  blocks: readonly Block[],
  limit: number,
  remedy: string,
  frame: Frame = (_, content) => content,
): string {
  const whole = joined(blocks, frame);
  if (whole.length <= limit) {
    return whole;
  }
  const kept = new Set(blocks);
  const candidates = blocks
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || b.text.length - a.text.length);
  const cut: Block[] = [];
  let length = whole.length;
  for (const block of candidates) {
    if (length <= limit - reserve) {
      break;
    }
    kept.delete(block);
    cut.push(block);
    length -= block.text.length + 1;
  }
  const rest = joined([...kept], frame);
  const kinds = new Map<string, number>();
  cut.forEach(({ kind }) => kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
  const counts = [...kinds].map(([kind, number]) => `${kind} (${number})`).join(", ");
  const note = cut.length === 0 ? "" : `\n> Left out to fit the comment: ${counts}. ${remedy}\n`;
  return `${rest.length > limit - reserve ? truncated(rest, limit - reserve) : rest}${note}`;
}

function joined(blocks: readonly Block[], frame: Frame): string {
  const sections: { title?: string; texts: string[] }[] = [];
  for (const { text, section } of blocks) {
    const last = sections.at(-1);
    if (section !== undefined && last?.title === section) {
      last.texts.push(text);
    } else {
      sections.push({ texts: [text], title: section });
    }
  }
  return sections
    .map(({ title, texts }) =>
      title === undefined ? texts.join("\n") : `\n${frame(title, texts.join("\n"))}`,
    )
    .join("\n");
}

/** Cuts at the end of a line, and closes what the cut leaves open in Markdown. */
function truncated(text: string, limit: number): string {
  const note = "\n> The rest was cut to fit the comment.\n";
  const most = limit - note.length - 100;
  const at = text.lastIndexOf("\n", most);
  const head = text.slice(0, at > most / 2 ? at : most);
  const fence = openFence(head);
  const open = Math.max(0, occurrences(head, /<details>/g) - occurrences(head, /<\/details>/g));
  return `${head}${fence === undefined ? "" : `\n${fence}`}${"\n\n</details>".repeat(open)}\n${note}`;
}

/** The marks of a fence that is not closed; one is closed by as many marks as it was opened with. */
function openFence(text: string): string | undefined {
  return [...text.matchAll(/^(`{3,})/gm)].reduce<string | undefined>(
    (open, [marks]) => (open === undefined ? marks : marks === open ? undefined : open),
    undefined,
  );
}

function occurrences(text: string, pattern: RegExp): number {
  return (text.match(pattern) ?? []).length;
}
