import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import { poolLabel } from "../../../providers/scheduling.js";
import {
  destroy,
  type OpenedStack,
  preview,
  type OperationResult,
  type StackReport,
  up,
} from "../../../src/automation/index.js";
import { stackProgram } from "../../../src/automation/stackProgram.js";
import { parseUrn } from "../../../src/engine/urn.js";
import { type ChartName, charts } from "../../../src/platform/charts.js";
import { storageClassName } from "../../../src/sandbox/fixtures.js";
import { stages } from "../../../src/sandbox/stages.js";
import { programFolder } from "../../../src/workspace/paths.js";
import { silent } from "../../../src/workspace/progress.js";
import { withOwnImages } from "../../support/ownImages.js";
import { runTest } from "../../support/program.js";
import { archive, Scratch } from "../../charts/support/standInCharts.js";
import { OwnCache } from "./ownCache.js";
import { type CloudCall, CloudPlugins } from "./pulumi/cloudPlugins.js";
import { definition, standIn } from "./standInPlatform.js";
import { TestProject } from "./testProject.js";
import { TestStack } from "./testStack.js";

export type CloudName = "aws" | "azure" | "gcp";
type Config = Record<string, unknown>;

interface StateResource {
  urn: string;
  dependencies?: string[];
  deletedWith?: string;
}

/** Below `openedx:` of a sample stack's file. */
export function sampleConfig(stack: string): Config {
  const file = readFileSync(join(programFolder, `stacks/Pulumi.${stack}.yaml`), "utf8");
  const { config } = parse(file) as { config: Config };
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("openedx:", ""), value]),
  );
}

/** Small charts of the names of all, in a folder that serves as a mirror. */
export function mirrorOfStandIns(scratch: Scratch): string {
  for (const name of Object.keys(charts) as ChartName[]) {
    const chart = standIn(name);
    scratch.write(`mirror/${chart.name}-${chart.version}.tgz`, archive(chart));
  }
  return `${scratch.folder}/mirror`;
}

/** Clouds let people in by tokens. */
async function administratorToken(stack: TestStack): Promise<string> {
  await stack.kubectl("create", "serviceaccount", "people", "--namespace=kube-system");
  await stack.kubectl(
    ...["create", "clusterrolebinding", "people", "--clusterrole=cluster-admin"],
    "--serviceaccount=kube-system:people",
  );
  const { stdout } = await stack.kubectl("create", "token", "people", "--namespace=kube-system");
  return stdout.trim();
}

/** What all three clouds' drivers for disks bring. */
const snapshotClasses = definition(
  "snapshot.storage.k8s.io",
  "VolumeSnapshotClass",
  "Cluster",
  "v1",
  "volumesnapshotclasses",
);

/** The sandbox's rule for volumes, for claims of all classes but its own. */
function volumesOfAnyClass(): string {
  const own = stages().find(({ metadata }) => metadata.name === "volume-provisioned");
  return JSON.stringify(own)
    .replace('"name":"volume-provisioned"', '"name":"volume-of-any-class"')
    .replace(
      `"operator":"In","values":["${storageClassName}"]`,
      `"operator":"NotIn","values":["${storageClassName}"]`,
    )
    .replace(`storageClassName: ${storageClassName}`, "storageClassName: {{ .spec.storageClassName }}");
}

/** The sample stack of a cloud whose plugins are played, on a sandbox that is the cluster which that cloud would make. */
export class CloudStack {
  readonly stack: TestStack;
  readonly #cloud: CloudName;
  readonly #sample: Config;
  readonly #scratch = new Scratch();
  readonly #mirror: string;
  readonly #cache: OwnCache;
  readonly #plugins: CloudPlugins;
  readonly #project: TestProject;

  private constructor(cloud: CloudName, stack: TestStack, cache: OwnCache, token: string) {
    this.stack = stack;
    this.#cloud = cloud;
    this.#sample = sampleConfig(cloud);
    this.#mirror = mirrorOfStandIns(this.#scratch);
    this.#cache = cache;
    this.#plugins = new CloudPlugins(stack.sandbox.kubeconfig, token);
    this.#project = new TestProject(stack.sandbox.kubeconfig);
  }

