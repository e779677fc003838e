import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { locateSandbox, type SandboxLocation } from "../../src/sandbox/location.js";
import { killProcessesOf, processesOf } from "../../src/sandbox/processes.js";

describe("the sandbox's processes", () => {
  const location = (name: string): SandboxLocation => locateSandbox(`${name}-${process.pid}`);
  const children: ChildProcess[] = [];

  /** A harmless process whose command line reads as given. */
  async function pretend(command: string, ...args: string[]): Promise<ChildProcess> {
    const script = "console.log(); setTimeout(() => undefined, 60_000)";
    const child = spawn(process.execPath, ["-e", script, "--", ...args], { argv0: command });
    children.push(child);
    await once(child.stdout, "data");
    return child;
  }

  after(() => {
    for (const child of children) {
      child.kill("SIGKILL");
    }
  });

  it("are known by command and folder, so that nothing else is ended", async () => {
    const mine = location("mine");
    const other = location("mine-too");
    const etcd = await pretend(`${mine.clusterFolder}/bin/etcd`, `--data-dir=${mine.clusterFolder}/etcd`);
    const otherEtcd = await pretend(`${other.clusterFolder}/bin/etcd`);
    const pager = await pretend("/usr/bin/less", `${mine.clusterFolder}/bin/etcd`);
    // The script stands between a command and its arguments, so the whole is given as the command.
    const kwokctl = await pretend(
      `/tools/kwokctl create cluster --name=x --config=${mine.kwokConfig} --wait`,
    );
    const found = (await processesOf(mine)).sort((a, b) => a.name.localeCompare(b.name));
    assert.deepEqual(found, [
      { pid: etcd.pid, name: "etcd" },
      { pid: kwokctl.pid, name: "kwokctl" },
    ]);

    const ended = Promise.all([once(etcd, "exit"), once(kwokctl, "exit")]);
    await killProcessesOf(mine);
    await ended;
    assert.deepEqual(await processesOf(mine), []);
    assert.equal((await processesOf(other))[0]?.pid, otherEtcd.pid);
    assert.equal(pager.exitCode, null);
  });
});
