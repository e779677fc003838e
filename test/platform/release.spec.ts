import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { chartPath } from "../../src/charts/bring.js";
import { platformSchema } from "../../src/config/platform.js";
import { servicesSchema } from "../../src/data/config.js";
import { charts, type ChartName } from "../../src/platform/charts.js";
import { chartReference } from "../../src/platform/chartSource.js";
import { mergeValues } from "../../src/platform/values.js";

describe("where a chart comes from", () => {
  interface Given {
    charts?: { mirror?: string };
    addons?: object;
    services?: object;
  }
  const reference = (name: ChartName, { charts = {}, addons = {}, services = {} }: Given) =>
    chartReference(name, {
      charts,
      platform: platformSchema.parse({ addons }),
      services: servicesSchema.parse({ charts: services }),
    });
  const keda = { chart: "keda", version: "2.20.2" };
  const repository = "https://charts.example.com";
  const cases: { what: string; given: [ChartName, Given]; is: ReturnType<typeof reference> }[] = [
    {
      what: "its own repository",
      given: ["keda", {}],
      is: { ...keda, repository: "https://kedacore.github.io/charts" },
    },
    {
      what: "the mirror of all charts",
      given: ["keda", { charts: { mirror: "./vendor" } }],
      is: { ...keda, repository: "./vendor" },
    },
    {
      what: "another version of a mirror's",
      given: ["keda", { charts: { mirror: "./vendor" }, addons: { keda: { version: "2.21.0" } } }],
      is: { chart: "keda", version: "2.21.0", repository: "./vendor" },
    },
    {
      what: "the repository that the config names for it, mirror or not",
      given: ["traefik", { charts: { mirror: "./vendor" }, addons: { traefik: { repository } } }],
      is: { chart: "traefik", version: "41.3.0", repository },
    },
    {
      what: "that of the add-on that it comes with, in its version",
      given: ["karpenter-crd", { addons: { karpenter: { version: "1.2.3", repository } } }],
      is: { chart: "karpenter-crd", version: "1.2.3", repository },
    },
    {
      what: "what the config says of a data service's",
      given: ["valkey", { services: { valkey: { version: "0.12.0", repository } } }],
      is: { chart: "valkey", version: "0.12.0", repository },
    },
  ];
  for (const { what, given, is } of cases) {
    it(`is ${what}`, () => assert.deepEqual(reference(...given), is));
  }

  it("is an address and an exact version for every chart of the table, each archive with a name of its own", () => {
    const archives = new Set<string>();
    for (const [name, { repository, version }] of Object.entries(charts)) {
      assert.match(repository, /^(https|oci):\/\/[^\s/]+\S*[^/]$/, name);
      assert.match(version, /^v?\d+\.\d+\.\d+$/, name);
      archives.add(chartPath(charts[name as ChartName]));
    }
    assert.equal(archives.size, Object.keys(charts).length);
  });

  it("is never one that has left free distribution, or that is retired", () => {
    assert.doesNotMatch(
      JSON.stringify(charts),
      /bitnami|ingress-nginx|kubernetes-dashboard|elastic\/helm-charts/,
    );
  });
});

describe("values put over the catalogue's", () => {
  const secret = pulumi.secret("s");

  it("merge maps, and replace lists and all else", () => {
    assert.deepEqual(mergeValues({ a: { x: 1, y: [1, 2] }, b: 1 }, { a: { y: [3], z: {} }, b: { c: 1 } }), {
      a: { x: 1, y: [3], z: {} },
      b: { c: 1 },
    });
  });

  it("keep null, which takes a chart's own default away", () => {
    assert.deepEqual(mergeValues({ a: { x: 1 } }, { a: { x: null }, b: null }), { a: { x: null }, b: null });
  });

  it("take an output for a leaf", () => {
    const merged = mergeValues({ a: { deep: 1 }, b: secret }, { a: secret, b: { plain: 1 } });
    assert.equal(merged.a, secret);
    assert.deepEqual(merged.b, { plain: 1 });
  });

  it("leave what they are put over as it was", () => {
    const before = { a: { x: 1 } };
    mergeValues(before, { a: { x: 2 } });
    assert.deepEqual(before, { a: { x: 1 } });
  });
});
