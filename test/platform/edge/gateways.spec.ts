import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import type { Cloud } from "../../../src/cloud/types.js";
import type { KubernetesObject } from "../../../src/kubernetes/objects.js";
import { Edge } from "../../../src/platform/edge/edge.js";
import { type Listener, planGateways } from "../../../src/platform/edge/listeners.js";
import { planEdge } from "../../../src/platform/edge/plan.js";
import { go } from "../../engine/programs.js";
import { anyCloud, edgeConfig } from "./config.js";

const tls = { email: "ops@example.com" };
const ports = { http: 80, https: 443 };

function site(name: string, ...hosts: string[]) {
  return { name, namespace: name, hosts };
}

const sites = [
  site("campus", "campus.test", "studio.campus.test", "apps.campus.test"),
  site("academy", "academy.test", "studio.academy.test"),
];

function gatewaysOf(edge: object): KubernetesObject[] {
  return planEdge(edgeConfig({ mode: "gateway", ...edge }), anyCloud).sharedObjects(sites);
}

function listenersOf(object: KubernetesObject | undefined): Listener[] {
  return (object?.spec as { listeners: Listener[] }).listeners;
}

describe("planGateways", () => {
  it("gives each host a listener, and all one for plain HTTP", () => {
    const [gateway, ...more] = planGateways(sites, { https: true, ports, wildcards: [] });
    assert.deepEqual(more, []);
    assert.deepEqual(
      gateway?.listeners.map(({ name, hostname, port }) => [name, hostname, port]),
      [
        ["http", undefined, 80],
        ["https-campus-test", "campus.test", 443],
        ["https-studio-campus-test", "studio.campus.test", 443],
        ["https-apps-campus-test", "apps.campus.test", 443],
        ["https-academy-test", "academy.test", 443],
        ["https-studio-academy-test", "studio.academy.test", 443],
      ],
    );
  });

  it("lets hosts below a wildcard share a listener, and a certificate with its domain", () => {
    const [gateway] = planGateways(sites, { https: true, ports, wildcards: ["campus.test"] });
    const secrets = gateway?.listeners.map(({ hostname, tls: ends }) => [
      hostname,
      ends?.certificateRefs?.[0]?.name,
    ]);
    assert.deepEqual(secrets?.slice(1, 4), [
      ["campus.test", "wildcard-campus-test-tls"],
      ["*.campus.test", "wildcard-campus-test-tls"],
      ["academy.test", "academy-test-tls"],
    ]);
    assert.equal(gateway?.hosts["apps.campus.test"], gateway?.hosts["studio.campus.test"]);
  });

  it("fills as few Gateways as hold all hosts, 64 listeners each, and moves none for a further site", () => {
    const many = Array.from({ length: 30 }, (_, index) =>
      site(
        `s${index}`,
        ...["", "studio.", "apps.", "notes.", "files."].map((part) => `${part}s${index}.test`),
      ),
    );
    const settings = { https: true, ports, wildcards: [] };
    const gateways = planGateways(many, settings);
    assert.deepEqual(
      gateways.map(({ name, listeners }) => [name, listeners.length]),
      [
        ["openedx", 64],
        ["openedx-2", 64],
        ["openedx-3", 25],
      ],
    );
    assert.equal(new Set(gateways.flatMap(({ hosts }) => Object.keys(hosts))).size, 150);
    for (const { listeners } of gateways) {
      assert.equal(new Set(listeners.map(({ name }) => name)).size, listeners.length);
    }
    const fewer = planGateways(many.slice(0, -1), settings);
    assert.deepEqual(fewer[0], gateways[0]);
    assert.deepEqual(fewer[1], gateways[1]);
  });

  it("tells hosts apart that differ by a dot and a hyphen", () => {
    const [gateway] = planGateways([site("a", "a-b.test", "a.b.test")], {
      https: true,
      ports,
      wildcards: [],
    });
    assert.equal(new Set(gateway?.listeners.map(({ name }) => name)).size, 3);
  });
});

