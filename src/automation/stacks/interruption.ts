/** How a person's Ctrl-C reaches operations. */
export interface Interruption {
  /** The first one: end in good order. */
  signal: AbortSignal;
  /** The second one: end at once. */
  force: AbortSignal;
}

/**
 * Ctrl-C, `kill` and the end of the terminal, for scripts and commands: the first ends what is under way in good order,
 * the second at once. Either way the locks are released before the process ends.
 */
export function interruption(): Interruption {
  const [gently, atOnce] = [new AbortController(), new AbortController()];
  const heed = (): void => (gently.signal.aborted ? atOnce : gently).abort();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, heed);
  }
  return { signal: gently.signal, force: atOnce.signal };
}
