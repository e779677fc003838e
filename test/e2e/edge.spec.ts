import assert from "node:assert/strict";
import { existingAbilities } from "../../providers/existing/abilities.js";
import type { StackConfig } from "../../src/stack/load.js";
import { planServices } from "../../src/data/plan.js";
import { collectInstances } from "../../src/instance/render/collect.js";
import type { PreparedInstance } from "../../src/instance/render/prepare.js";
import { helmValues } from "../../src/kubernetes/manifest.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { controllers } from "../../src/platform/edge/controllers/all.js";
import type { Listener } from "../../src/platform/edge/listeners.js";
import { planEdge } from "../../src/platform/edge/plan.js";
import type { EdgePlan, ParentRef } from "../../src/platform/edge/types.js";
import { silent } from "../../src/workspace/progress.js";
import { run, runChecked } from "../../src/workspace/run.js";
import { chartFolder } from "../charts/instanceChart.js";
import { anyCloud, type Controller, edgeConfig, type Mode, ways } from "../platform/edge/config.js";
import { edgeDefinitions } from "./support/edgeDefinitions.js";
import { TestStack } from "./support/testStack.js";

const certificates: Record<string, object> = {
  "a certificate a host": { email: "ops@example.com" },
  wildcards: { email: "ops@example.com", wildcards: ["campus.example.com", "academy.example.org"] },
};

function configOf(controller: Controller, mode: Mode, tls: object, namespace: string): StackConfig {
  const own = mode === "gateway" && controller === "existing" ? { className: "any" } : {};
  const readsSecrets = controllers[controller].readsSecrets;
  const edge = {
    mode,
    controller,
    gateway: { namespace, ...own },
    ...(readsSecrets && { tls: controller === "existing" ? { issuer: "dns01", ...tls } : tls }),
  };
  return edgeConfig(edge, "campus", "academy");
}

describe("the API server takes routes for every host of campus and academy", () => {
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.start("edge");
    await apply(edgeDefinitions);
    await kubectl("wait", "--for=condition=Established", "customresourcedefinitions", "--all");
  });
  after(() => stack.stop());

  function kubectl(...args: string[]): Promise<string> {
    return runChecked(stack.kubectlPath, [`--kubeconfig=${stack.sandbox.kubeconfig}`, ...args]).then(
      ({ stdout }) => stdout,
    );
  }

  /** Unknown fields are errors, of built-in kinds as of the test's own. */
  async function apply(objects: readonly object[] | string, ...more: string[]): Promise<void> {
    const input =
      typeof objects === "string"
        ? objects
        : JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    const args = [`--kubeconfig=${stack.sandbox.kubeconfig}`, "apply", "--server-side", "--validate=strict"];
    const { code, stderr } = await run(stack.kubectlPath, [...args, ...more, "--filename=-"], {
      input,
    });
    assert.equal(code, 0, stderr);
  }

  async function list(kind: string, namespace: string): Promise<KubernetesObject[]> {
    const text = await kubectl("get", kind, `--namespace=${namespace}`, "--output=json");
    return (JSON.parse(text) as { items: KubernetesObject[] }).items;
  }

  /** The routes of the instance as the chart makes them, without the workloads behind. */
  async function routesOf({ input, app }: PreparedInstance, namespace: string): Promise<string> {
    const workloads = new Set(["Deployment", "StatefulSet", "PersistentVolumeClaim", "Job", "CronJob"]);
    const manifests = Object.fromEntries(
      Object.entries(app.manifests)
        .filter(([, { kind }]) => !workloads.has(kind))
        .map(([key, object]) => [key, inside(object)]),
    );
    const args = ["template", input.source.name, chartFolder, "--kube-version=1.33.0", "--values=-"];
    const { stdout } = await runChecked(stack.helmPath, [...args, `--namespace=${namespace}`], {
      input: helmValues({ ...app, podDisruptionBudgets: {}, manifests }),
    });
    return stdout;
  }

  for (const [index, [controller, mode]] of ways.entries()) {
    for (const [how, tls] of Object.entries(certificates)) {
      it(`${controller}, ${mode}, ${how}`, async () => {
        // Namespaces of its own each time: their removal would take seconds.
        const suffix = `${index}-${how.split(" ").at(-1)}`;
        const namespace = `edge-${suffix}`;
        const config = configOf(controller, mode, tls, namespace);
        const edge = planEdge(config, anyCloud);
        const { sites, instances: prepared } = await collectInstances(config, {
          edge,
          services: planServices(config, existingAbilities),
          kubectl: () => Promise.resolve(stack.kubectlPath),
          progress: silent,
        });
        const roomOf = ({ input }: PreparedInstance): string => `${input.source.name}-${suffix}`;
        await apply([namespace, ...prepared.map(roomOf)].map(room));
        const shared = edge.sharedObjects(sites);
        if (shared.length > 0) {
          await apply(shared);
        }
        const gateways = await list("gateways.gateway.networking.k8s.io", namespace);
        for (const instance of prepared) {
          await apply(await routesOf(instance, roomOf(instance)), `--namespace=${roomOf(instance)}`);
          assert.ok(instance.input.render.hosts.public.length >= 5);
          const routed =
            mode === "ingress"
              ? ingressHosts(await list("ingresses", roomOf(instance)), edge, instance)
              : attachedHosts(await list("httproutes", roomOf(instance)), gateways, edge, namespace);
          assert.deepEqual(routed.sort(), [...instance.input.render.hosts.public].sort());
        }
      });
    }
  }

  it("refuses what the Gateway API does not allow", async () => {
    const listener = { protocol: "HTTP", port: 80 };
    const gateway = (listeners: object[]): object => ({
      apiVersion: "gateway.networking.k8s.io/v1",
      kind: "Gateway",
      metadata: { name: "wrong" },
      spec: { gatewayClassName: "any", listeners },
    });
    const many = Array.from({ length: 65 }, (_, index) => ({
      ...listener,
      name: `l${index}`,
      hostname: `${index}.test`,
    }));
    await assert.rejects(apply([gateway(many)]), /must have at most 64 items/);
    await assert.rejects(
      apply([gateway([{ ...listener, name: "l", hostname: "https://a" }])]),
      /should match/,
    );
    await assert.rejects(apply([gateway([{ ...listener, name: "l", hosts: [] }])]), /hosts/);
    await assert.rejects(
      apply([gateway([{ ...listener, name: "l", protocol: "HTTPS", tls: { mode: "Terminate" } }])]),
      /certificateRefs or options/,
    );
    await apply([gateway([{ ...listener, name: "l" }])]);
  });
});

