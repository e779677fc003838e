import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { stringify } from "yaml";
import { tutorEnvironment } from "../../src/tutor/environment.js";
import { parseRequirements } from "../../src/tutor/requirements.js";
import { readConfig } from "../../src/tutor/siteConfig.js";
import { silent } from "../../src/workspace/progress.js";
import { runChecked } from "../../src/workspace/run.js";

/** One instance deployed by Tutor alone. */
export interface TutorLaunch {
  /** Runs `tutor k8s launch --non-interactive` and returns the seconds that it took. */
  launch(): Promise<number>;
  remove(): void;
}

/** Prepares a Tutor root for an instance's folder, with the sandbox's kubectl and cluster. */
export async function tutorLaunch(folder: string, kubectl: string, kubeconfig: string): Promise<TutorLaunch> {
  const requirements = parseRequirements(readFileSync(join(folder, "requirements.txt"), "utf8"));
  const python = await tutorEnvironment("bench", requirements, silent);
  const root = mkdtempSync(join(tmpdir(), "tutor-launch-"));
  mkdirSync(join(root, "plugins"));
  const { settings } = readConfig(readFileSync(join(folder, "config.yml"), "utf8")).config;
  const own = {
    K8S_NAMESPACE: "tutor-alone",
    ENABLE_WEB_PROXY: false,
    ENABLE_HTTPS: false,
    CADDY_HTTP_PORT: 80,
  };
  writeFileSync(join(root, "config.yml"), stringify({ ...own, ...settings }, { version: "1.1" }));
  const env = {
    PATH: [dirname(kubectl), process.env.PATH].join(delimiter),
    HOME: root,
    TUTOR_ROOT: root,
    TUTOR_PLUGINS_ROOT: join(root, "plugins"),
    KUBECONFIG: kubeconfig,
  };
  return {
    async launch() {
      const started = performance.now();
      await runChecked(join(dirname(python), "tutor"), ["k8s", "launch", "--non-interactive"], { env });
      return (performance.now() - started) / 1000;
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