  static async start(cloud: CloudName): Promise<CloudStack> {
    const cache = new OwnCache("tools", "environments", "renders", "pulumi", "pulumi-stand-ins");
    const stack = await TestStack.start(cloud);
    const made = new CloudStack(cloud, stack, cache, await administratorToken(stack));
    const file = made.#scratch.write("drivers.yaml", `${snapshotClasses}\n---\n${volumesOfAnyClass()}`);
    await made.stack.kubectl("apply", `--filename=${file}`);
    // Bundled data waits for a node of the pool that it is to be on.
    await made.stack.kubectl("label", "node", "sandbox-node-2", `${poolLabel}=stateful`);
    return made;
  }

  async stop(): Promise<void> {
    this.#project.remove();
    this.#plugins.remove();
    await this.stack.stop();
    this.#cache.remove();
    this.#scratch.remove();
  }

  /** The program's instances of these names, with an image of their own. */
  sites(...names: string[]): Config {
    return withOwnImages(this.#scratch.folder, names);
  }

  /** The stack with the sample's config, and this in the cloud's part and in the rest of it. */
  open(part: Config = {}, rest: Config = {}): Promise<OpenedStack> {
    const plain = {
      ...this.#sample,
      charts: { mirror: this.#mirror },
      // What plays the clouds heeds rights at once.
      [this.#cloud]: { grantSeconds: 0, ...(this.#sample[this.#cloud] as Config), ...part },
      ...rest,
    };
    return this.#project.open(this.#cloud, { plain, secret: {} }, stackProgram(silent));
  }

  async preview(part: Config = {}, rest: Config = {}): Promise<OperationResult> {
    return preview(await this.open(part, rest));
  }

  /** What was done to the cloud's resources, and what the engine says that it did. */
  async up(part: Config = {}, rest: Config = {}): Promise<{ report: StackReport; calls: CloudCall[] }> {
    const opened = await this.open(part, rest);
    return this.#watched(() => up(opened));
  }

  /**
   * Makes the state what an earlier release would have left: with the earlier names that the program's aliases tell.
   * @returns the URNs that have another name now, and what makes the state as it was.
   */
  async takeBackNames(
    part: Config = {},
    rest: Config = {},
  ): Promise<{ renamed: string[]; undo: () => Promise<void> }> {
    const { stack } = await this.open(part, rest);
    const config = Object.entries(await stack.getAllConfig()).map(([key, { value }]) => [key, value]);
    const { registrations } = await runTest({
      stack: this.#cloud,
      config: Object.fromEntries(config) as Record<string, string>,
      program: stackProgram(silent),
    });
    const exported = await stack.exportStack();
    let state = JSON.stringify(exported);
    const typesOf = (urn: string): string => parseUrn(urn).qualifiedType;
    const renamed = registrations.flatMap(({ urn, aliases }) => {
      // The SDKs' own aliases have other types.
      const earlier = aliases.find((alias) => alias !== urn && typesOf(alias) === typesOf(urn));
      return earlier === undefined ? [] : [{ urn, earlier }];
    });
    for (const { urn, earlier } of renamed) {
      // A reference to a provider goes on with its id.
      state = state.replaceAll(`"${urn}"`, `"${earlier}"`).replaceAll(`"${urn}::`, `"${earlier}::`);
    }
    await stack.importStack(JSON.parse(state) as Deployment);
    return { renamed: renamed.map(({ urn }) => urn), undo: () => stack.importStack(exported) };
  }

  async destroy(part: Config = {}, rest: Config = {}): Promise<{ report: StackReport; calls: CloudCall[] }> {
    const opened = await this.open(part, rest);
    return this.#watched(() => destroy(opened));
  }

  /** By URN, what the resources of the state depend on. */
  async dependencies(): Promise<Map<string, string[]>> {
    const resources = await this.#state();
    return new Map(resources.map(({ urn, dependencies = [] }) => [urn, dependencies]));
  }

  /** What is there no longer once another resource is gone, so that its own deletion is not asked for. */
  async goingWithOthers(): Promise<Set<string>> {
    const resources = await this.#state();
    return new Set(resources.flatMap(({ urn, deletedWith }) => (deletedWith ? [urn] : [])));
  }

  async #state(): Promise<StateResource[]> {
    const { stack } = await this.open();
    const { deployment } = (await stack.exportStack()) as {
      deployment: { resources: StateResource[] };
    };
    return deployment.resources;
  }

  /** All calls that changed something so far. */
  calls(): CloudCall[] {
    return this.#plugins.calls();
  }

  async #watched(work: () => Promise<OperationResult>): Promise<{ report: StackReport; calls: CloudCall[] }> {
    const before = this.calls().length;
    const { report } = await work();
    return { report, calls: this.calls().slice(before) };
  }
}
