import assert from "node:assert/strict";
import type { CloudAbilities } from "../../../src/cloud/types.js";
import { prepareInstance } from "../../../src/instance/prepare.js";
import { planEdge } from "../../../src/platform/edge/plan.js";
import type { EdgePlan, Routes } from "../../../src/platform/edge/types.js";
import { campusInput } from "../../instance/campus.js";
import { anyCloud, edgeConfig, ways } from "./config.js";

const hosts = ["campus.test", "studio.campus.test"];
const sites = [{ name: "campus", namespace: "campus", hosts }];
const tls = { email: "ops@example.com" };
const wild = { ...tls, wildcards: ["campus.test"] };

function plan(edge: object, abilities: CloudAbilities = anyCloud): EdgePlan {
  return planEdge(edgeConfig(edge), abilities);
}

function ingress(edge: object): Routes & { kind: "ingress" } {
  const routes = plan(edge).routesFor("campus", hosts, sites);
  assert.ok(routes.kind === "ingress");
  return routes;
}

function gateway(edge: object): Routes & { kind: "gateway" } {
  const routes = plan({ mode: "gateway", ...edge }).routesFor("campus", hosts, sites);
  assert.ok(routes.kind === "gateway");
  return routes;
}

const specOf = (routes: Routes, kind: string): unknown =>
  routes.objects.find((object) => object.kind === kind)?.spec;

