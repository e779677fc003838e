import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";
import { type OpenedStack, openStack, setSecret } from "../../../src/automation/index.js";
import { makeProjectFolder, writeStackFile } from "../../../src/automation/stacks/projectFolder.js";
import { findPulumi } from "../../../src/toolchain/pulumi.js";
import { type Progress, silent } from "../../../src/workspace/progress.js";

/** A stack's config, as its file has it: below `openedx:`, secrets apart. */
export interface TestConfig {
  plain: Record<string, unknown>;
  /** By path, such as `openedx:secrets.campus.SMTP_PASSWORD`. */
  secret: Record<string, string>;
}

/** A project folder of a test's own, with a backend in it: what belongs to this repository's stacks stays untouched. */
export class TestProject {
  readonly folder: string;
  readonly backend: string;
  readonly environment: Readonly<Record<string, string>>;

  /**
   * @param kubeconfig path of that of the test's cluster.
   * @param folder of a project that was made before. Default: a new one.
   */
  constructor(kubeconfig: string, folder = mkdtempSync(join(tmpdir(), "project-"))) {
    this.folder = folder;
    this.backend = join(folder, "state");
    mkdirSync(this.backend, { recursive: true });
    makeProjectFolder(folder);
    this.environment = {
      KUBECONFIG: kubeconfig,
      PULUMI_BACKEND_URL: pathToFileURL(this.backend).href,
      PULUMI_CONFIG_PASSPHRASE: "open sesame",
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The stack with this config, made where it is not there; `program` runs in this process. */
  async open(
    stack: string,
    config: TestConfig,
    program: () => Promise<unknown>,
    progress: Progress = silent,
  ): Promise<OpenedStack> {
    const plain = Object.entries(config.plain).map(([key, value]) => [`openedx:${key}`, value]);
    writeStackFile(this.folder, stack, stringify({ config: Object.fromEntries(plain) as object }));
    const opened = await openStack({
      stack,
      create: true,
      progress,
      folder: this.folder,
      environment: this.environment,
      program: program as () => Promise<Record<string, unknown>>,
      pulumi: await findPulumi({ progress: silent, standIns: true }),
    });
    for (const [key, value] of Object.entries(config.secret)) {
      await setSecret(opened, key, value, { path: true });
    }
    return opened;
  }
}
