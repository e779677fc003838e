import assert from "node:assert/strict";
import { chartPath } from "../../src/charts/bring.js";
import { chartReference, chartsOfAddOns } from "../../src/platform/chartSource.js";
import { planAddOns } from "../../src/platform/plan.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ProgramResult } from "../../src/engine/types.js";
import { plain } from "../instance/stack.js";
import { aboutStack, dependenciesOf, deployPlatform, type Given, ofType, releasesOf } from "./stack.js";

const releaseType = "helm.sh/v3:Release";
const addons = (states: Record<string, unknown>): Record<string, unknown> => ({
  platform: { addons: states },
});

function inputsOf(result: ProgramResult, type: string, name: string): Record<string, unknown> {
  const found = ofType(result, type).find((each) => each.name === name);
  assert.ok(found, `${type} ${name}`);
  return plain(found.inputs) as Record<string, unknown>;
}

describe("the platform", () => {
  const given: Given = {
    config: {
      edge: { controller: "traefik", tls: { issuer: "self-signed" } },
      ...addons({ "prometheus-operator-crds": "on", keda: "on", "metrics-server": "on" }),
    },
  };
  let result: ProgramResult;
  before(async () => {
    result = await deployPlatform(given);
  });

  it("is one release an add-on, each of its table's chart, ready or taken back", () => {
    const releases = releasesOf(result);
    assert.deepEqual([...releases.keys()].sort(), [
      "cert-manager",
      "keda",
      "metrics-server",
      "prometheus-operator-crds",
      "traefik",
    ]);
    for (const [name, inputs] of releases) {
      assert.equal(inputs.name, name);
      assert.equal(inputs.atomic, true);
      assert.equal(inputs.cleanupOnFail, true);
      assert.ok((inputs.timeout as number) >= 300, name);
      assert.ok((inputs.maxHistory as number) > 0, name);
      assert.match(inputs.version as string, /^v?\d+\.\d+\.\d+$/);
    }
    assert.equal(releases.get("cert-manager")?.chart, "./.charts/cert-manager-v1.21.1.tgz");
    assert.equal(releases.get("keda")?.repositoryOpts, undefined);
  });

  it("begins each add-on when those it waits for are ready, with what came beside them", () => {
    assert.deepEqual(dependenciesOf(result, releaseType, "prometheus-operator-crds"), ["monitoring"]);
    assert.deepEqual(dependenciesOf(result, releaseType, "metrics-server"), [
      "cert-manager",
      "openedx-authority",
      "openedx-authority-root-issuer",
      "openedx-issuer",
      "prometheus-operator-crds",
    ]);
  });

  it("makes an issuer when cert-manager answers: an authority of its own first", () => {
    assert.deepEqual(dependenciesOf(result, ":ClusterIssuer", "openedx-authority-root-issuer"), [
      "cert-manager",
    ]);
    assert.deepEqual(dependenciesOf(result, ":Certificate", "openedx-authority"), [
      "cert-manager",
      "openedx-authority-root-issuer",
    ]);
    const issuer = inputsOf(result, ":ClusterIssuer", "openedx-issuer");
    assert.deepEqual(issuer.metadata, { name: "openedx" });
    assert.deepEqual(issuer.spec, { ca: { secretName: "openedx-authority" } });
    const { spec } = inputsOf(result, ":Certificate", "openedx-authority") as {
      spec: Record<string, unknown>;
    };
    assert.equal(spec.isCA, true);
    assert.equal(spec.secretName, "openedx-authority");
  });

  it("has each namespace once, with the Pod Security level of what runs there, and none of the cluster's own", () => {
    const levels = ofType(result, "core/v1:Namespace").map(({ name, inputs, protect }) => {
      const { labels } = plain(inputs.metadata) as { labels: Record<string, string> };
      assert.equal(protect, false);
      return [name, labels["pod-security.kubernetes.io/enforce"]];
    });
    assert.deepEqual(levels.sort(), [
      ["cert-manager", "restricted"],
      ["keda", "restricted"],
      ["monitoring", "baseline"],
      ["traefik", "restricted"],
    ]);
    assert.equal(releasesOf(result).get("metrics-server")?.namespace, "kube-system");
  });

  it("gives one namespace to two add-ons, with the level that both can live with", async () => {
    const shared = await deployPlatform({
      config: addons({
        keda: { state: "on", namespace: "shared" },
        nginx: { state: "on", namespace: "shared" },
      }),
    });
    const [namespace, ...others] = ofType(shared, "core/v1:Namespace");
    assert.deepEqual(others, []);
    const { labels } = plain(namespace?.inputs.metadata) as { labels: Record<string, string> };
    assert.equal(labels["pod-security.kubernetes.io/enforce"], "baseline");
  });

  it("puts its name in front of its children's, which states before that know without it", () => {
    const platform = result.registrations.find(({ type }) => type === "openedx:platform:Platform");
    const children = result.registrations.filter(({ parent }) => parent === platform?.urn);
    assert.ok(children.length > 10);
    for (const { name, urn, aliases } of children) {
      assert.match(name, /^openedx-platform-/);
      assert.deepEqual(aliases, [urn.replace("::openedx-platform-", "::")]);
    }
  });

  it("gives every resource a parent and the cluster's provider", () => {
    for (const { parent, provider, type, name } of result.registrations) {
      if (!/^(pulumi:|openedx:)/.test(type) && name !== "a-site") {
        assert.match(parent ?? "", /openedx:platform:Platform/, name);
        assert.match(provider, /pulumi:providers:kubernetes::cluster/, name);
      }
    }
  });

  it("holds sites back only for what they cannot be deployed without", async () => {
    const deployed = await deployPlatform({
      config: addons({ "metrics-server": "on", "cert-manager": "on", headlamp: "on" }),
    });
    assert.deepEqual(dependenciesOf(deployed, ":ConfigMap", "a-site"), ["cert-manager"]);
  });

  it("tells the versions that are out", () => {
    assert.deepEqual((result.outputs.addOns as Record<string, unknown>).traefik, {
      namespace: "traefik",
      version: "41.3.0",
    });
  });

  it("waits for what the cloud needs first", async () => {
    const deployed = await deployPlatform({
      config: addons({ "metrics-server": "on" }),
      cloudWaitsFor: "nodes",
    });
    assert.deepEqual(dependenciesOf(deployed, releaseType, "metrics-server"), ["nodes"]);
  });

  it("puts the cloud's values under the config's", async () => {
    const deployed = await deployPlatform({
      config: addons({ traefik: { state: "on", values: { service: { annotations: { by: "config" } } } } }),
      cloud: { addOnValues: { traefik: { service: { annotations: { by: "cloud", cloud: "yes" } } } } },
    });
    const { service } = releasesOf(deployed).get("traefik")?.values as { service: { annotations: unknown } };
    assert.deepEqual(service.annotations, { by: "config", cloud: "yes" });
  });

  it("makes the cloud's own objects when the add-on that knows them is there", async () => {
    const deployed = await deployPlatform({
      abilities: { needs: ["karpenter"] },
      cloud: {
        addOnObjects: {
          karpenter: [
            {
              apiVersion: "karpenter.sh/v1",
              kind: "NodePool",
              name: "general",
              spec: { limits: { cpu: "64" } },
            },
          ],
        },
      },
    });
    assert.deepEqual(dependenciesOf(deployed, ":NodePool", "karpenter-nodepool-general"), ["karpenter"]);
  });

  it("upgrades Karpenter's definitions before Karpenter, to the same version", async () => {
    const given = { config: addons({ karpenter: { state: "on", version: "1.15.0" } }) };
    const deployed = await deployPlatform(given);
    const releases = releasesOf(deployed);
    const { config, ...facts } = aboutStack(given);
    const brought = chartsOfAddOns(planAddOns({ config, ...facts }).on.map(({ addOn }) => addOn.name)).map(
      (name) => chartReference(name, config),
    );
    assert.deepEqual(
      [...releases.values()].map(({ chart }) => chart).sort(),
      brought.map((reference) => chartPath(reference)).sort(),
      "just the charts that are brought",
    );
    assert.equal(releases.get("karpenter-crd")?.version, "1.15.0");
    assert.equal(releases.get("karpenter")?.version, "1.15.0");
    assert.equal(releases.get("karpenter")?.skipCrds, true);
    assert.deepEqual(dependenciesOf(deployed, releaseType, "karpenter"), ["karpenter-crd"]);
  });

  it("binds an identity of the cloud to the service account that the chart makes", async () => {
    const asked: unknown[] = [];
    const deployed = await deployPlatform({
      config: addons({ "external-dns": "on" }),
      abilities: { dns: true },
      cloud: {
        dns: { zones: ["example.com"], solver: {}, externalDns: { provider: { name: "google" } } },
        identity: (purpose, account) => {
          asked.push([purpose, account]);
          const binding = new random.RandomPet("binding", {}, { provider: new random.Provider("binder") });
          return {
            serviceAccountAnnotations: { role: pulumi.output("dns") },
            podLabels: {},
            ready: [binding],
          };
        },
      },
    });
    assert.deepEqual(asked, [["external-dns", { namespace: "external-dns", name: "external-dns" }]]);
    const values = releasesOf(deployed).get("external-dns")?.values as { serviceAccount: unknown };
    assert.deepEqual(values.serviceAccount, {
      create: true,
      name: "external-dns",
      annotations: { role: "dns" },
    });
  });

  it("puts what external-dns reads as a file into a Secret before it", async () => {
    const deployed = await deployPlatform({
      config: addons({ "external-dns": "on" }),
      abilities: { dns: true },
      cloud: {
        dns: {
          zones: [],
          solver: {},
          externalDns: { provider: { name: "azure" } },
          externalDnsFiles: { "azure.json": pulumi.output("{}") },
        },
      },
    });
    assert.deepEqual(inputsOf(deployed, "core/v1:Secret", "external-dns-files").stringData, {
      "azure.json": "{}",
    });
    assert.ok(dependenciesOf(deployed, releaseType, "external-dns").includes("external-dns-files"));
  });
});

describe("a platform where no container runs", () => {
  it("asks for no load balancer, which would never have an address", async () => {
    const deployed = await deployPlatform({ config: addons({ traefik: "on" }) }, { podsRun: false });
    const { service } = releasesOf(deployed).get("traefik")?.values as { service: { spec: unknown } };
    assert.deepEqual(service.spec, { type: "ClusterIP" });
  });
});
