import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { ClusterAccess } from "../../../src/engine/local/access.js";
import { Helm } from "../../../src/engine/local/helm.js";

const access: ClusterAccess = {
  server: "https://127.0.0.1:1",
  kubeconfig: "the text",
  context: "main",
  namespace: "default",
  tls: {},
  authorization: () => Promise.resolve(undefined),
};

describe("a helm process", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "helm-process-"));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  function standIn(script: string): string {
    const path = join(folder, "helm");
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let waited = 0; !condition() && waited < 10_000; waited += 20) {
      await delay(20);
    }
    assert.ok(condition());
  }

  it("gets its values on standard input and the kubeconfig in a file that does not stay", async () => {
    const binary = standIn(`printf '%s|' "$@"; cat; cat "$KUBECONFIG"; echo "$KUBECONFIG" >&2; exit 7`);
    const helm = new Helm(() => Promise.resolve(binary), access);
    const finished = await helm.call(["template", "x"], new AbortController().signal, "the values, ");
    assert.deepEqual(
      { code: finished.code, stdout: finished.stdout },
      { code: 7, stdout: "template|x|--kube-context|main|the values, the text" },
    );
    helm.close();
    assert.ok(!existsSync(finished.stderr.trim()));
  });

  it("is asked to stop in order when the run is stopped", async () => {
    const binary = standIn(
      `trap 'echo in order; exit 1' TERM; touch ${folder}/begun; while :; do sleep 0.05; done`,
    );
    const helm = new Helm(() => Promise.resolve(binary), access);
    const stop = new AbortController();
    const running = helm.call([], stop.signal);
    await until(() => existsSync(join(folder, "begun")));
    stop.abort();
    assert.equal((await running).stdout, "in order\n");
    helm.close();
  });

  it("does not outlive the run that started it", async () => {
    const binary = standIn(`echo $$ > ${folder}/pid; exec sleep 60`);
    const script = `
      import { Helm } from ${JSON.stringify(join(import.meta.dirname, "../../../src/engine/local/helm.ts"))};
      const access = { kubeconfig: "", path: "/dev/null", context: "main" };
      await new Helm(async () => ${JSON.stringify(binary)}, access).call([], new AbortController().signal);
    `;
    const args = ["--import", "tsx", "--input-type=module", "--eval", script];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
    const pidFile = join(folder, "pid");
    await until(() => existsSync(pidFile) && readFileSync(pidFile, "utf8").endsWith("\n"));
    const pid = Number(readFileSync(pidFile, "utf8"));
    assert.ok(isRunning(pid));
    child.kill("SIGKILL");
    await until(() => !isRunning(pid));
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
