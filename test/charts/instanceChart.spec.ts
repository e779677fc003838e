import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import {
  at,
  buildTimeout,
  carry,
  chartFolder,
  configMap,
  deployment,
  helm,
  render,
  renderText,
  service,
} from "./instanceChart.js";

describe("the instance chart", () => {
  before(async function () {
    this.timeout(buildTimeout);
    await helm(["version"]);
  });

  it("passes helm lint --strict, alone and with each of its examples", async () => {
    const examples = readdirSync(join(chartFolder, "ci"));
    assert.ok(examples.length >= 3);
    const files = examples.flatMap((file) => ["--values", join(chartFolder, "ci", file)]);
    for (const values of [[], ...examples.map((_, index) => files.slice(2 * index, 2 * index + 2))]) {
      const linted = await helm(["lint", "--strict", "--kube-version", "1.33.0", chartFolder, ...values]);
      assert.equal(linted.code, 0, linted.stdout + linted.stderr);
    }
  });

  it("renders nothing by default", async () => {
    assert.deepEqual(await render({}), {});
  });

  describe("carried manifests", () => {
    const texts = {
      braces: "{{ .Values.secret }} {% if x %} {$default_site_port} {http.request.host} ${VAR} $(VAR) $$ %s",
      "template.tmpl": '{{- fail "boo" -}}\n{{/* no */}}\n',
      lines: "\n\n  indented first\nlast line with blanks   \n\ttab\n\n\n",
      documents: "---\nkind: Secret\n---\n...\n# a comment\n",
      windows: "one\r\ntwo\r\n",
      quotes: "it's \"quoted\" \\n \\ `${x}` <a href='&amp;'>",
      unicode: "Ünïcödé 🎓 \u2028 \u00a0 \ufeff",
      control: "bell \u0007 escape \u001b[0m",
      long: `${"word ".repeat(100)}\n${"x".repeat(500)}`,
      blank: "   ",
      empty: "",
      ...Object.fromEntries(
        [
          "yes",
          "no",
          "null",
          "~",
          "0x1F",
          "0o17",
          "017",
          "1e3",
          "1_000",
          "1:30",
          "2026-01-01",
          ".5",
          "=",
          "<<",
          "*a",
        ].map((text) => [`like-${createHash("md5").update(text).digest("hex").slice(0, 8)}`, text]),
      ),
    };
    const numbers = {
      apiVersion: "example.com/v1",
      kind: "Strange",
      metadata: { name: "numbers", annotations: { "example.com/text": "{{ .Release.Name }}" } },
      spec: {
        a: 0,
        big: 2147483647,
        epoch: 1753305600123,
        share: 0.25,
        no: false,
        map: {},
        list: [],
        y: "y",
      },
      zz: "the object ends in line ends\n\n\n",
    };

    it("survive to the byte", async () => {
      const manifests = carry(configMap("texts", texts), numbers, deployment("lms", { replicas: 3 }));
      assert.deepEqual(await render({ manifests }), manifests);
    });

    it("keep their labels and names under commonAnnotations and overridden names", async () => {
      const labels = { "app.kubernetes.io/managed-by": "tutor" };
      const lms = deployment("lms");
      lms.metadata.labels = labels;
      lms.metadata.annotations = { owner: "platform", own: "yes" };
      const objects = await render({
        manifests: carry(lms, service("lms")),
        commonAnnotations: { owner: "learning", team: "a" },
        nameOverride: "n",
        fullnameOverride: "f",
      });
      assert.deepEqual(objects, {
        "Deployment.lms": {
          ...lms,
          metadata: { name: "lms", labels, annotations: { owner: "platform", own: "yes", team: "a" } },
        },
        "Service.lms": {
          ...service("lms"),
          metadata: { name: "lms", annotations: { owner: "learning", team: "a" } },
        },
      });
    });

    it("give the same text each time, whatever the order they come in", async () => {
      const objects = ["a", "b", "c", "d"].flatMap((name) => [deployment(name), service(name)]);
      const options = { files: ["ci/gateway-values.yaml"] };
      const first = await renderText({ manifests: carry(...objects) }, options);
      assert.equal(await renderText({ manifests: carry(...objects.reverse()) }, options), first);
      assert.match(first, /name: d\n/);
    });

    it("can be all that a release has", async () => {
      const objects = await render({}, { files: ["ci/data-values.yaml"], release: "campus-data" });
      assert.deepEqual(Object.keys(objects).sort(), ["PersistentVolumeClaim.mysql", "Service.mysql"]);
      assert.deepEqual(at(objects["PersistentVolumeClaim.mysql"], "metadata", "annotations"), {
        "helm.sh/resource-policy": "keep",
      });
    });

    it("fit into a release many times over", async () => {
      const noise = (name: string, length: number): string =>
        Array.from({ length: Math.ceil(length / 64) }, (_, i) =>
          createHash("sha256").update(`${name}${i}`).digest("hex"),
        ).join("\n");
      // Forty workloads with 2 kB each that does not compress: far more than Tutor with its own plugins has.
      const objects = Array.from({ length: 40 }, (_, i) => [
        deployment(`workload-${i}`, { notes: noise(`workload-${i}`, 2000) }),
        service(`workload-${i}`),
      ]).flat();
      const config = { manifests: carry(...objects) };
      const ignored = readFileSync(join(chartFolder, ".helmignore"), "utf8");
      assert.match(ignored, /^\/ci\/$/m);
      const chart = readdirSync(chartFolder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && !/\/ci$/.test(entry.parentPath) && entry.name !== "README.md")
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "base64"));
      const release = { chart, config, manifest: await renderText(config) };
      const stored = Math.ceil((gzipSync(JSON.stringify(release)).length * 4) / 3);
      assert.ok(
        stored > 20_000 && stored < 400_000,
        `a release Secret would hold ${stored} bytes of its 1048576`,
      );
    });
  });
});
