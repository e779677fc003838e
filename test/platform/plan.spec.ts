import assert from "node:assert/strict";
import { describeIssues } from "../../src/stack/issues.js";
import { addOnNames } from "../../src/config/platform.js";
import { configSchema } from "../../src/stack/schema.js";
import { catalogue } from "../../src/platform/catalogue.js";
import { charts } from "../../src/platform/charts.js";
import { inOrder, waitsFor } from "../../src/platform/order.js";
import { aboutStack, type Given, namesOn, planned } from "./stack.js";

const addons = (states: Record<string, unknown>): Record<string, unknown> => ({
  platform: { addons: states },
});
const aws: Given["abilities"] = {
  edgeControllers: ["alb"],
  needs: ["karpenter"],
  dns: true,
  workloadIdentity: true,
};

/** What a person reads who wrote this under `openedx:platform.addons`. */
function configFaults(states: Record<string, unknown>): string {
  const raw = { cloud: "existing", instances: {}, ...addons(states) };
  const parsed = configSchema.safeParse(raw);
  return parsed.success ? "" : describeIssues("f", "openedx:", raw, parsed.error.issues).message;
}

describe("which add-ons are on", () => {
  it("is none, where the config asks for none and nothing needs one", () => {
    assert.deepEqual(planned({}), { on: [], existing: [], namespaces: {}, completed: [], leftOut: [] });
  });

  const cases: { what: string; given: Given; on: string[] }[] = [
    {
      what: "those that the config says",
      given: { config: addons({ keda: "on", vector: true }) },
      on: ["keda", "vector"],
    },
    {
      what: "the edge's controller and the issuer's cert-manager",
      given: { config: { edge: { controller: "traefik", tls: { email: "a@example.com" } } } },
      on: ["cert-manager", "traefik"],
    },
    {
      what: "what these require: the Gateway API before whom it serves",
      given: {
        config: { edge: { controller: "traefik", mode: "gateway", tls: { email: "a@example.com" } } },
      },
      on: ["gateway-api", "cert-manager", "traefik"],
    },
    {
      what: "what a required one requires",
      given: { config: addons({ "kube-prometheus-stack": "on" }) },
      on: ["prometheus-operator-crds", "kube-prometheus-stack"],
    },
    {
      what: "a cloud's controller, what the cloud cannot do without, and external-dns where it has a zone",
      given: { abilities: aws, config: { edge: { controller: "alb" } } },
      on: ["aws-load-balancer-controller", "karpenter", "external-dns"],
    },
    {
      what: "not what the cluster brings",
      given: {
        abilities: { builtIn: ["metrics-server", "gateway-api"] },
        config: { edge: { controller: "traefik", mode: "gateway", tls: { issuer: "none" } } },
      },
      on: ["traefik"],
    },
    {
      what: "what the cluster brings and the config wants anew",
      given: { abilities: { builtIn: ["metrics-server"] }, config: addons({ "metrics-server": "on" }) },
      on: ["metrics-server"],
    },
    {
      what: "not what the cluster has",
      given: {
        config: { edge: { controller: "traefik", https: false }, ...addons({ traefik: "existing" }) },
      },
      on: [],
    },
  ];
  for (const { what, given, on } of cases) {
    it(`is ${what}`, () => assert.deepEqual(namesOn(given), on));
  }

  it("says what the cluster has: with a Gateway controller that exists, the Gateway API too", () => {
    const edge = { controller: "existing", mode: "gateway", gateway: { name: "web", namespace: "edge" } };
    const { existing, on } = planned({ config: { edge, ...addons({ "cert-manager": "existing" }) } });
    assert.deepEqual([existing, on], [["gateway-api", "cert-manager"], []]);
  });
});

