import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { charts, type ChartName } from "../../src/platform/charts.js";
import { chartArchive, chartSource } from "../../src/platform/chartSource.js";
import { mergeValues } from "../../src/platform/values.js";
import { programFolder } from "../../src/workspace/paths.js";

describe("where a chart comes from", () => {
  const cases: { what: string; given: Parameters<typeof chartSource>; is: ReturnType<typeof chartSource> }[] =
    [
      {
        what: "its own repository",
        given: ["keda", {}],
        is: {
          chart: "keda",
          version: "2.20.2",
          repositoryOpts: { repo: "https://kedacore.github.io/charts" },
        },
      },
      {
        what: "its own registry",
        given: ["traefik", {}],
        is: { chart: "oci://ghcr.io/traefik/helm/traefik", version: "41.3.0" },
      },
      {
        what: "a registry for all charts, for those of repositories too",
        given: ["keda", { mirror: "oci://mirror.example.com/charts/" }],
        is: { chart: "oci://mirror.example.com/charts/keda", version: "2.20.2" },
      },
      {
        what: "a folder for all charts, by a path relative to the program",
        given: ["cert-manager", { mirror: "vendor/charts" }],
        is: { chart: "./vendor/charts/cert-manager-v1.21.1.tgz", version: "v1.21.1" },
      },
      {
        what: "a folder that is written from the root, likewise",
        given: ["harmony", { mirror: `${programFolder}/vendor` }],
        is: { chart: "./vendor/harmony-chart-0.11.0.tgz", version: "0.11.0" },
      },
      {
        what: "another version of a mirror's",
        given: ["keda", { mirror: "./vendor" }, { version: "2.21.0" }],
        is: { chart: "./vendor/keda-2.21.0.tgz", version: "2.21.0" },
      },
      {
        what: "the repository that the config names for it, mirror or not",
        given: ["traefik", { mirror: "./vendor" }, { repository: "https://charts.example.com" }],
        is: { chart: "traefik", version: "41.3.0", repositoryOpts: { repo: "https://charts.example.com" } },
      },
    ];
  for (const { what, given, is } of cases) {
    it(`is ${what}`, () => assert.deepEqual(chartSource(...given), is));
  }

  it("is an address and an exact version for every chart of the table, each archive with a name of its own", () => {
    const archives = new Set<string>();
    for (const [name, { repository, version }] of Object.entries(charts)) {
      assert.match(repository, /^(https|oci):\/\/[^\s/]+\S*[^/]$/, name);
      assert.match(version, /^v?\d+\.\d+\.\d+$/, name);
      archives.add(chartArchive(name as ChartName));
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
