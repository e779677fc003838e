import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { programFolder } from "../../src/workspace/paths.js";

describe("a tool whose making is interrupted", function () {
  this.timeout(60_000);
  let folder: string;
  let server: Server;
  let isSlow: boolean;
  const content = Buffer.alloc(300_000, "kubectl");

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "interrupted-"));
    mkdirSync(join(folder, "bin"));
    isSlow = true;
    server = createServer((_, response) => {
      response.writeHead(200, { "content-length": content.length });
      response.write(content.subarray(0, 1000));
      if (!isSlow) {
        response.end(content.subarray(1000));
      }
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A Go that writes half of a kubectl, and the other half at once or in a minute. */
  function go(): void {
    const script = `#!/bin/sh
[ "$1" = env ] && echo go1.99.0 && exit
[ "$1" = list ] && exit
while [ "$1" != -o ]; do shift; done
printf half > "$2/kubectl"
${isSlow ? "/bin/sleep 60" : ""}
printf whole > "$2/kubectl"\n`;
    writeFileSync(join(folder, "bin/go"), script);
    chmodSync(join(folder, "bin/go"), 0o755);
  }

  /** In a process group of its own, which is what a terminal's Ctrl-C goes to. */
  function start(releases: object): ChildProcess {
    const program = join(programFolder, "test/e2e/support/kubectlProcess.ts");
    return spawn(process.execPath, ["--import", "tsx", program, JSON.stringify(releases)], {
      cwd: programFolder,
      env: { OPENEDX_CACHE: join(folder, "cache"), PATH: join(folder, "bin") },
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
  }

  /** Names of the files that are being made now. */
  function begun(): string[] {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
    return files.filter((file) => file.includes(".partial-") && file.endsWith("kubectl"));
  }

  for (const [what, signal] of [
    ["a build", "SIGINT"],
    ["a download", "SIGINT"],
    ["a build", "SIGKILL"],
    ["a download", "SIGKILL"],
  ] as const) {
    it(`is made by the next run, and nothing is left half: ${what}, ${signal}`, async () => {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/kubectl`;
      const sha256 = createHash("sha256").update(content).digest("hex");
      const releases = what === "a build" ? {} : { kubectl: { url, sha256, key: "kubectl-v1-linux-amd64" } };
      go();
      const first = start(releases);
      while (begun().length === 0) {
        assert.equal(first.exitCode, null);
        await setTimeout(20);
      }
      process.kill(-(first.pid ?? assert.fail()), signal);
      await once(first, "exit");

      isSlow = false;
      go();
      const second = start(releases);
      const [path] = await Promise.all([text(second.stdout ?? assert.fail()), once(second, "exit")]);
      assert.equal(readFileSync(path, "utf8"), what === "a build" ? "whole" : content.toString());
      assert.deepEqual(readdirSync(dirname(path)), ["kubectl"]);
      assert.deepEqual(begun(), []);
    });
  }
});