describe("a platform that cannot be made", () => {
  const cases: { what: string; given: Given; says: RegExp }[] = [
    {
      what: "an edge controller that is switched off",
      given: { config: { edge: { controller: "traefik", https: false }, ...addons({ traefik: "off" }) } },
      says: /openedx:platform\.addons\.traefik: it is off, but openedx:edge\.controller needs it; leave it out, or say `existing`/,
    },
    {
      what: "an issuer without cert-manager",
      given: {
        config: {
          edge: { controller: "existing", tls: { issuer: "self-signed" } },
          ...addons({ "cert-manager": false }),
        },
      },
      says: /addons\.cert-manager: it is off, but openedx:edge\.tls\.issuer needs it/,
    },
    {
      what: "an add-on without what it requires",
      given: { config: addons({ "kube-prometheus-stack": "on", "prometheus-operator-crds": "off" }) },
      says: /addons\.prometheus-operator-crds: it is off, but kube-prometheus-stack needs it/,
    },
    {
      what: "settings of an add-on that is off",
      given: { config: addons({ keda: { version: "2.20.1", values: { a: 1 } } }) },
      says: /addons\.keda: version, values would have no effect, as the add-on is off; say `state: on`/,
    },
    {
      what: "settings of an add-on that exists",
      given: { config: addons({ keda: { state: "existing", namespace: "scaling", version: "2.20.1" } }) },
      says: /addons\.keda: version would have no effect, as the add-on is existing/,
    },
    {
      what: "two that scale nodes",
      given: { abilities: aws, config: addons({ karpenter: "on", "cluster-autoscaler": "on" }) },
      says: /addons\.karpenter and cluster-autoscaler: both would add and remove the cluster's nodes/,
    },
    {
      what: "two that collect logs",
      given: { config: addons({ vector: "on", alloy: "on" }) },
      says: /addons\.vector and alloy: both would collect every line/,
    },
    {
      what: "a site's namespace",
      given: { config: addons({ keda: { state: "on", namespace: "campus" } }) },
      says: /addons\.keda\.namespace: campus is that of the instance campus; choose another/,
    },
    {
      what: "the data services' namespace",
      given: { config: addons({ keda: { state: "on", namespace: "openedx-data" } }) },
      says: /addons\.keda\.namespace: openedx-data is that of openedx:services\.namespace/,
    },
    {
      what: "the Gateways' namespace",
      given: {
        config: {
          edge: {
            controller: "traefik",
            mode: "gateway",
            tls: { issuer: "none" },
            gateway: { namespace: "web" },
          },
          ...addons({ traefik: { state: "on", namespace: "web" } }),
        },
      },
      says: /addons\.traefik\.namespace: web is that of openedx:edge\.gateway\.namespace/,
    },
    {
      what: "another cloud's controller",
      given: { config: addons({ "aws-load-balancer-controller": "on" }) },
      says: /addons\.aws-load-balancer-controller: it works on AWS only/,
    },
    {
      what: "external-dns without a zone or a provider",
      given: { config: addons({ "external-dns": "on" }) },
      says: /addons\.external-dns: the cloud has no DNS zone: say in `values` which `provider`/,
    },
  ];
  for (const { what, given, says } of cases) {
    it(`is refused for ${what}`, () => assert.throws(() => planned(given), says));
  }

  it("is refused for all its faults at once", () => {
    const given = { config: addons({ vector: "on", alloy: "on", keda: { namespace: "x" } }) };
    assert.throws(() => planned(given), /stacks\/Pulumi\.test\.yaml[^]*keda[^]*vector/);
  });
});

describe("what the config may say of an add-on", () => {
  const bad: { what: string; states: Record<string, unknown>; says: RegExp }[] = [
    {
      what: "a misspelt one",
      states: { treafik: "on" },
      says: /openedx:platform\.addons\.treafik: unknown key; did you mean "traefik"\?/,
    },
    {
      what: "a misspelt key of one",
      states: { traefik: { verison: "1.2.3" } },
      says: /openedx:platform\.addons\.traefik\.verison: unknown key; did you mean "version"\?/,
    },
    {
      what: "a range of versions",
      states: { keda: { version: "^2.20.0" } },
      says: /keda\.version: is not an exact version.*got "\^2\.20\.0"/,
    },
    {
      what: "half a version",
      states: { keda: { version: "2.20" } },
      says: /keda\.version: is not an exact version/,
    },
    {
      what: "a folder as repository",
      states: { keda: { repository: "./charts" } },
      says: /keda\.repository: is not an address/,
    },
    {
      what: "a state that is none",
      states: { keda: "yes" },
      says: /keda\.state: expected one of "on"\|"off"\|"existing"/,
    },
    {
      what: "a namespace that is none",
      states: { keda: { namespace: "My_NS" } },
      says: /keda\.namespace: is not a namespace/,
    },
    { what: "a list of values", states: { keda: { values: [] } }, says: /keda\.values: expected record/ },
  ];
  for (const { what, states, says } of bad) {
    it(`is not ${what}`, () => assert.match(configFaults(states), says));
  }

  it("is its state alone, in the words of YAML 1.1 too", () => {
    const parse = (state: unknown) =>
      configSchema.parse({ cloud: "existing", instances: {}, ...addons({ keda: state }) }).platform.addons
        .keda;
    for (const [written, state] of [
      ["on", "on"],
      [true, "on"],
      [false, "off"],
      ["existing", "existing"],
    ]) {
      assert.deepEqual(parse(written), { state, values: {} });
    }
  });
});

