import assert from "node:assert/strict";
import { existingAbilities } from "../../../providers/existing/abilities.js";
import { planEdge } from "../../../src/platform/edge/plan.js";
import { UserError } from "../../../src/workspace/errors.js";
import { anyCloud, edgeConfig, ways } from "./config.js";

const acme = { email: "ops@example.com" };

describe("planEdge refuses", () => {
  const cases: [what: string, edge: object, message: RegExp][] = [
    [
      "a controller that the cloud lacks",
      { controller: "alb" },
      /openedx:edge\.controller: alb needs a cloud that/,
    ],
    [
      "Gateways of a controller that serves none",
      { controller: "nginx", mode: "gateway", tls: acme },
      /openedx:edge\.mode: nginx serves no Gateways; choose ingress/,
    ],
    [
      "ACME without an address",
      { controller: "traefik" },
      /openedx:edge\.tls\.email: is not set; http01 needs/,
    ],
    [
      "DNS-01 without a zone",
      { controller: "traefik", tls: { ...acme, issuer: "dns01" } },
      /openedx:edge\.tls\.issuer: dns01 needs a DNS zone/,
    ],
    [
      "wildcards by HTTP-01",
      { controller: "traefik", tls: { ...acme, issuer: "http01", wildcards: ["example.com"] } },
      /openedx:edge\.tls\.wildcards: no authority gives wildcards for http01/,
    ],
    [
      "an issuer that exists without its name",
      { controller: "traefik", tls: { issuer: "existing" } },
      /openedx:edge\.tls\.clusterIssuer: is not set/,
    ],
    [
      "an issuer where nobody asks for https",
      { controller: "traefik", https: false, tls: { issuer: "self-signed" } },
      /openedx:edge\.tls\.issuer: self-signed makes certificates that nobody asks for/,
    ],
    [
      "wildcards where nobody asks for https",
      { https: false, tls: { wildcards: ["example.com"] } },
      /openedx:edge\.tls\.wildcards: there are no certificates while https is false/,
    ],
    [
      "certificates of a cloud for a controller that reads Secrets",
      { controller: "traefik", tls: { cloudCertificates: ["arn:aws:acm:1"] } },
      /openedx:edge\.tls\.cloudCertificates: traefik reads certificates from Secrets only/,
    ],
    [
      "neither a Gateway that exists nor a class for one",
      { mode: "gateway" },
      /openedx:edge\.gateway: set `name` for a Gateway that exists, or `className`/,
    ],
    [
      "a Gateway that exists under a controller of the stack's",
      { mode: "gateway", controller: "traefik", tls: acme, gateway: { name: "public" } },
      /openedx:edge\.gateway\.name: a Gateway that exists needs `controller: existing`/,
    ],
    [
      "certificates for a Gateway that exists",
      { mode: "gateway", gateway: { name: "public" }, tls: { issuer: "existing", clusterIssuer: "le" } },
      /openedx:edge\.tls\.issuer: existing: certificates belong to the Gateway "public"/,
    ],
    [
      "a Gateway for Ingresses",
      { gateway: { name: "public" } },
      /openedx:edge\.gateway\.name: has no effect/,
    ],
    [
      "a listener of no Gateway",
      { mode: "gateway", gateway: { className: "any", sectionName: "https" } },
      /openedx:edge\.gateway\.sectionName: belongs to a Gateway that exists/,
    ],
    [
      "settings of Ingresses for Gateways",
      {
        mode: "gateway",
        gateway: { className: "any" },
        ingressClassName: "a",
        ingressAnnotations: { a: "b" },
      },
      /openedx:edge\.ingressClassName: there are no Ingresses.*\n.*openedx:edge\.ingressAnnotations: /,
    ],
    [
      "networks for pods",
      { loadBalancer: { cidrs: ["10.0.0.0/8"] } },
      /edge\.loadBalancer\.cidrs: existing sends/,
    ],
  ];
  for (const [what, edge, message] of cases) {
    it(what, () => {
      assert.throws(
        () => planEdge(edgeConfig(edge), existingAbilities),
        (error) => error instanceof UserError && message.test(error.message),
      );
    });
  }

  it("what only a cloud's controller can be told wrong", () => {
    const refused = (edge: object, message: RegExp): void =>
      assert.throws(() => planEdge(edgeConfig(edge), anyCloud), { message });
    refused({ controller: "alb", tls: { ...acme, issuer: "http01" } }, /alb takes certificates of ACM only/);
    refused(
      { controller: "gke", tls: acme, controllerNamespace: "gke" },
      /edge\.controllerNamespace: gke sends/,
    );
    refused(
      { controller: "gke", tls: { ...acme, issuer: "http01", cloudCertificates: ["one"] } },
      /edge\.tls\.cloudCertificates: rule out an issuer/,
    );
    const gateways = { controller: "gke", mode: "gateway", tls: { ...acme, issuer: "http01" } };
    refused(
      gateways,
      /edge\.tls\.issuer: http01: gke takes no Gateway with a certificate that is still missing/,
    );
    assert.throws(() => planEdge(edgeConfig({ ...gateways, tls: acme }), { ...anyCloud, dns: false }), {
      message:
        /dns01 needs a DNS zone of the cloud, which is not there; .*, use existing with a ClusterIssuer/,
    });
  });

  it("more certificates than a load balancer takes, and takes as many by wildcards", () => {
    const hosts = Array.from({ length: 16 }, (_, index) => `h${index}.example.com`);
    const sites = [
      { name: "campus", namespace: "campus", hosts: hosts.slice(0, 8) },
      { name: "academy", namespace: "academy", hosts: hosts.slice(8) },
    ];
    const routes = (mode: string, own: string[], wildcards: string[] = []) =>
      planEdge(edgeConfig({ controller: "gke", mode, tls: { ...acme, wildcards } }), anyCloud).routesFor(
        "campus",
        own,
        sites,
      );
    const message =
      /edge\.tls\.wildcards: a load balancer of gke takes 15 certificates, and the hosts need 16/;
    assert.throws(() => routes("ingress", hosts), { message });
    assert.throws(() => routes("gateway", hosts.slice(0, 8)), { message });
    assert.ok(routes("ingress", hosts.slice(0, 8)));
    assert.ok(routes("gateway", hosts.slice(0, 8), ["example.com"]));
  });

  it("all faults at once, and says which there are to choose from", () => {
    const edge = { controller: "appgw", tls: { issuer: "dns01" } };
    assert.throws(() => planEdge(edgeConfig(edge), existingAbilities), {
      message:
        "The config in stacks/Pulumi.test.yaml is wrong:\n" +
        "  - openedx:edge.controller: appgw needs a cloud that brings it; here there are traefik, nginx, existing\n" +
        "  - openedx:edge.tls.email: is not set; dns01 needs an address for the certificates' authority\n" +
        "  - openedx:edge.tls.issuer: dns01 needs a DNS zone of the cloud, which is not there; name it (dns.zone of its part), use http01, or existing " +
        "with a ClusterIssuer",
    });
  });

  it("a wildcard host when each host is asked for its certificate", () => {
    const plan = planEdge(edgeConfig({ controller: "traefik", tls: acme }), existingAbilities);
    assert.throws(() => plan.routesFor("campus", ["*.campus.test"], []), {
      message: /instance campus: no authority gives a certificate for \*\.campus\.test by http01/,
    });
  });
});

