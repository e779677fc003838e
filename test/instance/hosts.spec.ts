import assert from "node:assert/strict";
import { ingressHosts, publicHosts } from "../../src/instance/hosts.js";
import { campusRender } from "./campus.js";
import { configMap, object } from "./objects.js";

describe("publicHosts", () => {
  it("finds every site address, and neither snippets, comments, redirects nor a catch-all", () => {
    assert.deepEqual(publicHosts(campusRender().objects), [
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
      assert.deepEqual(publicHosts([configMap("caddy-config", { Caddyfile: `${text}\n}\n` })]), hosts);
    });
  }

  it("is empty without a Caddyfile", () => {
    assert.deepEqual(publicHosts([]), []);
  });
});

describe("ingressHosts", () => {
  it("gives the hosts of rendered Ingress objects", () => {
    const ingress = object("Ingress", "web", { spec: { rules: [{ host: "a.test" }, {}] } });
    assert.deepEqual(ingressHosts([ingress, object("Ingress", "none", { spec: {} })]), ["a.test"]);
  });
});
