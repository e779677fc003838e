import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { type OpenedStack, type OpenStack, openStack } from "../../../../src/automation/index.js";
import { findPulumi } from "../../../../src/toolchain/pulumi.js";
import { silent } from "../../../../src/workspace/progress.js";
import { backendIn, locksIn } from "./backend.js";

/** The engine needs no plugin for it, and no cluster is asked for. */
async function program(): Promise<Record<string, unknown>> {
  const config = new pulumi.Config();
  if (config.get("fails") !== undefined) {
    throw new Error("the moon is down");
  }
  new pulumi.ComponentResource("openedx:test:Part", "part", {});
  if (!pulumi.runtime.isDryRun()) {
    await setTimeout(config.getNumber("wait") ?? 0, undefined, { ref: false });
  }
  return {
    greeting: "hello",
    nested: { user: "admin", password: pulumi.secret("n3sted") },
    token: pulumi.secret("t0ken"),
  };
}

/** A small program in a project of its own, with a backend in it: one component, and outputs with secrets. */
export class SmallProgram {
  readonly folder = mkdtempSync(join(tmpdir(), "automation-"));
  readonly environment = backendIn(this.folder);

  constructor() {
    mkdirSync(join(this.folder, "stacks"));
    writeFileSync(
      join(this.folder, "Pulumi.yaml"),
      "name: openedx\nruntime:\n  name: nodejs\nstackConfigDir: stacks\n",
    );
  }

  async open(stack: string, create = false, options: Partial<OpenStack> = {}): Promise<OpenedStack> {
    const { folder, environment } = this;
    const found = await findPulumi({ progress: silent, standIns: true });
    return openStack({ stack, create, folder, environment, program, pulumi: found, ...options });
  }

  /** Files of locks that are held now. */
  locks(): string[] {
    return locksIn(join(this.folder, "state"));
  }

  /** A lock that somebody else holds, as the CLI keeps it in a folder. */
  lock(stack: string, pid: number, host = "build-7"): void {
    const folder = join(this.folder, "state/.pulumi/locks/organization/openedx", stack);
    mkdirSync(folder, { recursive: true });
    const lock = { pid, username: "dana", hostname: host, timestamp: "2026-01-02T03:04:05Z" };
    writeFileSync(join(folder, "11111111-1111-4111-8111-111111111111.json"), JSON.stringify(lock));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