describe("shared Gateways", () => {
  it("are Traefik's on its entry points' ports, with certificates by annotation and a redirect", () => {
    const [gateway, redirect, ...more] = gatewaysOf({ controller: "traefik", tls });
    assert.deepEqual(more, []);
    assert.deepEqual(gateway?.metadata, {
      name: "openedx",
      namespace: "openedx-edge",
      annotations: { "cert-manager.io/cluster-issuer": "openedx" },
    });
    assert.equal((gateway.spec as { gatewayClassName: string }).gatewayClassName, "traefik");
    assert.deepEqual([...new Set(listenersOf(gateway).map(({ port }) => port))], [8000, 8443]);
    assert.deepEqual(redirect?.spec, {
      parentRefs: [{ name: "openedx", sectionName: "http" }],
      rules: [
        {
          filters: [
            { type: "RequestRedirect", requestRedirect: { scheme: "https", port: 443, statusCode: 301 } },
          ],
        },
      ],
    });
  });

  it("take routes of the sites' namespaces alone", () => {
    for (const { allowedRoutes } of listenersOf(gatewaysOf({ controller: "traefik", tls })[0])) {
      assert.deepEqual(allowedRoutes, {
        namespaces: {
          from: "Selector",
          selector: { matchLabels: { "app.kubernetes.io/part-of": "openedx" } },
        },
      });
    }
  });

  it("have one listener for all hosts where the cloud keeps the certificates", () => {
    const [gatewayClass, settings, gateway] = gatewaysOf({
      controller: "alb",
      tls: { cloudCertificates: ["arn:a", "arn:b"] },
    });
    assert.deepEqual(gatewayClass?.spec, { controllerName: "gateway.k8s.aws/alb" });
    assert.deepEqual((settings?.spec as { listenerConfigurations: unknown }).listenerConfigurations, [
      { protocolPort: "HTTPS:443", defaultCertificate: "arn:a", certificates: ["arn:b"] },
    ]);
    assert.deepEqual(
      listenersOf(gateway).map(({ name, tls: ends }) => [name, ends]),
      [
        ["http", undefined],
        ["https", undefined],
      ],
    );
    const [gke] = gatewaysOf({ controller: "gke", tls: { cloudCertificates: ["one"] } });
    assert.deepEqual(listenersOf(gke)[1]?.tls, {
      mode: "Terminate",
      options: { "networking.gke.io/pre-shared-certs": "one" },
    });
  });

  it("are made of the class that the config names", () => {
    const edge = { gateway: { className: "envoy", ports: { https: 8443 } } };
    const [gateway] = gatewaysOf(edge);
    assert.equal((gateway?.spec as { gatewayClassName: string }).gatewayClassName, "envoy");
    assert.deepEqual(
      listenersOf(gateway).map(({ port }) => port),
      [80, ...Array<number>(5).fill(8443)],
    );
    assert.deepEqual(gateway?.metadata.annotations, {});
  });
});

describe("Edge", () => {
  async function registered(edge: object): Promise<string[]> {
    const config = edgeConfig(edge);
    const { registrations } = await go(() => {
      const provider = new k8s.Provider("cluster", { kubeconfig: "{}" });
      const plan = planEdge(config, anyCloud);
      const made = new Edge("edge", { plan, config: config.edge, cloud: { provider } as Cloud, sites });
      assert.ok(made.ready.length === 0 || made.ready.length >= 3);
    });
    return registrations
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ type, name, dependencies }) => {
        const after = dependencies.map((urn) => urn.split("::").at(-1));
        return `${type.split(":").at(-1)} ${name}${after.length > 0 ? ` after ${after.join(", ")}` : ""}`;
      });
  }

  it("makes the namespace, the Gateways, then what hangs on them", async () => {
    assert.deepEqual(await registered({ mode: "gateway", controller: "traefik", tls }), [
      "Namespace edge-namespace",
      "Gateway edge-gateway-openedx after edge-namespace",
      "HTTPRoute edge-httproute-openedx-redirect after edge-gateway-openedx",
    ]);
  });

  it("makes nothing for Ingresses", async () => {
    assert.deepEqual(await registered({ controller: "traefik", tls }), []);
  });
});
