import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { UserError } from "../workspace/errors.js";
import { run } from "../workspace/run.js";
import { parseYaml } from "../workspace/yaml.js";
import { type ChartReference, describeChart } from "./reference.js";

/** SHA-256 of a file as registries and repositories write it: `sha256:` and hexadecimal digits. */
export async function digestOf(file: string): Promise<string> {
  return `sha256:${createHash("sha256")
    .update(await readFile(file))
    .digest("hex")}`;
}

/**
 * Makes sure that an archive is the chart it is taken for.
 * @param helm path of the helm command.
 * @throws UserError when it is not a chart, or another one.
 */
export async function checkArchive(file: string, wanted: ChartReference, helm: string): Promise<void> {
  const shown = await run(helm, ["show", "chart", file]);
  if (shown.code !== 0) {
    throw new UserError(`${file} is not an archive of a chart: ${lastLine(shown.stderr)}`);
  }
  const { name, version } = parseYaml(shown.stdout, "Chart.yaml").content as Record<string, unknown>;
  if (name !== wanted.chart || bare(version) !== bare(wanted.version)) {
    throw new UserError(
      `${file} holds ${String(name)} ${String(version)}, not ${describeChart(wanted)}: its Chart.yaml says so.`,
    );
  }
}

/** Helm takes `1.21.1` for `v1.21.1`. */
function bare(version: unknown): string {
  return String(version).replace(/^v/, "");
}

/** What helm says in the end, without its prefix. */
export function lastLine(stderr: string): string {
  return (stderr.trim().split("\n").at(-1) ?? "").replace(/^Error: /, "");
}