describe("Ingresses", () => {
  it("ask cert-manager for a certificate a host", () => {
    for (const controller of ["traefik", "nginx", "appgw", "gke"]) {
      const routes = ingress({ controller, tls });
      assert.equal(routes.annotations["cert-manager.io/cluster-issuer"], "openedx");
      assert.equal(routes.tls, true);
    }
  });

  it("share a wildcard, which is then asked for by itself", () => {
    for (const controller of ["traefik", "nginx", "appgw", "gke"]) {
      const routes = ingress({ controller, tls: { ...wild, wildcards: ["campus.test"] } });
      const secretName = "wildcard-campus-test-tls";
      assert.equal(routes.annotations["cert-manager.io/cluster-issuer"], undefined);
      assert.deepEqual(routes.tls, {
        enabled: true,
        secretNames: { "campus.test": secretName, "studio.campus.test": secretName },
      });
      assert.deepEqual(specOf(routes, "Certificate"), {
        secretName,
        dnsNames: ["campus.test", "*.campus.test"],
        issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: "openedx" },
      });
    }
  });

  it("leave hosts beside a wildcard their own certificates", () => {
    const routes = ingress({
      controller: "traefik",
      tls: { ...tls, wildcards: ["other.test", "campus.test"] },
    });
    assert.equal(routes.objects.length, 1);
    const own = ingress({
      controller: "traefik",
      tls: { ...tls, wildcards: ["test"].map((name) => `a.${name}`) },
    });
    assert.equal(own.tls, true);
  });

  it("are Traefik's on the entry point that people come to", () => {
    assert.deepEqual(ingress({ controller: "traefik", https: false }).annotations, {
      "traefik.ingress.kubernetes.io/router.entrypoints": "web",
    });
    const secure = ingress({ controller: "traefik", tls });
    assert.equal(secure.className, "traefik");
    assert.equal(secure.annotations["traefik.ingress.kubernetes.io/router.entrypoints"], "websecure");
    assert.equal(secure.annotations["traefik.ingress.kubernetes.io/router.tls"], "true");
  });

  it("let large uploads, long requests and WebSockets through NGINX, which takes challenges in place", () => {
    const { className, annotations } = ingress({
      controller: "nginx",
      tls,
      uploadLimit: "1g",
      requestTimeout: 60,
    });
    assert.equal(className, "nginx");
    assert.deepEqual(annotations, {
      "nginx.org/client-max-body-size": "1g",
      "nginx.org/proxy-read-timeout": "60s",
      "nginx.org/proxy-send-timeout": "60s",
      "nginx.org/websocket-services": "caddy",
      "cert-manager.io/cluster-issuer": "openedx",
      "acme.cert-manager.io/http01-edit-in-place": "true",
      "cert-manager.io/issue-temporary-certificate": "true",
    });
  });

  it("share one Application Load Balancer, with certificates of ACM", () => {
    const { annotations, ...routes } = ingress({
      controller: "alb",
      tls: { cloudCertificates: ["arn:a", "arn:b"] },
    });
    assert.equal(routes.tls, false);
    const at = (name: string): string | undefined => annotations[`alb.ingress.kubernetes.io/${name}`];
    assert.equal(at("group.name"), "openedx");
    assert.equal(at("target-type"), "ip");
    assert.equal(at("certificate-arn"), "arn:a,arn:b");
    assert.equal(at("ssl-redirect"), "443");
    assert.equal(at("load-balancer-attributes"), "idle_timeout.timeout_seconds=600");
    const found = ingress({ controller: "alb", requestTimeout: 9000 }).annotations;
    assert.equal(found["alb.ingress.kubernetes.io/certificate-arn"], undefined);
    assert.equal(
      found["alb.ingress.kubernetes.io/load-balancer-attributes"],
      "idle_timeout.timeout_seconds=4000",
    );
    assert.equal(
      ingress({ controller: "alb", https: false }).annotations["alb.ingress.kubernetes.io/ssl-redirect"],
      undefined,
    );
  });

  it("share one entry point of the Application Gateway, and redirect on a second Ingress", () => {
    const routes = ingress({ controller: "appgw", tls });
    assert.equal(routes.annotations["alb.networking.azure.io/alb-frontend"], "openedx");
    assert.deepEqual(
      routes.objects.map(({ kind, metadata }) => `${kind}.${metadata.name}`),
      ["IngressExtension.campus", "IngressExtension.campus-redirect", "Ingress.campus-redirect"],
    );
    assert.deepEqual(specOf(routes, "IngressExtension"), {
      backendSettings: [{ service: "caddy", timeouts: { requestTimeout: "600s" } }],
    });
    const annotations = { "alb.networking.azure.io/alb-id": "/subscriptions/1" };
    const own = ingress({ controller: "appgw", tls, loadBalancer: { annotations } }).annotations;
    assert.equal(own["alb.networking.azure.io/alb-name"], undefined);
    assert.equal(own["alb.networking.azure.io/alb-id"], "/subscriptions/1");
  });

  it("are one for all hosts with GKE, which makes a load balancer of each", () => {
    const routes = ingress({ controller: "gke", tls, requestTimeout: 120 });
    assert.equal(routes.perHost, false);
    assert.equal(routes.className, "");
    assert.equal(routes.annotations["kubernetes.io/ingress.class"], "gce");
    assert.equal(routes.annotations["networking.gke.io/v1beta1.FrontendConfig"], "campus");
    assert.equal(routes.serviceAnnotations["cloud.google.com/backend-config"], '{"default":"campus"}');
    assert.deepEqual(specOf(routes, "BackendConfig"), {
      timeoutSec: 120,
      healthCheck: { type: "HTTP", requestPath: "/", port: 80 },
    });
    assert.deepEqual(specOf(routes, "FrontendConfig"), { redirectToHttps: { enabled: true } });
    const shared = ingress({ controller: "gke", tls: { cloudCertificates: ["one", "two"] } });
    assert.equal(shared.annotations["ingress.gcp.kubernetes.io/pre-shared-cert"], "one,two");
    assert.equal(shared.tls, false);
  });

  it("take what the config says last", () => {
    const edge = { controller: "nginx", tls, ingressClassName: "own" };
    const routes = ingress({ ...edge, ingressAnnotations: { "nginx.org/client-max-body-size": "1m" } });
    assert.equal(routes.className, "own");
    assert.equal(routes.annotations["nginx.org/client-max-body-size"], "1m");
  });
});

