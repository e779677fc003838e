import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import semver from "semver";
import { digest, digestFolder } from "../workspace/digest.js";
import { UserError } from "../workspace/errors.js";
import { withLock } from "../workspace/lock.js";
import { cacheSubfolder, partialFolder, programFolder } from "../workspace/paths.js";
import { type Progress, withStep } from "../workspace/progress.js";
import { run } from "../workspace/run.js";
import { findOnPath } from "./pathTools.js";
import { shareOfWork } from "./work.js";

/** A folder whose go.mod pins what is built from it: tools/ itself, or one below it. */
type GoModule = "." | "pulumi-kubernetes";

/** A command that can be built from the Go modules pinned in tools/. */
interface GoTool {
  module: GoModule;
  package: string;
  /** What `go build` calls the file. Default: the tool's name. */
  builtName?: string;
}

/**
 * All but one share a go.mod, and so what they have in common is compiled once. The provider needs the Kubernetes client
 * of an earlier release.
 */
const goTools = {
  etcd: { module: ".", package: "go.etcd.io/etcd/server/v3", builtName: "server" },
  helm: { module: ".", package: "helm.sh/helm/v3/cmd/helm" },
  kubectl: { module: ".", package: "k8s.io/kubernetes/cmd/kubectl" },
  "kube-apiserver": { module: ".", package: "k8s.io/kubernetes/cmd/kube-apiserver" },
  "kube-controller-manager": { module: ".", package: "k8s.io/kubernetes/cmd/kube-controller-manager" },
  "kube-scheduler": { module: ".", package: "k8s.io/kubernetes/cmd/kube-scheduler" },
  kwok: { module: ".", package: "sigs.k8s.io/kwok/cmd/kwok" },
  kwokctl: { module: ".", package: "sigs.k8s.io/kwok/cmd/kwokctl" },
  pulumi: { module: ".", package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
  "pulumi-resource-kubernetes": {
    module: "pulumi-kubernetes",
    package: ".",
    builtName: "pulumi-kubernetes",
  },
} as const satisfies Record<string, GoTool>;

export type GoToolName = keyof typeof goTools;

/**
 * Variables that a project's release build sets through the linker, by module. Without them kube-apiserver calls itself
 * `v0.0.0-master`, and charts that ask for a Kubernetes version refuse it; without its own the CLI is too old for the SDK.
 */
const versionStamps: Record<string, (version: string) => Record<string, string>> = {
  "k8s.io/kubernetes": (version) => ({
    "k8s.io/component-base/version.gitVersion": version,
    "k8s.io/component-base/version.gitMajor": version.replace(/^v(\d+)\..*/, "$1"),
    "k8s.io/component-base/version.gitMinor": version.replace(/^v\d+\.(\d+)\..*/, "$1"),
  }),
  "helm.sh/helm/v3": (version) => ({ "helm.sh/helm/v3/internal/version.version": version }),
  "github.com/pulumi/pulumi/pkg/v3": (version) => ({
    "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": version,
  }),
  "github.com/pulumi/pulumi-kubernetes/sdk/v4": (version) => ({
    "github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/version.Version": version.replace(/^v/, ""),
  }),
};

/**
 * Debug information is left out already where it would be made: the linker drops it anyway. What the tools hardly run is
 * not optimised: generated clients of Kubernetes, which only pass calls on, and what the Pulumi CLI has for clouds' stores
 * and for showing APIs. docs/benchmarks.md tells what it brings.
 */
const compilerFlags = [
  "-gcflags=all=-dwarf=false",
  ...[
    "cloud.google.com/go/...",
    "github.com/Azure/azure-sdk-for-go/...",
    "github.com/alecthomas/chroma/...",
    "github.com/aws/aws-sdk-go-v2/...",
    "github.com/envoyproxy/...",
    "github.com/pb33f/libopenapi/...",
    "k8s.io/client-go/applyconfigurations/...",
    "k8s.io/client-go/informers/...",
    "k8s.io/client-go/kubernetes/...",
    "k8s.io/client-go/listers/...",
  ].map((packages) => `-gcflags=${packages}=-dwarf=false -N -l`),
];

export interface GoBuildOptions {
  progress: Progress;
  /** The environment in which Go is looked for and run. */
  env: NodeJS.ProcessEnv;
  /** What to say before "Install Go …" when there is no Go, for instance that kubectl is missing. */
  purpose: string;
}

/** The paths of those tools of one group that were built before. */
export function builtBefore<Name extends GoToolName>(names: readonly Name[]): Partial<Record<Name, string>> {
  const { folder } = buildOf(names);
  const paths = names.map((name) => [name, join(folder, name)] as const);
  return Object.fromEntries(paths.filter(([, path]) => existsSync(path))) as Partial<Record<Name, string>>;
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
  const target = buildOf(names);
  const missing = (): Name[] => names.filter((name) => !existsSync(join(target.folder, name)));
  if (missing().length > 0) {
    await withLock(target.folder, async () => {
      if (missing().length > 0) {
        await build(missing(), target, options);
      }
    });
  }
  return Object.fromEntries(names.map((name) => [name, join(target.folder, name)])) as Record<Name, string>;
}

interface Build {
  modFolder: string;
  goMod: string;
  linkerFlags: string;
  folder: string;
}

function buildOf(names: readonly GoToolName[]): Build {
  const { module }: GoTool = goTools[names[0] as GoToolName];
  const modFolder = join(programFolder, "tools", module);
  const goMod = readFileSync(join(modFolder, "go.mod"), "utf8");
  const linkerFlags = linkerFlagsOf(goMod);
  // tools/ itself has no code of ours, and a module of its own below it.
  const sources =
    module === "." ? digest(goMod, readFileSync(join(modFolder, "go.sum"))) : digestFolder(modFolder);
  const key = digest(sources, linkerFlags, ...compilerFlags, process.platform, process.arch).slice(0, 16);
  const folder = cacheSubfolder("tools", module === "." ? key : `${module}-${key}`, "bin");
  return { modFolder, goMod, linkerFlags, folder };
}

async function build(names: readonly GoToolName[], target: Build, options: GoBuildOptions): Promise<void> {
  const env = goEnvironment(options.env);
  const go = await findGo(goLine(target.goMod), target.modFolder, { ...options, env });
  const partial = partialFolder(target.folder);
  const packages = names.map((name) => goTools[name].package);
  const title = `Building ${names.join(", ")} from Go modules, once`;
  const flags = ["-trimpath", ...compilerFlags];
  try {
    await withStep(options.progress, title, async (step) => {
      const total = await stalePackages(go, [...flags, ...packages], target.modFolder, env);
      const share = shareOfWork(total, (done) => `${done} packages`);
      const result = await run(
        go,
        ["build", "-v", ...flags, `-ldflags=${target.linkerFlags}`, "-o", `${partial}/`, ...packages],
        {
          cwd: target.modFolder,
          env,
          onStderr: (text) => step.update(`${title}: ${share(text.split("\n").length - 1)}`),
        },
      );
      if (result.code !== 0) {
        const faults = result.stderr.trim().split("\n").slice(-12).join("\n");
        throw new UserError(
          `Building ${names.join(", ")} in ${target.modFolder} failed. It needs the Go module proxy ` +
            `(\`go env GOPROXY\`) and about 5 GB of disk for Go's caches:\n${faults}`,
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

/** How many packages are yet to be compiled: Go's cache may have most. Zero where Go does not say. */
async function stalePackages(
  go: string,
  packages: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { stdout } = await run(go, ["list", "-deps", "-f={{.Stale}}", ...packages], { cwd, env });
  return stdout.split("\n").filter((line) => line === "true").length;
}

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

async function findGo(wanted: semver.SemVer, modFolder: string, options: GoBuildOptions): Promise<string> {
  const release = `Go ${wanted.major}.${wanted.minor}`;
  const go = findOnPath("go", options.env.PATH);
  if (go === undefined) {
    throw new UserError(
      `${options.purpose} Go is not on the PATH: install ${release} or newer (https://go.dev/dl/) and run this again.`,
    );
  }
  // In the module's folder, where a Go from 1.21 on fetches the release that go.mod asks for, unless told not to.
  const { stdout, stderr, code } = await run(go, ["env", "GOVERSION"], { cwd: modFolder, env: options.env });
  const found = code === 0 ? semver.coerce(stdout) : null;
  if (found === null || semver.lt(found, wanted)) {
    const what = found === null ? `does not work: ${stderr.trim().slice(0, 300)}` : `is ${found.version}`;
    throw new UserError(
      `${options.purpose} ${go} ${what}: install ${release} or newer (https://go.dev/dl/), ` +
        `or let Go fetch it (GOTOOLCHAIN=auto), and run this again.`,
    );
  }
  return go;
}

function goLine(goMod: string): semver.SemVer {
  const version = semver.coerce(/^go (\S+)$/m.exec(goMod)?.[1]);
  if (version === null) {
    throw new Error("go.mod has no go line");
  }
  return version;
}

function linkerFlagsOf(goMod: string): string {
  const stamps = Object.entries(versionStamps).flatMap(([module, stamp]) => {
    const version = new RegExp(`^\\s*(?:require )?${module} (v\\S+)`, "m").exec(goMod)?.[1];
    return version === undefined ? [] : Object.entries(stamp(version));
  });
  return ["-s", "-w", ...stamps.map(([name, value]) => `-X=${name}=${value}`)].join(" ");
}
