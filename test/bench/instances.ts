import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StackFile } from "../../src/engine/stackFile.js";
import { cacheSubfolder } from "../../src/workspace/paths.js";
import type { TestConfig } from "../e2e/support/testProject.js";

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

/** The config of a stack of those instances on the cluster of a kubeconfig. */
export function benchConfig(count: number, kubeconfig: string): TestConfig {
  const instances = Object.fromEntries(
    [...benchInstances(count)].map(([name, folder]) => [name, { folder }]),
  );
  const plain = {
    cloud: "existing",
    existing: { kubeconfig },
    disposable: true,
    edge: { https: false },
    instances,
  };
  return { plain, secret: {} };
}

/** The same stack on no cluster, for plans. */
export function benchStack(count: number): StackFile {
  const { plain } = benchConfig(count, "there-is-none");
  return {
    project: "openedx",
    stack: "bench",
    config: Object.fromEntries(
      Object.entries(plain).map(([key, value]) => [
        `openedx:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
    secretKeys: [],
    withheldKeys: [],
  };
}
