import assert from "node:assert/strict";
import { classifyObjects } from "../../src/instance/split.js";
import { type KubernetesObject, objectKey } from "../../src/kubernetes/objects.js";
import { campusRender, campusTasks, changed } from "./campus.js";
import { claim, deployment, podOf, service } from "./objects.js";

const keys = (objects: readonly KubernetesObject[]): string[] => objects.map(objectKey).sort();

describe("classifyObjects", () => {
  it("tells databases from the site, and drops the Namespace and the job templates", () => {
    const { data, app, config, jobTemplates } = classifyObjects(campusRender().objects, campusTasks);
    const databases = ["elasticsearch", "meilisearch", "mysql", "redis"];
    assert.deepEqual(
      keys(data),
      ["Deployment", "PersistentVolumeClaim", "Service"].flatMap((kind) =>
        databases.map((name) => `${kind}.${name}`),
      ),
    );
    assert.deepEqual(keys(app), [
      "Deployment.caddy",
      "Deployment.credentials",
      "Deployment.discovery",
      "Deployment.lms",
      "Deployment.lms-worker",
      "Deployment.mfe",
      "Service.caddy",
      "Service.credentials",
      "Service.discovery",
      "Service.lms",
      "Service.mfe",
    ]);
    assert.ok(config.every(({ kind }) => kind === "ConfigMap"));
    assert.equal(config.length, 8);
    assert.deepEqual(keys(jobTemplates), [
      "Job.cms-job",
      "Job.credentials-job",
      "Job.discovery-job",
      "Job.lms-job",
      "Job.mysql-job",
    ]);
  });

  it("takes a plugin's workload with a volume for a database, with its Service and claim", () => {
    const graph = deployment(
      "graph",
      {},
      { volumes: [{ name: "d", persistentVolumeClaim: { claimName: "graph" } }] },
    );
    const { data } = classifyObjects([graph, service("graph", 1), claim("graph")], []);
    assert.deepEqual(keys(data), ["Deployment.graph", "PersistentVolumeClaim.graph", "Service.graph"]);
  });

  it("keeps a site to which somebody gave a volume among the site's objects, claim included", () => {
    const render = changed(campusRender(), "Deployment.credentials", (object) => {
      podOf(object).volumes?.push({ name: "media", persistentVolumeClaim: { claimName: "media" } });
    });
    const { app } = classifyObjects([...render.objects, claim("media")], campusTasks);
    assert.ok(keys(app).includes("Deployment.credentials"));
    assert.ok(keys(app).includes("PersistentVolumeClaim.media"));
  });
});
