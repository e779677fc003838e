import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { deployStack } from "../../src/automation/deployStack.js";
import { planProgram } from "../../src/engine/plan.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { findPython } from "../../src/tutor/python.js";
import { UserError } from "../../src/workspace/errors.js";
import { cacheFolder } from "../../src/workspace/paths.js";
import { silent } from "../../src/workspace/progress.js";
import type { Finished } from "../../src/workspace/run.js";
import { InstanceFolders, type InstanceFiles } from "./support/badInstances.js";
import { ProgramCopy } from "./support/programCopy.js";

/** A machine on which a plan of one good instance is tried. */
interface Machine {
  what: string;
  /** Commands on the PATH as scripts, instead of this machine's, and no network. Default: this machine's PATH. */
  commands?: Record<string, string>;
  /** The cache's folder, made by the case. Default: one with only what `knows` says. */
  cache?: () => string;
  /** What the cache holds of this machine's own. */
  knows?: ("environments" | "renders")[];
  files?: InstanceFiles;
  says: RegExp[];
}

const oldKubectl = `echo '{"clientVersion": {"gitVersion": "v1.20.4"}}'`;

describe("a machine that lacks something", () => {
  const folders = new InstanceFolders();
  const { HTTPS_PROXY, OPENEDX_CACHE, PATH } = process.env;
  const ownCache = cacheFolder();
  const mounts: string[] = [];

  /** A folder of 64 kB that is full, with this machine's environments in it if so wished; undefined without the right. */
  const fullDisk = (knows: string[]): string | undefined => {
    const folder = mkdtempSync(join(folders.scratch, "disk-"));
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder]).status !== 0) {
      return undefined;
    }
    mounts.push(folder);
    knows.forEach((part) => symlinkSync(join(ownCache, part), join(folder, part)));
    assert.throws(() => writeFileSync(join(folder, "filler"), Buffer.alloc(1 << 20)), { code: "ENOSPC" });
    return folder;
  };

  const machines: Machine[] = [
    {
      what: "kubectl and Go",
      commands: {},
      knows: ["environments"],
      says: [
        /kubectl is not on the PATH, and 1\.31 or newer is needed\. Install it \(https/,
        /Official releases cannot be had here \(https:.*127\.0\.0\.1:9.*\)\. Go is not on the PATH: install/,
      ],
    },
    {
      what: "a kubectl that is new enough",
      commands: { kubectl: oldKubectl },
      knows: ["environments"],
      says: [/bin\/kubectl is 1\.20\.4, which is too old, and 1\.31 or newer is needed\. Install it/],
    },
    {
      what: "a Go that is new enough to build kubectl",
      commands: { go: "echo go1.18.1" },
      knows: ["environments"],
      says: [/kubectl is not on the PATH/, /bin\/go is 1\.18\.1: install Go 1\.\d+ or newer/],
    },
    {
      what: "helm",
      commands: {},
      knows: ["environments", "renders"],
      says: [/helm is not on the PATH, and 3\.14 or newer, but older than 4\.0 is needed\. Install it/],
    },
    {
      what: "a helm that is new enough",
      commands: { helm: "echo v3.8.2+g6e3701e" },
      knows: ["environments", "renders"],
      says: [/bin\/helm is 3\.8\.2, which is too old, and 3\.14 or newer/],
    },
    {
      what: "a requirement that exists",
      files: { "requirements.txt": "--no-index\ntutor==22.0.3\ntutor-mfe==99.0.0\n" },
      says: [
        /^Instance site: its requirements\.txt cannot be installed\. Fix the lines/,
        /tutor-mfe==99\.0\.0|tutor==22\.0\.3/,
      ],
    },
    {
      what: "a folder for the cache, with a file in its place",
      cache: () => {
        const file = join(folders.scratch, "file");
        writeFileSync(file, "");
        return file;
      },
      says: [
        /The cache folder .*\/file\/environments cannot be written/,
        /set OPENEDX_CACHE to another folder/,
      ],
    },
    {
      what: "the right to write the cache",
      cache: () => "/sys/openedx-cache",
      says: [/The cache folder \/sys\/openedx-cache\/environments cannot be written/, /set OPENEDX_CACHE/],
    },
  ];

  before(async () => {
    folders.write("site");
    await plan(); // with this machine's own cache: makes the environment and the render that the cases know
    await findPython(); // remembered, for a PATH without it
  });

  afterEach(() => {
    for (const [name, value] of Object.entries({ HTTPS_PROXY, OPENEDX_CACHE, PATH })) {
      delete process.env[name];
      Object.assign(process.env, value === undefined ? {} : { [name]: value });
    }
  });

  after(() => {
    mounts.forEach((folder) => spawnSync("umount", [folder]));
    folders.remove();
  });

  async function plan(): Promise<unknown> {
    const config = {
      "openedx:cloud": "existing",
      "openedx:instances": JSON.stringify({ site: { folder: join(folders.scratch, "site") } }),
    };
    return planProgram({
      stack: "machine",
      program: stackProgram(silent),
      progress: silent,
      helm: () => createToolchain({ progress: silent }).helm(),
      config: { project: "openedx", stack: "machine", config, secretKeys: [], withheldKeys: [] },
    });
  }

  async function refusal(): Promise<UserError> {
    const error: unknown = await plan().catch((reason: unknown) => reason);
    assert.ok(error instanceof UserError, error instanceof Error ? error.stack : "there was no error");
    return error;
  }

  for (const { what, commands, cache, knows = [], files, says } of machines) {
    it(`is told that it lacks ${what}`, async () => {
      folders.write("site", files);
      const folder = cache?.() ?? mkdtempSync(join(folders.scratch, "cache-"));
      knows.forEach((part) => symlinkSync(join(ownCache, part), join(folder, part)));
      process.env.OPENEDX_CACHE = folder;
      if (commands !== undefined) {
        process.env.PATH = searchPath(folders.scratch, commands);
        process.env.HTTPS_PROXY = "http://127.0.0.1:9"; // no downloads either
      }
      const { message } = await refusal();
      says.forEach((pattern) => assert.match(message, pattern));
      const environments = join(folder, "environments");
      if (!knows.includes("environments") && existsSync(environments)) {
        assert.deepEqual(readdirSync(environments), [], "a half-made environment was left");
      }
    });
  }

  for (const [what, knows, says] of [
    ["an environment", [], /cannot be made in .*disk-.*(No space left|ENOSPC)[^]*set OPENEDX_CACHE/],
    ["a render", ["environments"], /render of site cannot be kept in .*disk-.*ENOSPC[^]*set OPENEDX_CACHE/],
  ] as const) {
    it(`is told that its disk has no room for ${what}`, async function () {
      folders.write("site", { "config.yml": `LMS_HOST: full-${what.length}.example.com\nPLUGINS: []\n` });
      const folder = fullDisk([...knows]);
      if (folder === undefined) {
        this.skip(); // only who may mount can have a small disk
      }
      process.env.OPENEDX_CACHE = folder;
      const { message } = await refusal();
      assert.match(message, says);
      const parts = readdirSync(folder).filter(
        (part) => part !== "filler" && !(knows as readonly string[]).includes(part),
      );
      const left = parts.flatMap((part) =>
        readdirSync(join(folder, part), { recursive: true, encoding: "utf8" }),
      );
      assert.deepEqual(
        left.filter((path) => path !== "site"),
        [],
      );
    });
  }

  it("is told within seconds that the cluster cannot be reached", async () => {
    const kubeconfig = {
      "current-context": "away",
      clusters: [{ name: "away", cluster: { server: "https://127.0.0.1:9" } }],
      contexts: [{ name: "away", context: { cluster: "away", user: "away" } }],
      users: [{ name: "away", user: {} }],
    };
    const file = join(folders.scratch, "kubeconfig");
    writeFileSync(file, JSON.stringify(kubeconfig));
    const sandboxFolder = folders.scratch;
    await assert.rejects(
      deployStack({ stack: "sandbox", kubeconfig: file, progress: silent, sandboxFolder }),
      {
        name: "UserError",
        message:
          /cluster at https:\/\/127\.0\.0\.1:9 cannot be reached .*ECONNREFUSED.* is .*\/kubeconfig the right kubeconfig/,
      },
    );
  });
});

