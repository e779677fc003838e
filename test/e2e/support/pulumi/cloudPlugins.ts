import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";

/** Packages whose plugins are played, as the engine names them. */
const packages = ["aws", "azure-native", "gcp", "mongodbatlas"];
const program = join(import.meta.dirname, "echo/plugin.mjs");

/** Commands by which kubeconfigs of the clouds sign in. */
const signIns = ["aws", "kubelogin", "gke-gcloud-auth-plugin"];

/** What was done to a resource of a cloud. */
export interface CloudCall {
  op: "create" | "update" | "delete";
  urn: string;
  id: string;
  /** When it was done, in milliseconds since 1970. */
  at: number;
}

interface Kubeconfig {
  clusters: { cluster: { server: string; "certificate-authority-data": string } }[];
}

/**
 * Puts plugins that play the clouds' on the PATH of this process, as commands, and those by which people sign in to the
 * clouds' clusters: all of these are the one of the kubeconfig.
 */
export class CloudPlugins {
  readonly #folder = mkdtempSync(join(tmpdir(), "clouds-"));
  readonly #path = process.env.PATH;

  /**
   * @param kubeconfig path of that of the test's cluster.
   * @param token of an administrator there.
   */
  constructor(kubeconfig: string, token: string) {
    const { clusters } = parse(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
    const [{ cluster } = { cluster: undefined }] = clusters;
    this.#write("facts.json", { server: cluster?.server, ca: cluster?.["certificate-authority-data"] });
    this.#write("credential.json", {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      kind: "ExecCredential",
      status: { token },
    });
    mkdirSync(join(this.#folder, "bin"));
    for (const name of packages) {
      const { version } = createRequire(import.meta.url)(`@pulumi/${name}/package.json`) as {
        version: string;
      };
      const facts = `ECHO_FOLDER='${this.#folder}' ECHO_PACKAGE=${name} ECHO_VERSION=${version.replace(/^v/, "")}`;
      this.#command(`pulumi-resource-${name}`, `${facts} exec '${process.execPath}' '${program}' "$@"`);
    }
    for (const name of signIns) {
      this.#command(name, `cat '${join(this.#folder, "credential.json")}'`);
    }
    process.env.PATH = [join(this.#folder, "bin"), this.#path].join(delimiter);
  }

  remove(): void {
    process.env.PATH = this.#path;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** All that was done so far, in order. */
  calls(): CloudCall[] {
    const log = join(this.#folder, "calls.jsonl");
    return existsSync(log)
      ? readFileSync(log, "utf8")
          .split("\n")
          .filter((line) => line !== "")
          .map((line) => JSON.parse(line) as CloudCall)
      : [];
  }

  #write(file: string, content: unknown): void {
    writeFileSync(join(this.#folder, file), JSON.stringify(content), { mode: 0o600 });
  }

  #command(name: string, line: string): void {
    const file = join(this.#folder, "bin", name);
    writeFileSync(file, `#!/bin/sh\n${line}\n`);
    chmodSync(file, 0o755);
  }
}
