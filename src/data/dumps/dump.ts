/** How a data service is dumped: by a client of it, into files that the same client's tools restore. */
export interface Dump<Shape = unknown> {
  image: { repository: string; tag: string };
  /**
   * Run by `sh -c`. Writes files into the new folder `$OUT`, or fails. It reads `HOST`, `ACCOUNT` and `PASSWORD`; `CA`, the
   * file with the server's authority, or nothing; and what `env` gives. `/tmp` is in memory.
   */
  script: string;
  /** Pure. */
  env(shape: Shape): Record<string, string>;
  /** Where the service's operator has the account that may read all, and its password. */
  operated: { secret: string; password: string; account: { value: string } | { key: string } };
}
