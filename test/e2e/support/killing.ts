import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { ChildProcess } from "node:child_process";
import type { TestStack } from "./testStack.js";

/** What is killed of a run: all at once, the engine with what it leaves running, or the program that steers it. */
export type Victim = "all" | "engine" | "program";

interface Process {
  pid: number;
  command: string;
}

/** All that works with this backend: the program, the engine, its plugins. Linux only. */
export function processesOf({ PULUMI_BACKEND_URL: backend = "" }: NodeJS.ProcessEnv): Process[] {
  return readdirSync("/proc").flatMap((name): Process[] => {
    const pid = Number(name);
    if (!/^\d+$/.test(name) || pid === process.pid) {
      return [];
    }
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").includes(backend)
        ? [{ pid, command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ") }]
        : [];
    } catch {
      return []; // ended in the meantime
    }
  });
}

/** Kills (`kill -9`) that of a run, and waits until the program has ended. */
export async function killRun(stack: TestStack, child: ChildProcess, victim: Victim): Promise<void> {
  const { environment } = stack.project;
  if (victim === "engine") {
    for (const { pid } of processesOf(environment).filter(({ command }) => /^\S*\/pulumi /.test(command))) {
      kill(pid);
    }
    return;
  }
  child.kill("SIGKILL");
  while (victim === "all" && processesOf(environment).length > 0) {
    processesOf(environment).forEach(({ pid }) => kill(pid));
    await setTimeout(20);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // ended in the meantime
  }
}