describe("HTTPRoutes", () => {
  it("attach each host to a listener of the shared Gateway", () => {
    const { parentRefs, timeouts } = gateway({ controller: "traefik", tls });
    assert.deepEqual(parentRefs["studio.campus.test"], [
      { name: "openedx", namespace: "openedx-edge", sectionName: "https-studio-campus-test" },
    ]);
    assert.deepEqual(timeouts, { request: "600s" });
  });

  it("attach to the plain listener without https", () => {
    const { parentRefs } = gateway({ controller: "traefik", https: false });
    assert.equal(parentRefs["campus.test"]?.[0]?.sectionName, "http");
  });

  it("attach to a Gateway that exists", () => {
    const { parentRefs } = gateway({ gateway: { name: "public", namespace: "infra", sectionName: "tls" } });
    assert.deepEqual(parentRefs["campus.test"], [{ name: "public", namespace: "infra", sectionName: "tls" }]);
    const any = plan({ mode: "gateway", gateway: { name: "public" } });
    assert.deepEqual(any.sharedObjects(sites), []);
  });

  it("leave time limits to where the cloud's controllers look for them", () => {
    const gke = gateway({ controller: "gke", tls });
    assert.deepEqual(gke.timeouts, {});
    assert.deepEqual(specOf(gke, "GCPBackendPolicy"), {
      default: { timeoutSec: 600 },
      targetRef: { group: "", kind: "Service", name: "caddy" },
    });
    assert.ok(specOf(gke, "HealthCheckPolicy"));
    const alb = gateway({ controller: "alb" });
    assert.deepEqual(alb.timeouts, {});
    assert.ok(specOf(alb, "TargetGroupConfiguration"));
  });
});

describe("cert-manager's challenges", () => {
  const solver = (edge: object): unknown => plan({ tls, ...edge }).http01Solver(sites);

  it("come through the same controller", () => {
    assert.deepEqual(solver({ controller: "traefik" }), { ingress: { ingressClassName: "traefik" } });
    assert.deepEqual(solver({ controller: "nginx", ingressClassName: "own" }), {
      ingress: { ingressClassName: "own" },
    });
    assert.deepEqual(solver({ controller: "appgw" }), {
      ingress: {
        ingressClassName: "azure-alb-external",
        ingressTemplate: {
          metadata: {
            annotations: {
              "alb.networking.azure.io/alb-frontend": "openedx",
              "alb.networking.azure.io/alb-name": "openedx",
              "alb.networking.azure.io/alb-namespace": "azure-alb-system",
            },
          },
        },
      },
    });
    assert.deepEqual(solver({ controller: "traefik", mode: "gateway" }), {
      gatewayHTTPRoute: {
        parentRefs: [{ kind: "Gateway", name: "openedx", namespace: "openedx-edge", sectionName: "http" }],
      },
    });
  });
});

describe("an instance's values", () => {
  for (const [controller, mode] of ways) {
    it(`route every host with ${controller}, ${mode}`, () => {
      const input = campusInput();
      const all = ["campus.test", "studio.campus.test", "preview.campus.test", "apps.campus.test"];
      const own = controller === "existing" ? { tls: {}, gateway: { className: "any" } } : { tls };
      const edge = plan({ controller, mode, ...(controller === "alb" ? {} : own) });
      const { app } = prepareInstance({ ...input, edge }, [{ ...sites[0]!, hosts: all }]);
      const routes = mode === "ingress" ? app.ingress : app.httpRoute;
      assert.equal(routes?.enabled, true);
      assert.deepEqual(routes?.hosts, all);
      assert.equal(mode === "ingress" ? app.httpRoute : app.ingress, undefined);
      if (app.httpRoute !== undefined) {
        assert.deepEqual(Object.keys(app.httpRoute.parentRefsByHost), all);
      }
    });
  }

  it("carry the controller's own objects, and annotate Caddy's Service", () => {
    const { app } = prepareInstance({ ...campusInput(), edge: plan({ controller: "gke", tls }) }, []);
    assert.ok(app.manifests["BackendConfig.campus"]);
    const { annotations } = app.manifests["Service.caddy"]?.metadata ?? {};
    assert.equal(annotations?.["cloud.google.com/neg"], '{"ingress": true}');
    assert.deepEqual(app.networkPolicy?.edge.cidrs, ["35.191.0.0/16", "130.211.0.0/22"]);
  });
});
