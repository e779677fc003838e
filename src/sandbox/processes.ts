import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { UserError } from "../workspace/errors.js";
import { runChecked } from "../workspace/run.js";
import type { SandboxLocation } from "./location.js";

/** What a complete sandbox runs, by the names of the commands. */
export const componentNames = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kwok-controller",
] as const;

export interface SandboxProcess {
  pid: number;
  /** One of `componentNames`, or `kwokctl` while the sandbox is being made. */
  name: string;
}

/**
 * The running processes that belong to a sandbox, known by their command lines. Pid files are not trusted: after a
 * reboot their numbers belong to others, and a run that was killed may not have written them.
 */
export async function processesOf(location: SandboxLocation): Promise<SandboxProcess[]> {
  return (await allProcesses()).flatMap(({ pid, command }) => {
    const name = nameOf(command, location);
    return name === undefined ? [] : [{ pid, name }];
  });
}

function nameOf(command: string, location: SandboxLocation): string | undefined {
  if (/\/kwokctl (create|start) cluster /.test(command) && command.includes(`=${location.kwokConfig} `)) {
    return "kwokctl";
  }
  return componentNames.find((name) => `${command} `.startsWith(`${location.clusterFolder}/bin/${name} `));
}

/**
 * Ends all processes of a sandbox, among them a kwokctl that lost its parent, and waits until they are gone.
 * @throws UserError when one survives for ten seconds.
 */
export async function killProcessesOf(location: SandboxLocation): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const running = await processesOf(location);
    if (running.length === 0) {
      return;
    }
    if (Date.now() > deadline) {
      const list = running.map(({ pid, name }) => `${name} (${pid})`).join(", ");
      throw new UserError(`These processes of the sandbox ${location.name} could not be ended: ${list}.`);
    }
    for (const { pid } of running) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself, or the deadline reports it.
      }
    }
    await setTimeout(30);
  }
}

async function allProcesses(): Promise<{ pid: number; command: string }[]> {
  if (process.platform === "linux") {
    return readdirSync("/proc")
      .filter((entry) => /^\d+$/.test(entry))
      .flatMap((entry) => {
        try {
          const command = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ").trim();
          return command === "" ? [] : [{ pid: Number(entry), command }];
        } catch {
          return []; // ended while we were looking
        }
      });
  }
  const { stdout } = await runChecked("ps", ["-axww", "-o", "pid=,command="]);
  return stdout.split("\n").flatMap((line) => {
    const match = /^\s*(\d+) (.+)$/.exec(line);
    return match?.[2] === undefined ? [] : [{ pid: Number(match[1]), command: match[2] }];
  });
}