describe("the order of add-ons", () => {
  const everything = Object.fromEntries(
    addOnNames.filter((name) => !["cluster-autoscaler", "alloy"].includes(name)).map((name) => [name, "on"]),
  );
  const all: Given = {
    abilities: { edgeControllers: ["alb", "appgw"], dns: true, backup: true },
    config: {
      ...addons({ ...everything, harmony: "off" }),
      edge: { controller: "traefik", mode: "gateway", tls: { email: "a@example.com" } },
    },
  };

  it("knows every name of the config, with a chart", () => {
    assert.deepEqual(Object.keys(catalogue).sort(), [...addOnNames].sort());
    for (const [name, addOn] of Object.entries(catalogue)) {
      assert.equal(addOn.name, name);
      assert.ok(charts[addOn.name]);
    }
  });

  it("has each after all that it waits for", () => {
    const order = namesOn(all);
    const about = aboutStack(all);
    assert.ok(order.length >= 18, order.join());
    for (const [index, name] of order.entries()) {
      const late = waitsFor(catalogue[name], about).filter((other) => order.indexOf(other) > index);
      assert.deepEqual(late, [], `${name} comes before ${late.join()}`);
    }
  });

  const before: [string, string][] = [
    ["prometheus-operator-crds", "cert-manager"],
    ["aws-load-balancer-controller", "cert-manager"],
    ["cert-manager", "metrics-server"],
    ["gateway-api", "traefik"],
    ["traefik", "external-dns"],
    ["prometheus-operator-crds", "kube-prometheus-stack"],
  ];
  for (const [earlier, later] of before) {
    it(`has ${earlier} before ${later}`, () => {
      const order: string[] = namesOn(all);
      assert.ok(order.indexOf(earlier) < order.indexOf(later) && order.includes(earlier), order.join());
    });
  }

  it("has no circle", () => {
    const about = aboutStack(all);
    const items = Object.values(catalogue).map((addOn) => ({ addOn }));
    assert.equal(inOrder(items, about).length, items.length);
    const circle = [
      { addOn: { ...catalogue.keda, after: ["vector" as const] } },
      { addOn: { ...catalogue.vector, after: ["keda" as const] } },
    ];
    assert.throws(() => inOrder(circle, about), /circle: keda, vector/);
  });
});

describe("a cluster where no container runs", () => {
  it("leaves out what would block its API, and says why", () => {
    const config = { ...addons({ "metrics-server": "on", keda: "on", traefik: "on", "gateway-api": "on" }) };
    const { on, leftOut } = planned({ config }, { podsRun: false });
    assert.deepEqual(
      on.map(({ addOn }) => addOn.name),
      ["gateway-api", "traefik"],
    );
    assert.deepEqual(
      leftOut.map(({ name }) => name),
      ["metrics-server", "keda"],
    );
    assert.match(
      leftOut[0]?.why ?? "",
      /no container runs on this cluster: its aggregated API would never answer/,
    );
  });

  it("leaves out what cannot do without that", () => {
    const config = addons({ "kube-prometheus-stack": "on" });
    const unreachable = (name: string) =>
      name === "prometheus-operator-crds" ? "its registry does not answer" : undefined;
    const { on, leftOut } = planned({ config }, { unreachable });
    assert.deepEqual(on, []);
    assert.deepEqual(leftOut[1], {
      name: "kube-prometheus-stack",
      why: "it needs prometheus-operator-crds, which is left out",
    });
  });
});