function room(name: string): object {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, labels: { "app.kubernetes.io/part-of": "openedx" } },
  };
}

/** Names of objects that come with the binding are not there yet; routes have none. */
function inside({ metadata: { namespace: _, ...metadata }, ...object }: KubernetesObject): object {
  return { ...object, metadata };
}

/** Hosts that an Ingress of the right class routes to Caddy; Azure's redirects apart, which have no TLS. */
function ingressHosts(ingresses: KubernetesObject[], edge: EdgePlan, { input }: PreparedInstance): string[] {
  return ingresses
    .filter(({ metadata }) => metadata.name !== `${input.source.name}-redirect`)
    .flatMap(({ spec, metadata }) => {
      const {
        ingressClassName = "",
        tls = [],
        rules,
      } = spec as {
        ingressClassName?: string;
        tls?: { hosts: string[]; secretName: string }[];
        rules: { host: string; http: { paths: { backend: { service: { name: string } } }[] } }[];
      };
      assert.equal(ingressClassName, controllers[edge.controller].ingress.className);
      const hosts = rules.map(({ host }) => host);
      assert.ok(rules.every(({ http }) => http.paths[0]?.backend.service.name === "caddy"));
      if (controllers[edge.controller].readsSecrets) {
        assert.deepEqual(
          tls.flatMap((each) => each.hosts),
          hosts,
          metadata.name,
        );
      }
      return hosts;
    });
}

/** Hosts that an HTTPRoute brings to a listener which is there, takes the host, and ends TLS for it. */
function attachedHosts(
  routes: KubernetesObject[],
  gateways: KubernetesObject[],
  edge: EdgePlan,
  namespace: string,
): string[] {
  return routes.flatMap(({ spec }) => {
    const { parentRefs, hostnames } = spec as { parentRefs: ParentRef[]; hostnames: string[] };
    const [host, ...more] = hostnames;
    assert.ok(host !== undefined && more.length === 0);
    for (const { name, namespace: where, sectionName } of parentRefs) {
      assert.equal(where, namespace);
      const { listeners } = gateways.find(({ metadata }) => metadata.name === name)?.spec as {
        listeners: Listener[];
      };
      const listener = listeners.find((each) => each.name === sectionName);
      assert.equal(listener?.protocol, "HTTPS", `${host}: ${edge.controller} has no listener ${sectionName}`);
      const pattern: string = listener.hostname ?? host;
      assert.ok(pattern === host || pattern === `*.${host.slice(host.indexOf(".") + 1)}`);
    }
    return parentRefs.length > 0 ? [host] : [];
  });
}
