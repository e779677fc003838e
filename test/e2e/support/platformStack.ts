import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { openCloud } from "../../../src/stack/selectCloud.js";
import { loadConfig } from "../../../src/stack/load.js";
import { planStack } from "../../../src/stack/plan.js";
import type { StackReport } from "../../../src/automation/index.js";
import { bringCharts } from "../../../src/charts/bring.js";
import { chartReference } from "../../../src/platform/chartSource.js";
import { Platform } from "../../../src/platform/platform.js";
import { createToolchain } from "../../../src/toolchain/toolchain.js";
import { silent } from "../../../src/workspace/progress.js";
import { OwnCache } from "./ownCache.js";
import { TestStack } from "./testStack.js";

/** The platform of the stack's config, with no site on it. */
async function platformProgram(): Promise<unknown> {
  const config = loadConfig();
  const opened = await openCloud(config);
  const plan = planStack(config, opened);
  await bringCharts(
    plan.charts.map((name) => chartReference(name, config)),
    createToolchain({ progress: silent }).helm,
  );
  const cloud = await opened.create("openedx", {});
  const secretProviders = [new random.Provider("openedx-random"), new tls.Provider("openedx-tls")];
  const args = { plan: plan.addOns, about: { ...plan, sites: [] }, cloud, secretProviders };
  return { addOns: new Platform("platform", args).addOns };
}

/** The platform on a sandbox of the test's own, with a cache of its own: stand-ins must not outlive the test. */
export class PlatformStack {
  readonly stack: TestStack;
  readonly #cache: OwnCache;

  private constructor(stack: TestStack, cache: OwnCache) {
    this.stack = stack;
    this.#cache = cache;
  }

  static async start(name: string): Promise<PlatformStack> {
    const cache = new OwnCache("tools");
    return new PlatformStack(await TestStack.start(name), cache);
  }

  async stop(): Promise<void> {
    await this.stack.stop();
    this.#cache.remove();
  }

  /** Brings the platform to what `config`, below `openedx:`, says. */
  up(config: Record<string, unknown>): Promise<StackReport> {
    return this.stack.up({ instances: {}, config, program: platformProgram });
  }

  /** URNs in the state, after `change` was made to its text. */
  async state(config: Record<string, unknown>, change?: (text: string) => string): Promise<string[]> {
    const { stack } = await this.stack.open({ instances: {}, config, program: platformProgram });
    const exported = await stack.exportStack();
    const state =
      change === undefined ? exported : (JSON.parse(change(JSON.stringify(exported))) as Deployment);
    if (change !== undefined) {
      await stack.importStack(state);
    }
    const { resources } = state.deployment as { resources: { urn: string }[] };
    return resources.map(({ urn }) => urn).sort();
  }

  async kubectl(...args: string[]): Promise<string> {
    return (await this.stack.kubectl(...args)).stdout.trim();
  }

  /** Whether an object is there. */
  async has(kind: string, name: string, namespace = "default"): Promise<boolean> {
    const found = await this.kubectl(
      "get",
      kind,
      name,
      `-n=${namespace}`,
      "--ignore-not-found",
      "--output=name",
    );
    return found !== "";
  }

  /** Chart and values of a stand-in's release, as the cluster has them. */
  async release(name: string, namespace = name): Promise<{ chart: string; values: Record<string, unknown> }> {
    const text = await this.kubectl("get", "configmap", `${name}-values`, `-n=${namespace}`, "--output=json");
    const { data } = JSON.parse(text) as { data: { chart: string; values: string } };
    return { chart: data.chart, values: JSON.parse(data.values) as Record<string, unknown> };
  }

  /** Revision and state of all releases, by name. */
  async releases(): Promise<Record<string, { revision: string; status: string }>> {
    const { stdout } = await this.stack.helm("list", "--all-namespaces", "--all", "--output=json");
    const list = JSON.parse(stdout) as { name: string; revision: string; status: string }[];
    return Object.fromEntries(list.map(({ name, revision, status }) => [name, { revision, status }]));
  }

  /** When a release's Deployment was made, and when it became ready; milliseconds. */
  async times(name: string, namespace = name): Promise<{ made: number; ready: number }> {
    const text = await this.kubectl("get", "deployment", name, `-n=${namespace}`, "--output=json");
    const { metadata, status } = JSON.parse(text) as {
      metadata: { creationTimestamp: string };
      status: { conditions: { type: string; lastTransitionTime: string }[] };
    };
    const ready = status.conditions.find(({ type }) => type === "Available");
    return {
      made: Date.parse(metadata.creationTimestamp),
      ready: Date.parse(ready?.lastTransitionTime ?? ""),
    };
  }
}
