/** A release number; a missing patch counts as zero. */
export interface Version {
  major: number;
  minor: number;
  patch: number;
}

/** The first release number in a text such as `v1.32.4-gke.1`, `go1.26.0` or `v3.22`; undefined when there is none. */
export function parseVersion(text: string): Version | undefined {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (match === null) {
    return undefined;
  }
  return { major: Number(match[1]), minor: Number(match[2]), patch: Number(match[3] ?? 0) };
}

/** Negative when `a` is older than `b`, zero when they are the same release, positive when it is newer. */
export function compareVersions(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

export function formatVersion(version: Version): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}
