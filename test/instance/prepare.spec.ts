import assert from "node:assert/strict";
import { prepareInstance } from "../../src/instance/prepare.js";
import { UserError } from "../../src/workspace/errors.js";
import { campusInput, campusRender, changed } from "./campus.js";
import { object, podOf, tokenOf } from "./objects.js";

describe("prepareInstance", () => {
  const prepared = prepareInstance(campusInput(), []);

  it("parts databases, site and tasks", () => {
    assert.ok(prepared.data?.manifests["Deployment.mysql"]);
    assert.equal(prepared.data.manifests["Deployment.lms"], undefined);
    assert.ok(prepared.app.manifests["Deployment.lms"]);
    assert.equal(prepared.app.manifests["Deployment.mysql"], undefined);
    assert.deepEqual(Object.keys(prepared.jobs), ["admin", "init", "admin-after", "live"]);
    const all = [...Object.keys(prepared.data.manifests), ...Object.keys(prepared.app.manifests)];
    assert.deepEqual(
      all.filter((key) => /^(Job|Namespace|ConfigMap|Secret)\./.test(key)),
      [],
    );
  });

  it("keeps what changes together in one object, and what doesn't in others", () => {
    assert.deepEqual(
      prepared.configObjects.map(({ id, kind, consumers }) => [id, kind, consumers.join(" ")]),
      [
        ["caddy-config", "ConfigMap", "Deployment.caddy"],
        ["credentials-settings", "Secret", "Deployment.credentials Job.init"],
        ["discovery-settings", "Secret", "Deployment.discovery Job.live"],
        ["mfe-caddy-config", "ConfigMap", "Deployment.mfe"],
        ["openedx", "Secret", "Deployment.lms Deployment.lms-worker Job.admin Job.init"],
        ["openedx-uwsgi-config", "ConfigMap", "Deployment.lms"],
        ["redis-config", "ConfigMap", "Deployment.redis"],
        ["meilisearch-deployment-env", "Secret", "Deployment.meilisearch"],
        ["mysql-deployment-env", "Secret", "Deployment.mysql"],
        ["admin-tasks", "Secret", "Job.admin"],
        ["init-tasks", "Secret", "Job.init"],
        ["admin-after-tasks", "Secret", "Job.admin-after"],
        ["live-tasks", "Secret", "Job.live"],
      ],
    );
  });

  it("asks for the secrets that are used, and those that they derive from", () => {
    const keys = prepared.secrets.map(({ key }) => key);
    assert.ok(keys.includes("MEILISEARCH_API_KEY"));
    assert.ok(keys.includes("JWT_RSA_PRIVATE_KEY"));
    assert.ok(!keys.includes("CREDENTIALS_OAUTH2_SECRET_DEV"));
    const render = campusRender({ tasks: [] });
    const withoutMeilisearch = {
      ...render,
      objects: render.objects.filter(({ metadata }) => metadata.name !== "meilisearch"),
    };
    const derived = prepareInstance(campusInput(withoutMeilisearch), []).secrets.map(({ key }) => key);
    assert.ok(derived.includes("MEILISEARCH_MASTER_KEY") && derived.includes("MEILISEARCH_API_KEY_UID"));
  });

  it("leaves no token in what everybody may read", () => {
    const open = JSON.stringify([
      prepared.app,
      prepared.data,
      prepared.jobs,
      prepared.configObjects.filter(({ kind }) => kind === "ConfigMap"),
    ]);
    for (const { key, tokens } of campusRender().tokens) {
      assert.ok(!tokens.some(({ text }) => open.includes(text)), key);
    }
  });

  it("drops development settings, which carry the same secrets", () => {
    const openedx = prepared.configObjects.find(({ id }) => id === "openedx");
    assert.deepEqual(Object.keys(openedx?.data ?? {}).sort(), [
      "openedx-config_lms.env.yml",
      "openedx-settings-lms___init__.py",
      "openedx-settings-lms_production.py",
    ]);
  });

  it("opens an Ingress for each public host, to Caddy", () => {
    assert.deepEqual(prepared.app.ingress, {
      enabled: true,
      className: "",
      annotations: {},
      tls: true,
      perHost: true,
      hosts: ["campus.test", "studio.campus.test", "preview.campus.test", "apps.campus.test"],
      service: { name: "caddy", port: 80 },
    });
    assert.equal(prepared.app.networkPolicy?.edge.podSelector["app.kubernetes.io/name"], "caddy");
    assert.equal(prepared.data?.ingress, undefined);
  });

  it("opens none for a host for which a plugin brings one", () => {
    const render = campusRender();
    const ingress = object("Ingress", "own", { spec: { rules: [{ host: "campus.test" }] } });
    const { app } = prepareInstance(campusInput(campusRender({ objects: [...render.objects, ingress] })), []);
    assert.ok(!app.ingress?.hosts.includes("campus.test"));
    assert.equal(app.ingress?.hosts.length, 3);
  });

  it("guards workloads of two pods and more by a budget", () => {
    const render = changed(campusRender(), "Deployment.lms", ({ spec }) => {
      (spec as { replicas: number }).replicas = 2;
    });
    const budgets = prepareInstance(campusInput(render), []).app.podDisruptionBudgets;
    assert.deepEqual(Object.keys(budgets), ["lms"]);
    assert.equal(budgets.lms?.maxUnavailable, 1);
    assert.equal(budgets.lms?.selector["app.kubernetes.io/name"], "lms");
  });

  it("runs with the service account where the site does, and without in databases", () => {
    assert.equal(podOf(prepared.app.manifests["Deployment.lms"]).serviceAccountName, "campus");
    assert.equal(podOf(prepared.jobs.init).serviceAccountName, "campus");
    assert.equal(podOf(prepared.data?.manifests["Deployment.mysql"]).serviceAccountName, undefined);
  });

  it("has no data release where all data is elsewhere", () => {
    const render = campusRender();
    const databases = new Set(["mysql", "redis", "meilisearch", "elasticsearch"]);
    const objects = render.objects.filter(({ metadata }) => !databases.has(metadata.name));
    assert.equal(prepareInstance(campusInput({ ...render, objects }), []).data, undefined);
  });

  it("refuses a secret in a label, by instance, object, path and setting", () => {
    const render = changed(campusRender(), "Service.lms", ({ metadata }) => {
      metadata.labels = { leak: tokenOf("OPENEDX_SECRET_KEY") };
    });
    assert.throws(
      () => prepareInstance(campusInput(render), []),
      (error: Error) =>
        error instanceof UserError &&
        /instance campus.*Service lms: metadata\.labels\.leak.*OPENEDX_SECRET_KEY/.test(error.message),
    );
  });
});
