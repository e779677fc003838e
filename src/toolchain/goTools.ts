import { existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { digest } from "../workspace/digest.js";
import { UserError } from "../workspace/errors.js";
import { withLock } from "../workspace/lock.js";
import { cacheSubfolder, programFolder } from "../workspace/paths.js";
import { type Progress, withStep } from "../workspace/progress.js";
import { run } from "../workspace/run.js";
import { findOnPath } from "./pathTools.js";
import { compareVersions, formatVersion, parseVersion, type Version } from "./version.js";

/** A command that can be built from the Go modules pinned below tools/. */
interface GoTool {
  /** The folder below tools/ whose go.mod pins it. */
  group: "etcd" | "helm" | "kubernetes" | "kwok";
  package: string;
  /** What `go build` calls the file. Default: the tool's name. */
  builtName?: string;
}

const goTools = {
  etcd: { group: "etcd", package: "go.etcd.io/etcd/server/v3", builtName: "server" },
  helm: { group: "helm", package: "helm.sh/helm/v3/cmd/helm" },
  kubectl: { group: "kubernetes", package: "k8s.io/kubernetes/cmd/kubectl" },
  "kube-apiserver": { group: "kubernetes", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
  "kube-controller-manager": {
    group: "kubernetes",
    package: "k8s.io/kubernetes/cmd/kube-controller-manager",
  },
  "kube-scheduler": { group: "kubernetes", package: "k8s.io/kubernetes/cmd/kube-scheduler" },
  kwok: { group: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok" },
  kwokctl: { group: "kwok", package: "sigs.k8s.io/kwok/cmd/kwokctl" },
} as const satisfies Record<string, GoTool>;

export type GoToolName = keyof typeof goTools;

/**
 * Variables that a project's release build sets through the linker. Without them kube-apiserver calls itself
 * `v0.0.0-master`, and charts that ask for a Kubernetes version refuse it.
 */
const versionStamps: Partial<Record<GoTool["group"], (version: string) => Record<string, string>>> = {
  kubernetes: (version) => ({
    "k8s.io/component-base/version.gitVersion": version,
    "k8s.io/component-base/version.gitMajor": version.replace(/^v(\d+)\..*/, "$1"),
    "k8s.io/component-base/version.gitMinor": version.replace(/^v\d+\.(\d+)\..*/, "$1"),
  }),
  helm: (version) => ({ "helm.sh/helm/v3/internal/version.version": version }),
};

const stampedModules: Partial<Record<GoTool["group"], string>> = {
  kubernetes: "k8s.io/kubernetes",
  helm: "helm.sh/helm/v3",
};

export interface GoBuildOptions {
  progress: Progress;
  /** The environment in which Go is looked for and run. */
  env: NodeJS.ProcessEnv;
  /** What to say before "Install Go …" when there is no Go, for instance that kubectl is missing. */
  purpose: string;
}

/**
 * The paths of tools of one group, built unless the cache has them. Only one process builds a group at a time; a
 * build that was cut short leaves nothing that a later one takes for a tool. A warm cache runs no Go.
 * @throws UserError when Go is missing or too old, or the build fails.
 */
export async function goBuilt<Name extends GoToolName>(
  names: readonly Name[],
  options: GoBuildOptions,
): Promise<Record<Name, string>> {
  const group: GoTool["group"] = goTools[names[0] as Name].group;
  const modFolder = join(programFolder, "tools", group);
  const goMod = readFileSync(join(modFolder, "go.mod"), "utf8");
  const linkerFlags = linkerFlagsOf(group, goMod);
  const folder = cacheSubfolder(
    "tools",
    `${group}-${digest(goMod, readFileSync(join(modFolder, "go.sum")), linkerFlags, process.platform, process.arch).slice(0, 16)}`,
  );
  const missing = (): Name[] => names.filter((name) => !existsSync(join(folder, name)));
  if (missing().length > 0) {
    await withLock(folder, async () => {
      if (missing().length > 0) {
        await build(missing(), { group, modFolder, goMod, linkerFlags, folder }, options);
      }
    });
  }
  return Object.fromEntries(names.map((name) => [name, join(folder, name)])) as Record<Name, string>;
}

interface Build {
  group: GoTool["group"];
  modFolder: string;
  goMod: string;
  linkerFlags: string;
  folder: string;
}

async function build(names: readonly GoToolName[], target: Build, options: GoBuildOptions): Promise<void> {
  const env = goEnvironment(options.env);
  const go = await findGo(goLine(target.goMod), target.modFolder, { ...options, env });
  for (const leftover of readdirSync(target.folder).filter((name) => name.startsWith(partialPrefix))) {
    rmSync(join(target.folder, leftover), { recursive: true, force: true });
  }
  const partial = mkdtempSync(join(target.folder, partialPrefix));
  const packages = names.map((name) => goTools[name].package);
  try {
    await withStep(options.progress, `Building ${names.join(", ")} from Go modules, once`, async (step) => {
      let compiled = 0;
      const result = await run(
        go,
        ["build", "-v", "-trimpath", `-ldflags=${target.linkerFlags}`, "-o", `${partial}/`, ...packages],
        {
          cwd: target.modFolder,
          env,
          onStderr: (text) => {
            compiled += text.split("\n").length - 1;
            step.update(`Building ${names.join(", ")} from Go modules, once: ${compiled} packages so far`);
          },
        },
      );
      if (result.code !== 0) {
        const faults = result.stderr.trim().split("\n").slice(-12).join("\n");
        throw new UserError(
          `Building ${names.join(", ")} in ${target.modFolder} failed. It needs the Go module proxy ` +
            `(\`go env GOPROXY\`) and about 4 GB of disk for Go's caches:\n${faults}`,
        );
      }
    });
    for (const name of names) {
      const built: GoTool = goTools[name];
      renameSync(join(partial, built.builtName ?? name), join(target.folder, name));
    }
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}

const partialPrefix = ".partial-";

/** The user's settings for proxies, caches and toolchains hold; those that would change what is built do not. */
function goEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...env,
    GOFLAGS: "-mod=readonly -buildvcs=false",
    GOWORK: "off",
    GO111MODULE: "on",
    GOOS: "",
    GOARCH: "",
  };
}

async function findGo(wanted: Version, modFolder: string, options: GoBuildOptions): Promise<string> {
  const release = `Go ${wanted.major}.${wanted.minor}`;
  const go = findOnPath("go", options.env.PATH);
  if (go === undefined) {
    throw new UserError(
      `${options.purpose} Go is not on the PATH: install ${release} or newer (https://go.dev/dl/) and run this again.`,
    );
  }
  // In the module's folder, where a Go from 1.21 on fetches the release that go.mod asks for, unless told not to.
  const { stdout, stderr, code } = await run(go, ["env", "GOVERSION"], { cwd: modFolder, env: options.env });
  const found = code === 0 ? parseVersion(stdout) : undefined;
  if (found === undefined || compareVersions(found, wanted) < 0) {
    const what =
      found === undefined ? `does not work: ${stderr.trim().slice(0, 300)}` : `is ${formatVersion(found)}`;
    throw new UserError(
      `${options.purpose} ${go} ${what}: install ${release} or newer (https://go.dev/dl/), ` +
        `or let Go fetch it (GOTOOLCHAIN=auto), and run this again.`,
    );
  }
  return go;
}

function goLine(goMod: string): Version {
  const version = parseVersion(/^go (\S+)$/m.exec(goMod)?.[1] ?? "");
  if (version === undefined) {
    throw new Error("go.mod has no go line");
  }
  return version;
}

function linkerFlagsOf(group: GoTool["group"], goMod: string): string {
  const module = stampedModules[group];
  const version = module && new RegExp(`^\\s*(?:require )?${module} (v\\S+)`, "m").exec(goMod)?.[1];
  const stamps = (version && versionStamps[group]?.(version)) || {};
  return ["-s", "-w", ...Object.entries(stamps).map(([name, value]) => `-X=${name}=${value}`)].join(" ");
}
