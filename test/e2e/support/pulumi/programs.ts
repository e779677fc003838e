import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import { SemVer } from "semver";
import type { PulumiCli } from "../../../../src/automation/stacks/cli.js";
import { programFolder } from "../../../../src/workspace/paths.js";

/** A Pulumi CLI that tests run against. */
export interface TestCli {
  name: string;
  /** Whether it only stands in for one: then operations do what a scenario says. */
  standIn: boolean;
  pulumi: PulumiCli;
}

/** What the CLI that stands in does in an operation. */
export interface Scenario {
  events?: unknown[];
  outputs?: Record<string, unknown>;
  stderr?: string;
  exit?: number;
  /** Milliseconds until it ends. */
  wait?: number;
  /** Goes on although it was told to end. */
  stubborn?: boolean;
}

/** A folder with a `pulumi` command that stands in for the CLI. */
export function standInFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "stand-in-pulumi-"));
  const script = join(programFolder, "test/e2e/support/pulumi/standInCli.mjs");
  const command = join(folder, "pulumi");
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
  chmodSync(command, 0o755);
  return folder;
}

/** The CLI that stands in, as the functions take it: of the SDK's version. */
export function standInCli(): { pulumi: PulumiCli; remove: () => void } {
  const folder = standInFolder();
  const { version } = JSON.parse(
    readFileSync(join(programFolder, "node_modules/@pulumi/pulumi/package.json"), "utf8"),
  ) as { version: string };
  const standIn = { command: join(folder, "pulumi"), version: new SemVer(version) };
  const run = (PulumiCommand.prototype as unknown as PulumiCli).run.bind(standIn);
  return { pulumi: { ...standIn, run }, remove: () => rmSync(folder, { recursive: true }) };
}

/** The CLI that stands in, and the real one where there is one on the PATH. Which, is printed: nothing is left out silently. */
export async function testClis(): Promise<{ clis: TestCli[]; remove: () => void }> {
  const { pulumi, remove } = standInCli();
  const real = (await PulumiCommand.get().catch(() => undefined)) as PulumiCli | undefined;
  process.stdout.write(
    real === undefined
      ? "    Automation API: there is no Pulumi CLI on the PATH, so that it runs against a stand-in alone.\n"
      : `    Automation API: it runs against Pulumi ${String(real.version)}, and against a stand-in.\n`,
  );
  const other = real && { name: `Pulumi ${String(real.version)}`, standIn: false, pulumi: real };
  return {
    clis: [{ name: "a stand-in for the CLI", standIn: true, pulumi }, ...(other ? [other] : [])],
    remove,
  };
}

const index = `import * as pulumi from "@pulumi/pulumi";
const config = new pulumi.Config();
const wait = config.getNumber("wait") ?? 0;
await new Promise((resolve) => setTimeout(resolve, wait));
if (config.get("fails") !== undefined) {
  throw new Error("the moon is down");
}
new pulumi.ComponentResource("openedx:test:Part", "part", {});
export const greeting = "hello";
export const nested = { user: "admin", password: pulumi.secret("n3sted") };
export const token = pulumi.secret("t0ken");
`;

/** A small program of its own, with a state folder: one component, and outputs with secrets. */
export class SmallProgram {
  readonly folder = mkdtempSync(join(tmpdir(), "automation-"));
  readonly state = join(this.folder, "state");
  readonly environment = {
    PULUMI_BACKEND_URL: `file://${this.state}`,
    PULUMI_CONFIG_PASSPHRASE: "open sesame",
    STAND_IN_SCENARIO: join(this.folder, "scenario.json"),
  };

  constructor() {
    mkdirSync(this.state);
    mkdirSync(join(this.folder, "stacks"));
    symlinkSync(join(programFolder, "node_modules"), join(this.folder, "node_modules"));
    writeFileSync(
      join(this.folder, "Pulumi.yaml"),
      "name: openedx\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nstackConfigDir: stacks\n",
    );
    writeFileSync(join(this.folder, "package.json"), '{ "type": "module", "main": "index.js" }\n');
    writeFileSync(join(this.folder, "index.js"), index);
    this.plays({});
  }

  /** What the CLI that stands in does next, by `up` or `up STACK`. */
  plays(scenario: Readonly<Record<string, Scenario>>): void {
    writeFileSync(this.environment.STAND_IN_SCENARIO, JSON.stringify(scenario));
  }

  /** What it was called with. */
  calls(): string[] {
    return readFileSync(join(this.state, "calls.jsonl"), "utf8").trim().split("\n");
  }

  /** Files of locks that are held now. */
  locks(): string[] {
    try {
      return readdirSync(join(this.state, ".pulumi/locks"), { recursive: true, encoding: "utf8" }).filter(
        (file) => file.endsWith(".json"),
      );
    } catch {
      return [];
    }
  }

  /** A lock that somebody else holds. */
  lock(stack: string, pid: number): void {
    const folder = join(this.state, ".pulumi/locks/organization/openedx", stack);
    mkdirSync(folder, { recursive: true });
    const lock = { pid, username: "dana", hostname: "build-7", timestamp: "2026-01-02T03:04:05Z" };
    writeFileSync(join(folder, "11111111-1111-4111-8111-111111111111.json"), JSON.stringify(lock));
  }

  unlock(): void {
    rmSync(join(this.state, ".pulumi/locks"), { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** This program, copied, with stacks of its own and the CLI that stands in on the PATH. */
export function withStandIn(folder: string, cli: string, state: string): NodeJS.ProcessEnv {
  mkdirSync(state, { recursive: true });
  for (const part of ["examples", "test/e2e/support/pulumi"]) {
    mkdirSync(dirname(join(folder, part)), { recursive: true });
    cpSync(join(programFolder, part), join(folder, part), { recursive: true });
  }
  return {
    PATH: `${cli}${delimiter}${process.env.PATH ?? ""}`,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "open sesame",
    STAND_IN_SCENARIO: join(state, "scenario.json"),
  };
}
