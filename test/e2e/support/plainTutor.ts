import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse, parseAllDocuments, stringify } from "yaml";
import type { KubernetesObject } from "../../../src/kubernetes/objects.js";
import { tutorEnvironment } from "../../../src/tutor/environment.js";
import { parseRequirements } from "../../../src/tutor/requirements.js";
import { readConfig } from "../../../src/tutor/siteConfig.js";
import { silent } from "../../../src/workspace/progress.js";
import { runChecked } from "../../../src/workspace/run.js";

/** An instance as Tutor alone would have it. */
export interface PlainTutor {
  /** Its config.yml after `tutor config save`: every generated secret. */
  config: Record<string, unknown>;
  /** What `kubectl apply -k` would get. */
  objects: KubernetesObject[];
}

/**
 * `tutor config save` and `kubectl kustomize`, nothing else, with the instance's own Tutor.
 * @param folder of the instance
 * @param settings of this project's own
 */
export async function plainTutor(
  folder: string,
  settings: Record<string, unknown>,
  kubectl: string,
): Promise<PlainTutor> {
  const root = mkdtempSync(join(tmpdir(), "plain-tutor-"));
  try {
    const requirements = parseRequirements(readFileSync(join(folder, "requirements.txt"), "utf8"));
    const python = await tutorEnvironment("plain", requirements, silent);
    const config = {
      ...settings,
      ...readConfig(readFileSync(join(folder, "config.yml"), "utf8")).config.settings,
    };
    writeFileSync(join(root, "config.yml"), stringify(config, { version: "1.1" }));
    const env = {
      PATH: process.env.PATH,
      HOME: root,
      TUTOR_ROOT: root,
      TUTOR_PLUGINS_ROOT: join(folder, "plugins"),
    };
    await runChecked(join(dirname(python), "tutor"), ["config", "save"], { env });
    copyFileSync(join(root, "config.yml"), join(root, "saved.yml"));
    const { stdout } = await runChecked(kubectl, ["kustomize", join(root, "env")], { env });
    return {
      config: parse(readFileSync(join(root, "saved.yml"), "utf8")) as Record<string, unknown>,
      objects: parseAllDocuments(stdout).map((document) => document.toJS() as KubernetesObject),
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
