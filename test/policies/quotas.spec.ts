import assert from "node:assert/strict";
import type { JsonObject } from "../../src/kubernetes/objects.js";
import { quantity } from "../../src/kubernetes/quantity.js";
import { quotas } from "../../src/policies/rules/quotas.js";
import { deployment, object, released, said } from "./stacks.js";

const resources = (cpu: string, memory: string): JsonObject => ({ resources: { requests: { cpu, memory } } });
const quota = (hard: JsonObject): ReturnType<typeof object> =>
  object("ResourceQuota", "campus", { spec: { hard } });
const lms = deployment("lms", resources("500m", "2Gi"), { replicas: 3 });

describe("fits-quota", () => {
  it("reads quantities as Kubernetes does", () =>
    assert.deepEqual(["250m", "2", "1536Mi", "1G", "1e3", 3, "x", "[unknown]"].map(quantity), [
      0.25,
      2,
      1610612736,
      1e9,
      1000,
      3,
      undefined,
      undefined,
    ]));

  it("multiplies requests by replicas", () => {
    assert.deepEqual(said(quotas, released(lms, quota({ "requests.cpu": "1500m", memory: "6Gi" }))), []);
    const messages = said(quotas, released(lms, quota({ "requests.cpu": "1", memory: "5Gi" })));
    assert.match(
      messages[0] ?? "",
      /^mandatory: campus: 1\.5 of requests\.cpu against 1 in ResourceQuota\/campus/,
    );
    assert.match(messages[1] ?? "", /6Gi of memory against 5Gi/);
  });

  it("counts pods, claims and storage, those of StatefulSets too", () => {
    const claim = { metadata: { name: "data" }, spec: { resources: { requests: { storage: "10Gi" } } } };
    const pod = { spec: { containers: [{ name: "m", image: "m:1" }] } };
    const spec = { replicas: 2, template: pod, volumeClaimTemplates: [claim] };
    const database = object("StatefulSet", "m", { spec }, "apps/v1");
    const one = object("PersistentVolumeClaim", "files", claim);
    const hard = { pods: "1", persistentvolumeclaims: "2", "requests.storage": "20Gi" };
    const files = { ...one, metadata: { name: "files", namespace: "campus" } };
    assert.deepEqual(
      said(quotas, released(database, files, quota(hard))).map(
        (message) => /campus: (\S+) of/.exec(message)?.[1],
      ),
      ["2", "3", "30Gi"],
    );
  });

  it("counts the largest Job, not all, since they run one after another", () => {
    const job = (name: string, cpu: string): ReturnType<typeof object> =>
      object(
        "Job",
        name,
        { spec: { template: { spec: { containers: [{ name, image: "j:1", ...resources(cpu, "1Gi") }] } } } },
        "batch/v1",
      );
    assert.deepEqual(
      said(quotas, released(lms, job("a", "1"), job("b", "500m"), quota({ "requests.cpu": "2500m" }))),
      [],
    );
    assert.equal(said(quotas, released(lms, job("a", "1"), quota({ "requests.cpu": "2" }))).length, 1);
  });

  it("tells of what autoscalers could not get", () => {
    const scaler = object(
      "HorizontalPodAutoscaler",
      "lms",
      { spec: { scaleTargetRef: { kind: "Deployment", name: "lms" }, maxReplicas: 10 } },
      "autoscaling/v2",
    );
    assert.match(
      said(quotas, released(lms, scaler, quota({ pods: "5" }))).join(),
      /^advisory: campus: 10 of pods/,
    );
  });

  it("knows that a quota refuses pods that do not say what they need, unless there is a LimitRange", () => {
    const silent = deployment("mfe", {});
    const hard = quota({ "requests.cpu": "4" });
    assert.match(said(quotas, released(silent, hard)).join(), /Deployment\/mfe\/mfe do not/);
    assert.deepEqual(said(quotas, released(silent, hard, object("LimitRange", "defaults"))), []);
  });

  it("says what it could not count", () => {
    assert.match(
      said(quotas, released(object("ResourceQuota", "campus", { spec: { hard: "[unknown]" } }))).join(),
      /could not be checked/,
    );
    const later = deployment("lms", resources("1", "1Gi"), { replicas: "[unknown]" });
    assert.match(
      said(quotas, released(later, quota({ pods: "5" }))).join(),
      /^advisory: .*could not be checked/,
    );
  });
});
