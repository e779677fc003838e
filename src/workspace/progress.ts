import ora from "ora";

/** A step that takes longer than a second and says so. */
export interface Step {
  /** Replaces the text that is shown beside the spinner; silent where the output is not a terminal. */
  update(text: string): void;
  /** Ends the step with a last word, by default the text it began with. */
  done(text?: string): void;
  fail(text?: string): void;
}

/** Where long work reports to. The Pulumi program, the command line and the tests each give their own. */
export interface Progress {
  step(text: string): Step;
  /** One line for the reader, outside any step. */
  note(text: string): void;
}

/** Says nothing. */
export const silent: Progress = {
  step: () => ({ update: () => undefined, done: () => undefined, fail: () => undefined }),
  note: () => undefined,
};

/** Spinners on a terminal; elsewhere one plain line when a step ends. Always on standard error. */
export function terminalProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return {
    step(text) {
      const started = Date.now();
      const seconds = (): string => `(${((Date.now() - started) / 1000).toFixed(1)} s)`;
      if (!stream.isTTY) {
        return {
          update: () => undefined,
          done: (last = text) => stream.write(`${last} ${seconds()}\n`),
          fail: (last = text) => stream.write(`failed: ${last}\n`),
        };
      }
      const spinner = ora({ text, stream, discardStdin: false }).start();
      return {
        update: (now) => {
          spinner.text = now;
        },
        done: (last = text) => spinner.succeed(`${last} ${seconds()}`),
        fail: (last = text) => spinner.fail(last),
      };
    },
    note: (text) => stream.write(`${text}\n`),
  };
}

/** Runs `work` as one step that ends with it, well or badly. */
export async function withStep<T>(
  progress: Progress,
  text: string,
  work: (step: Step) => Promise<T>,
): Promise<T> {
  const step = progress.step(text);
  try {
    const result = await work(step);
    step.done();
    return result;
  } catch (error) {
    step.fail();
    throw error;
  }
}
