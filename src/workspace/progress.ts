import ora, { type Ora } from "ora";

/** A step that takes longer than a second and says so. */
export interface Step {
  /** Replaces the text that is shown beside the spinner; silent where the output is not a terminal. */
  update(text: string): void;
  /** Ends the step with a last text, by default the text it began with. */
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

/**
 * On a terminal, one spinner with all steps that are under way; elsewhere one plain line when a step ends. Always on
 * standard error.
 */
export function terminalProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? new SpinnerProgress(stream) : new PlainProgress(stream);
}

class PlainProgress implements Progress {
  readonly #stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  step(text: string): Step {
    const seconds = stopwatch();
    return {
      update: () => undefined,
      done: (last = text) => this.note(`${last} (${seconds()} s)`),
      fail: (last = text) => this.note(`failed: ${last}`),
    };
  }

  note(text: string): void {
    this.#stream.write(`${text}\n`);
  }
}

/** Steps run side by side, but a terminal shows one spinner. */
class SpinnerProgress implements Progress {
  readonly #spinner: Ora;
  readonly #running = new Map<symbol, string>();

  constructor(stream: NodeJS.WriteStream) {
    this.#spinner = ora({ stream, discardStdin: false });
  }

  step(text: string): Step {
    const seconds = stopwatch();
    const key = Symbol(text);
    this.#running.set(key, text);
    this.#show();
    const end = (symbol: string, last: string): void => {
      this.#running.delete(key);
      this.#spinner.stopAndPersist({ symbol, text: last });
      this.#show();
    };
    return {
      update: (now) => {
        this.#running.set(key, now);
        this.#show();
      },
      done: (last = text) => end("✔", `${last} (${seconds()} s)`),
      fail: (last = text) => end("✖", last),
    };
  }

  note(text: string): void {
    this.#spinner.stopAndPersist({ symbol: " ", text });
    this.#show();
  }

  #show(): void {
    if (this.#running.size > 0) {
      this.#spinner.start([...this.#running.values()].join(" · "));
    }
  }
}

/** Gives the seconds since it was made, with one decimal. */
function stopwatch(): () => string {
  const started = Date.now();
  return () => ((Date.now() - started) / 1000).toFixed(1);
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
