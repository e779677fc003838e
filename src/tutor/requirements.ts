/** One line of a requirements.txt that names a package. */
export interface Requirement {
  /** Normalised as package indexes do: lower case, hyphens. Empty where only a URL stands. */
  name: string;
  /** The exact version, where one is pinned by `==`. */
  version?: string;
  /** As pip gets it. */
  text: string;
}

export interface Requirements {
  packages: Requirement[];
  /** Lines that tell pip where to look, such as `--extra-index-url`. */
  options: string[];
  /** Each names the line it is about. */
  faults: string[];
}

const allowedOptions =
  /^(--index-url|-i|--extra-index-url|--find-links|-f|--no-index|--prefer-binary|--no-binary|--only-binary|--pre)\b/;
const namedPackage = /^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*(.*)$/;
const exactVersion = /^={2,3}\s*([A-Za-z0-9][A-Za-z0-9.!+_-]*)$/;
const commit = /@[0-9a-f]{40}\b|\/[0-9a-f]{40}(\.|\/|$)/;
const versionedFile = /-\d+(\.\d+)+[^/]*\.(whl|tar\.gz|zip)(#.*)?$/;

/**
 * Reads a requirements.txt in which every line names one package and exactly one version of it: an instance must render
 * the same tomorrow. `name==version`, and URLs that hold a commit or name a versioned file.
 */
export function parseRequirements(text: string): Requirements {
  const result: Requirements = { packages: [], options: [], faults: [] };
  for (const { line, number } of logicalLines(text)) {
    if (allowedOptions.test(line)) {
      result.options.push(line);
      continue;
    }
    const fault = addPackage(result, line);
    if (fault !== undefined) {
      result.faults.push(`line ${number}: ${fault}`);
    }
  }
  return result;
}

function addPackage(result: Requirements, line: string): string | undefined {
  if (line.startsWith("-")) {
    return `the option ${line.split(/[\s=]/)[0]} is not allowed; name each package with its version`;
  }
  const requirement = (line.split(/\s+--hash[= ]/)[0] ?? line).trim();
  if (/^[a-z+]+:\/\//.test(requirement)) {
    const egg = /#egg=([A-Za-z0-9._-]+)/.exec(requirement)?.[1];
    result.packages.push({ name: normalise(egg ?? ""), text: line });
    return pinnedUrl(requirement) ? undefined : unpinned(requirement);
  }
  const [, name, , rest] = namedPackage.exec((requirement.split(/\s*;/)[0] ?? "").trim()) ?? [];
  if (name === undefined || rest === undefined || /^[./]/.test(requirement)) {
    return `${requirement} names no package`;
  }
  if (rest.startsWith("@")) {
    result.packages.push({ name: normalise(name), text: line });
    return pinnedUrl(rest) ? undefined : unpinned(requirement);
  }
  const version = exactVersion.exec(rest)?.[1];
  result.packages.push({ name: normalise(name), version, text: line });
  return version === undefined ? `${requirement} is not pinned; write ${name}==VERSION` : undefined;
}

const normalise = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");
const pinnedUrl = (url: string): boolean => commit.test(url) || versionedFile.test(url);
const unpinned = (requirement: string): string =>
  `${requirement} is not pinned; the URL needs a commit of 40 digits (…@COMMIT) or the file of one version`;

function logicalLines(text: string): { line: string; number: number }[] {
  const lines: { line: string; number: number }[] = [];
  let joined = "";
  let start = 0;
  text.split(/\r?\n/).forEach((raw, index) => {
    if (joined === "") {
      start = index + 1;
    }
    joined += raw.replace(/(^|\s)#.*$/, "");
    if (joined.endsWith("\\")) {
      joined = `${joined.slice(0, -1)} `;
      return;
    }
    if (joined.trim() !== "") {
      lines.push({ line: joined.trim().replace(/\s+/g, " "), number: start });
    }
    joined = "";
  });
  return lines;
}
