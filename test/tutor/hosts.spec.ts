import assert from "node:assert/strict";
import { hostsOf } from "../../src/tutor/hosts.js";
import { campusRender } from "../instance/campus.js";
import { configMap, object } from "../instance/objects.js";

describe("hostsOf", () => {
  it("finds every site address, and neither snippets, comments, redirects nor a catch-all", () => {
    assert.deepEqual(hostsOf(campusRender().objects).public, [
      "campus.test",
      "studio.campus.test",
      "preview.campus.test",
      "apps.campus.test",
    ]);
  });

  const cases: [text: string, hosts: string[]][] = [
    ["a.test{$default_site_port} {", ["a.test"]],
    ["a.test{$default_site_port}, b.test{$default_site_port} {", ["a.test", "b.test"]],
    ["a.test{$default_site_port},b.test{$default_site_port}{", ["a.test", "b.test"]],
    ["a.test{$default_site_port:80} {", ["a.test"]],
    ["{$default_site_port} {", []],
    ["{$default_site_port:80} {", []],
    ["    redir https://a.test{$default_site_port} {", []],
    ["a.test{$default_site_port} {\n}\na.test{$default_site_port} {", ["a.test"]],
  ];
  for (const [text, hosts] of cases) {
    it(JSON.stringify(text), () => {
      assert.deepEqual(hostsOf([configMap("caddy-config", { Caddyfile: `${text}\n}\n` })]).public, hosts);
    });
  }

  it("is empty without a Caddyfile", () => {
    assert.deepEqual(hostsOf([]).public, []);
  });

  it("leaves to the edge those for which no manifest has an Ingress", () => {
    const ingress = object("Ingress", "web", { spec: { rules: [{ host: "apps.campus.test" }, {}] } });
    const { routed } = hostsOf([...campusRender().objects, ingress, object("Ingress", "none", { spec: {} })]);
    assert.deepEqual(routed, ["campus.test", "studio.campus.test", "preview.campus.test"]);
  });
});