describe("planEdge", () => {
  it("changes the controller by one word", () => {
    for (const [controller, mode] of ways.filter(([name]) => name !== "existing")) {
      const plan = planEdge(edgeConfig({ controller, mode, tls: acme }), anyCloud);
      assert.equal(plan.controller, controller);
      // GKE takes no Gateway while a certificate is missing, and so none that the host would be asked for.
      const byHost = controller === "gke" && mode === "gateway" ? "dns01" : "http01";
      assert.equal(plan.issuer.kind, controller === "alb" ? "none" : byHost);
    }
  });

  const issuers: [edge: object, issuer: object][] = [
    [{}, { kind: "none" }],
    [{ controller: "traefik", https: false }, { kind: "none" }],
    [
      { controller: "traefik", tls: acme },
      { kind: "http01", name: "openedx" },
    ],
    [
      { controller: "traefik", tls: { ...acme, wildcards: ["a.test"] } },
      { kind: "dns01", name: "openedx" },
    ],
    [{ controller: "gke", tls: { cloudCertificates: ["one"] } }, { kind: "none" }],
    [{ tls: { issuer: "existing", clusterIssuer: "le" } }, { kind: "existing", name: "le" }],
  ];
  for (const [edge, issuer] of issuers) {
    it(`takes ${JSON.stringify(edge)} for issuer ${JSON.stringify(issuer)}`, () => {
      assert.deepEqual(planEdge(edgeConfig(edge), anyCloud).issuer, issuer);
    });
  }

  it("lets the controller's namespace reach the sites, wherever it is", () => {
    const namespaceOf = (edge: object, addons = {}): string | undefined => {
      const config = edgeConfig(edge);
      return planEdge({ ...config, platform: { addons } }, anyCloud).controllerNamespace;
    };
    assert.equal(namespaceOf({ https: false }), undefined);
    assert.equal(namespaceOf({ controller: "traefik", tls: acme }), "traefik");
    assert.equal(
      namespaceOf({ controller: "traefik", tls: acme }, { traefik: { namespace: "edge", values: {} } }),
      "edge",
    );
    assert.equal(namespaceOf({ controller: "traefik", tls: acme, controllerNamespace: "own" }), "own");
    assert.equal(namespaceOf({ controller: "gke", tls: acme }), undefined);
  });

  it("lets the networks of a load balancer outside the cluster reach them", () => {
    const cidrsOf = (edge: object): readonly string[] =>
      planEdge(edgeConfig(edge), { ...anyCloud, loadBalancerCidrs: ["10.1.0.0/16"] }).trafficCidrs;
    assert.deepEqual(cidrsOf({ controller: "traefik", tls: acme }), []);
    assert.deepEqual(cidrsOf({ controller: "alb" }), ["10.1.0.0/16"]);
    assert.deepEqual(cidrsOf({ controller: "gke", tls: acme }), [
      "35.191.0.0/16",
      "130.211.0.0/22",
      "10.1.0.0/16",
    ]);
    assert.deepEqual(cidrsOf({ controller: "alb", loadBalancer: { cidrs: ["10.2.0.0/16"] } }), [
      "10.2.0.0/16",
    ]);
  });
});
