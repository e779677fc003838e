import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackConfig } from "../../src/engine/stackFile.js";
import { cacheSubfolder } from "../../src/workspace/paths.js";

/** Tutor 22 with its default plugins, as `tutor config save --interactive=false` would have it. */
const requirements = "tutor==22.0.3\ntutor-mfe==22.1.0\ntutor-indigo==22.0.0\n";

/**
 * Folders of `count` instances of default Tutor, each with hosts of its own; by name.
 * @param mark something to tell their configs from those of other runs
 */
export function benchInstances(count: number, mark = ""): Map<string, string> {
  const root = cacheSubfolder("bench");
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const name = `bench-${index + 1}`;
      const folder = join(root, name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "requirements.txt"), requirements);
      writeFileSync(
        join(folder, "config.yml"),
        `LMS_HOST: ${name}.example.com\nCMS_HOST: studio.${name}.example.com\nPLUGINS:\n  - indigo\n  - mfe\n${mark && `# ${mark}\n`}`,
      );
      return [name, folder];
    }),
  );
}

/** A stack of those instances on the cluster of a kubeconfig, or on none. */
export function benchStack(count: number, kubeconfig?: string): StackConfig {
  const instances = Object.fromEntries(
    [...benchInstances(count)].map(([name, folder]) => [name, { folder }]),
  );
  return {
    project: "openedx",
    stack: "bench",
    config: {
      "openedx:cloud": "existing",
      "openedx:existing": JSON.stringify({ kubeconfig: kubeconfig ?? "there-is-none" }),
      "openedx:disposable": "true",
      "openedx:edge": JSON.stringify({ https: false }),
      "openedx:instances": JSON.stringify(instances),
    },
    secretKeys: [],
    withheldKeys: [],
  };
}
