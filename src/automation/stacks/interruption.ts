/** How a person's Ctrl-C reaches operations. */
export interface Interruption {
  /** The first one: end in good order. */
  signal: AbortSignal;
  /** The second one: end at once. */
  force: AbortSignal;
}

/** As shells have it for a process that Ctrl-C ended. */
const interrupted = 130;

/** How long what is ended at once may take, in milliseconds: the engine gets ten seconds, then its lock is released. */
const patience = 15_000;

/** How long the program may tidy up after an operation that was ended, in milliseconds. */
const grace = 3_000;

/**
 * Ctrl-C, `kill` and the end of the terminal, for scripts and commands: the first ends what is under way in good order,
 * the second at once. Either way the locks are released before the process ends.
 */
export function interruption(): Interruption {
  const [gently, atOnce] = [new AbortController(), new AbortController()];
  const interrupt = (): void => {
    if (gently.signal.aborted) {
      atOnce.abort();
      setTimeout(() => process.exit(interrupted), patience).unref();
    }
    gently.abort();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, interrupt);
  }
  return { signal: gently.signal, force: atOnce.signal };
}

/**
 * The end of a command that Ctrl-C stopped, after its last output. What the program was at in this process, such as a
 * download, would keep it alive for as long as it takes, though nobody wants it any more.
 */
export function endInterrupted(): void {
  process.exitCode = interrupted;
  setTimeout(() => process.exit(), grace).unref();
}