describe("a command that gets bad input", () => {
  const program = new ProgramCopy();
  const stack = "config:\n  openedx:cloud: existing\n  openedx:instances:\n    campus: {}\n";
  const empty = join(program.folder, "cache");

  const commands: {
    what: string;
    run: () => Promise<Finished>;
    says: RegExp[];
  }[] = [
    {
      what: "a misspelt namespace in the stack's file",
      run: () => {
        program.write("stacks/Pulumi.typo.yaml", `${stack}  opendx:disposable: true\n`);
        return program.command("cli", ["plan", "typo"]);
      },
      says: [
        /^stacks\/Pulumi\.typo\.yaml: opendx:disposable is in no namespace .* did you mean "openedx:disposable"\?$/m,
      ],
    },
    {
      what: "a stack that is not there",
      run: () => program.command("cli", ["plan", "tpyo"]),
      says: [/^There is no stack tpyo: stacks\/Pulumi\.tpyo\.yaml does not exist\. Known stacks: /m],
    },
    {
      what: "no Python",
      run: () => {
        program.write("stacks/Pulumi.good.yaml", stack);
        const bare = searchPath(program.folder, {});
        return program.command("cli", ["plan", "good"], { PATH: bare, OPENEDX_CACHE: empty });
      },
      says: [/^Tutor needs Python 3\.10 or newer .*none is on the PATH\. Get it from https/m],
    },
    {
      what: "a Python that is too old",
      run: () => {
        program.write("stacks/Pulumi.good.yaml", stack);
        const old = searchPath(program.folder, { python3: "echo 3.8.10" });
        return program.command("cli", ["plan", "good"], { PATH: old, OPENEDX_CACHE: empty });
      },
      says: [/^Tutor needs Python 3\.10 or newer .*\(python3 is 3\.8\.10\)\. Get it/m],
    },
    {
      what: "a kubeconfig that is not there",
      run: () => program.command("start", ["--kubeconfig", "nowhere"]),
      says: [/^--kubeconfig: there is no file .*\/nowhere$/m],
    },
    {
      what: "the name of an instance that exists",
      run: () => program.command("cli", ["instance", "new", "campus", "--lms-host", "a.example.com"]),
      says: [/^instances\/campus exists already\. Choose another name/m],
    },
  ];

  after(() => program.remove());

  for (const { what, run, says } of commands) {
    it(`ends with exit code 1 and a message for ${what}`, async () => {
      const { code, stdout, stderr } = await run();
      assert.equal(code, 1);
      assert.equal(stdout, "");
      says.forEach((pattern) => assert.match(stderr, pattern));
      assert.doesNotMatch(stderr, /^\s+at |node_modules|node:internal/m);
      assert.deepEqual(readdirSync(join(program.folder, "instances")), ["campus"]);
    });
  }
});

/** A search path with nothing but these commands. */
function searchPath(parent: string, commands: Record<string, string>): string {
  const bin = join(mkdtempSync(join(parent, "path-")), "bin");
  mkdirSync(bin);
  for (const [name, script] of Object.entries(commands)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  return bin;
}
