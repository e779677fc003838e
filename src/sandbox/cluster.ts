import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import type { ControlPlane } from "../toolchain/toolchain.js";
import { environmentWhere, searchPath } from "../workspace/environment.js";
import { UserError } from "../workspace/errors.js";
import { run } from "../workspace/run.js";
import type { SandboxLocation } from "./location.js";
import { portsIn, takenPorts } from "./ports.js";
import { processesOf } from "./processes.js";

/**
 * Makes and starts a cluster: etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok, each bound to
 * loopback, on ports that are free. Returns when all of them are ready.
 * @throws UserError with the end of kwokctl's output and of the log of each process that has ended.
 */
export async function createCluster(location: SandboxLocation, tools: ControlPlane): Promise<void> {
  mkdirSync(location.folder, { recursive: true, mode: 0o700 });
  writeFileSync(location.kwokConfig, stringify(kwokctlConfig(tools)));
  const flags = [
    "--runtime=binary",
    // With leases, kwok would leave nodes alone for minutes after a sudden end, until its old self's have run out.
    "--node-lease-duration-seconds=0",
    `--kubeconfig=${location.kubeconfig}.kwokctl`,
  ];
  await kwokctl(location, tools, "create", ...flags);
  rmSync(`${location.kubeconfig}.kwokctl`, { force: true });
}

/**
 * Starts the processes of a cluster that was once made, with its data and on its ports. As `createCluster` otherwise.
 * @throws UserError when another program has one of its ports.
 */
export async function startCluster(location: SandboxLocation, tools: ControlPlane): Promise<void> {
  // kwokctl would take any process that has a number from a pid file for its own.
  const pids = join(location.clusterFolder, "pids");
  for (const file of existsSync(pids) ? readdirSync(pids) : []) {
    rmSync(join(pids, file));
  }
  const taken = await takenPorts(portsIn(readFileSync(join(location.clusterFolder, "kwok.yaml"), "utf8")));
  if (taken.length > 0) {
    throw new UserError(`another program listens on its port ${taken.join(", ")}`);
  }
  await kwokctl(location, tools, "start");
}

function kwokctlConfig(tools: ControlPlane): object {
  return {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    metadata: { name: "" },
    options: {
      bindAddress: "127.0.0.1",
      components: ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller"],
      enableCRDs: ["Stage", "ClusterLogs"],
      disableQPSLimits: true,
      etcdBinary: tools.etcd,
      kubeApiserverBinary: tools.apiserver,
      kubeControllerManagerBinary: tools.controllerManager,
      kubeSchedulerBinary: tools.scheduler,
      kwokControllerBinary: tools.kwok,
      kubectlBinary: tools.kubectl,
    },
    componentsPatches: [
      // Its data may be lost with the machine's power, and is made again then; each write is three times as fast.
      extraArguments("etcd", { "unsafe-no-fsync": "true" }),
      extraArguments("kube-apiserver", {
        "service-cluster-ip-range": "10.96.0.0/16",
        // Nobody connects to it, but it may not be loopback, and by default needs a network interface.
        "advertise-address": "192.0.2.1",
      }),
      // There is but one of each; without an election they start at once after a sudden end.
      extraArguments("kube-controller-manager", {
        "leader-elect": "false",
        // Simulated nodes do not fail, so their lack of heartbeats means nothing.
        "node-monitor-grace-period": "87600h",
      }),
      extraArguments("kube-scheduler", { "leader-elect": "false" }),
    ],
  };
}

function extraArguments(name: string, values: Record<string, string>): object {
  return { name, extraArgs: Object.entries(values).map(([key, value]) => ({ key, value })) };
}

async function kwokctl(
  location: SandboxLocation,
  tools: ControlPlane,
  action: "create" | "start",
  ...flags: string[]
): Promise<void> {
  const result = await run(
    tools.kwokctl,
    [action, "cluster", `--name=${location.name}`, `--config=${location.kwokConfig}`, "--wait=60s", ...flags],
    {
      env: {
        ...environmentWhere((name) => !name.startsWith("KWOK_")),
        KWOK_WORKDIR: location.kwokFolder,
        PATH: `${dirname(tools.kubectl)}:${searchPath()}`,
      },
    },
  );
  if (result.code !== 0) {
    const output = result.stderr.trim().split("\n").slice(-8).join("\n");
    throw new UserError(
      `The sandbox's control plane could not be ${action === "create" ? "made" : "started"}:\n` +
        [output, ...(await logsOfEnded(location))].join("\n"),
    );
  }
}

async function logsOfEnded(location: SandboxLocation): Promise<string[]> {
  const running = new Set((await processesOf(location)).map(({ name }) => name));
  const logs = join(location.clusterFolder, "logs");
  if (!existsSync(logs)) {
    return [];
  }
  return readdirSync(logs)
    .filter((file) => file.endsWith(".log") && !running.has(file.replace(/\.log$/, "")))
    .map((file) => {
      const end = readFileSync(join(logs, file), "utf8").trim().split("\n").slice(-3).join("\n");
      return `${file} ends with:\n${end}`;
    });
}
