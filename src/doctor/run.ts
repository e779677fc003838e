import pLimit from "p-limit";
import { type Answer, type Check, unknown } from "../cloud/check.js";
import { messageOf } from "../workspace/errors.js";
import { type Progress, silent } from "../workspace/progress.js";

/** A check and what it found. */
export interface Row extends Answer {
  id: string;
  about: string;
}

export interface RunOptions {
  /** Default: says nothing. */
  progress?: Progress;
  /** For each check. Default: 30. */
  seconds?: number;
}

/** At most so many checks ask at a time: clouds slow down who asks more. */
const atATime = 8;

/**
 * Asks all checks side by side. A check that fails to ask, or gets no answer in time, ends as `unknown`.
 * @returns a row for each check, in their order
 */
export async function runChecks(checks: readonly Check[], options: RunOptions = {}): Promise<Row[]> {
  const { progress = silent, seconds = 30 } = options;
  const limit = pLimit(atATime);
  const step = progress.step(`Asking ${checks.length} questions`);
  const asked = new Map<string, Promise<Answer>>();
  const left = new Set(checks.map(({ about }) => about));
  const askOnce = (check: Check): Promise<Answer> => {
    const earlier = asked.get(check.id);
    if (earlier !== undefined) {
      return earlier;
    }
    const answer = after(check).finally(() => {
      left.delete(check.about);
      step.update(`Asking: ${[...left].slice(0, 3).join(", ")} (${left.size} left)`);
    });
    asked.set(check.id, answer);
    return answer;
  };
  const after = async (check: Check): Promise<Answer> => {
    const first = checks.find(({ id }) => id === check.needs);
    if (first !== undefined && ["fails", "unknown"].includes((await askOnce(first)).verdict)) {
      return unknown(`"${first.about}" comes first`);
    }
    return limit(() => inTime(check, seconds));
  };
  const rows = await Promise.all(
    checks.map(async (check) => ({ id: check.id, about: check.about, ...(await askOnce(check)) })),
  );
  step.done(`Asked ${checks.length} questions`);
  return rows;
}

async function inTime({ ask }: Check, seconds: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(unknown(`no answer within ${seconds} s`)), seconds * 1000);
  });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    const [message = ""] = messageOf(error).trim().split("\n");
    return unknown(message === "" ? "the question failed without a message" : message);
  } finally {
    clearTimeout(timer);
  }
}
