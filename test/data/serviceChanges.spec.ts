import assert from "node:assert/strict";
import { dataRetained, serviceModes, servicesLost } from "../../src/data/serviceChanges.js";
import { allOnCluster, externalCredentials, fullCloud, planOf } from "./stack.js";

const both = ["campus", "academy"];
const onCluster = serviceModes(planOf(allOnCluster), both);
const mysqlElsewhere = serviceModes(
  planOf({ ...allOnCluster, mysql: { mode: "external", external: { host: "db.example.com" } } }, undefined, {
    credentials: externalCredentials,
  }),
  both,
);

describe("what a deployment would lose", () => {
  it("is nothing the first time, nor while services come from where they came from", () => {
    assert.deepEqual(servicesLost(undefined, onCluster), []);
    assert.deepEqual(servicesLost(onCluster, onCluster), []);
    assert.deepEqual(servicesLost(serviceModes(planOf({}), both), serviceModes(planOf({}), ["campus"])), []);
  });

  it("is named when a service leaves the cluster, with whose it is", () => {
    assert.deepEqual(servicesLost(onCluster, mysqlElsewhere), [
      "openedx:services.mysql.mode from cluster to external gives up the MySQL servers with the databases of academy " +
        "and campus, and their volumes.",
    ]);
  });

  it("is said of every service when all become bundled", () => {
    const sentences = servicesLost(onCluster, undefined);
    assert.equal(sentences.length, 5);
    assert.match(
      sentences.join("\n"),
      /mongodb\.mode from cluster to bundled gives up .*forums of academy and campus/,
    );
    assert.match(sentences.join("\n"), /search\.mode.*can be built anew/);
  });

  it("is what stays behind when the servers before are not ours to delete", () => {
    assert.deepEqual(servicesLost(mysqlElsewhere, onCluster), [
      "openedx:services.mysql.mode from external to cluster leaves the databases of academy and campus behind, where " +
        "they are now.",
    ]);
  });

  it("is what the sites' own databases hold when they come to share some", () => {
    const sentences = servicesLost(serviceModes(planOf({}), both), onCluster);
    assert.match(
      sentences[0] ?? "",
      /mysql\.mode from bundled to cluster leaves the databases of academy and campus/,
    );
  });

  it("is everything on the cluster when the namespace changes", () => {
    const moved = serviceModes(planOf({ ...allOnCluster, namespace: "other" }), both);
    const sentences = servicesLost(onCluster, moved);
    assert.equal(sentences.length, 5);
    assert.match(
      sentences[0] ?? "",
      /services\.namespace from openedx-data to other gives up the MySQL servers/,
    );
  });

  it("is not Meilisearch when the cloud's OpenSearch comes beside it", () => {
    const beside = serviceModes(planOf({ ...allOnCluster, search: { mode: "managed" } }, fullCloud), both);
    assert.deepEqual(servicesLost(onCluster, beside), []);
  });
});

describe("what stays of an instance that is deployed no longer", () => {
  it("is named with what to look for", () => {
    const after = serviceModes(planOf(allOnCluster), ["campus"]);
    assert.deepEqual(dataRetained(onCluster, after), [
      "academy is deployed no longer, and its data stays: MySQL's databases and users academy_*, MongoDB's databases " +
        "and user academy_*, the Redis user academy with its keys academy:* and its bucket.",
    ]);
  });

  it("is nothing while all are there", () => {
    assert.deepEqual(dataRetained(onCluster, onCluster), []);
    assert.deepEqual(dataRetained(undefined, onCluster), []);
  });
});
