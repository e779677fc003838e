import assert from "node:assert/strict";
import { plain } from "../instance/stack.js";
import {
  at,
  deployPlatform,
  dependenciesOf,
  type Given,
  namesOn,
  ofType,
  planned,
  valuesOf,
} from "./stack.js";

const edge = { controller: "traefik", tls: { email: "ops@example.com" } };
const clusterDomain = "k8s.example.com";

function harmonyWith(
  values: Record<string, unknown> = { clusterDomain },
  config: Record<string, unknown> = {},
): Given {
  const { addons = {}, ...rest } = config as { addons?: Record<string, unknown> };
  return {
    config: { edge, ...rest, platform: { addons: { harmony: { state: "on", values }, ...addons } } },
  };
}

describe("harmony", () => {
  it("has the parts off that do not work, and its domain set", () => {
    assert.deepEqual(valuesOf("harmony", harmonyWith()), {
      clusterDomain,
      notificationEmail: "ops@example.com",
      "ingress-nginx": { enabled: false },
      traefik: { enabled: false },
      "cert-manager": { enabled: false },
    });
  });

  it("comes after the stack's own cert-manager and controller", () => {
    assert.deepEqual(namesOn(harmonyWith()), ["cert-manager", "traefik", "harmony"]);
  });

  it("finds the stack's issuer under the name that its Tutor plugin asks for", async () => {
    const result = await deployPlatform(harmonyWith());
    const issuers = ofType(result, ":cert-manager.io/v1:ClusterIssuer").map(
      ({ inputs }) => plain(inputs) as { metadata: { name: string }; spec: { acme: unknown } },
    );
    assert.deepEqual(issuers.map(({ metadata }) => metadata.name).sort(), [
      "harmony-letsencrypt-global",
      "openedx",
    ]);
    assert.deepEqual(issuers[0]?.spec, issuers[1]?.spec, "one account, one solver");
    assert.equal(at(issuers[0], "spec.acme.solvers.0.http01.ingress.ingressClassName"), "traefik");
    assert.deepEqual(dependenciesOf(result, ":ClusterIssuer", "harmony-letsencrypt-global-issuer"), [
      "harmony",
    ]);
  });

  const refused: { what: string; given: Given; says: RegExp }[] = [
    {
      what: "no domain",
      given: harmonyWith({}),
      says: /addons\.harmony: values\.clusterDomain is not set; name/,
    },
    {
      what: "the domain that its templates break on",
      given: harmonyWith({ clusterDomain: "*" }),
      says: /values\.clusterDomain is not set/,
    },
    {
      what: "Gateways",
      given: harmonyWith(undefined, { edge: { ...edge, mode: "gateway" } }),
      says: /its Tutor plugin writes Ingresses, and openedx:edge\.mode is gateway; set that to ingress/,
    },
    {
      what: "no issuer",
      given: harmonyWith(undefined, { edge: { controller: "traefik", https: false } }),
      says: /ClusterIssuer harmony-letsencrypt-global .* comes to none; set that to http01 or dns01/,
    },
    {
      what: "a cloud's controller",
      given: {
        ...harmonyWith(undefined, { edge: { controller: "gke", tls: { email: "a@example.com" } } }),
        abilities: { edgeControllers: ["gke"] },
      },
      says: /openedx:edge\.controller is gke; set that to traefik/,
    },
    {
      what: "its own Traefik, which its schema turns away",
      given: harmonyWith({ clusterDomain, traefik: { enabled: true } }),
      says: /values\.traefik\.enabled: Harmony's traefik is turned away by its own schema; set openedx:edge\.controller/,
    },
    {
      what: "its own cert-manager, whose issuer nobody serves",
      given: harmonyWith({ clusterDomain, "cert-manager": { enabled: true } }),
      says: /values\.cert-manager\.enabled: Harmony's cert-manager makes an issuer that no controller serves/,
    },
    {
      what: "its retired NGINX",
      given: harmonyWith({ clusterDomain, "ingress-nginx": { enabled: true } }),
      says: /values\.ingress-nginx\.enabled: Harmony's ingress-nginx is retired/,
    },
    {
      what: "its Karpenter, of APIs that are gone",
      given: harmonyWith({ clusterDomain, karpenter: { enabled: true } }),
      says: /values\.karpenter\.enabled: .* no longer has/,
    },
    {
      what: "a second owner of what a cluster has once",
      given: harmonyWith(
        { clusterDomain, metricsserver: { enabled: true } },
        { addons: { "metrics-server": "existing" } },
      ),
      says: /values\.metricsserver\.enabled: openedx:platform\.addons\.metrics-server is there too; switch one of them off/,
    },
  ];
  for (const { what, given, says } of refused) {
    it(`is refused with ${what}, and says what to do`, () => {
      assert.throws(() => planned(given), says);
    });
  }

  it("may bring a part that nobody else does", () => {
    assert.ok(namesOn(harmonyWith({ clusterDomain, metricsserver: { enabled: true } })).includes("harmony"));
  });

  it("is left out with cert-manager where no container runs", () => {
    const { leftOut } = planned(harmonyWith(), { podsRun: false });
    assert.match(leftOut.find(({ name }) => name === "harmony")?.why ?? "", /needs cert-manager/);
  });
});
