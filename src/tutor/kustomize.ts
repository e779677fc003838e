import { UserError } from "../workspace/errors.js";
import { run } from "../workspace/run.js";

/**
 * Runs `kubectl kustomize` on a rendered Tutor environment and returns what it prints.
 * @throws UserError with kustomize's own words.
 */
export async function kustomize(kubectl: string, environment: string): Promise<string> {
  const finished = await run(kubectl, ["kustomize", environment]);
  if (finished.code !== 0) {
    const output = finished.stderr
      .split("\n")
      .filter((line) => line.trim() !== "" && !line.startsWith("# Warning"))
      .map((line) => /^E\d{4} .*? err="(.*)"$/.exec(line)?.[1]?.replaceAll('\\"', '"') ?? line)
      .join("\n")
      .replaceAll(environment, "env");
    throw new UserError(
      `kustomize refuses what its plugins' patches make of the manifests: ${output}\n` +
        "Fix the k8s-… or kustomization-… patch that makes it.",
    );
  }
  return finished.stdout;
}
