import assert from "node:assert/strict";
import type { V1Container } from "@kubernetes/client-node";
import { buildTaskJob } from "../../../src/instance/tasks/job.js";
import { transformObjects } from "../../../src/instance/transforms/all.js";
import type { KubernetesObject } from "../../../src/kubernetes/objects.js";
import type { InitTask } from "../../../src/tutor/types.js";
import { UserError } from "../../../src/workspace/errors.js";
import { job, podOf } from "../objects.js";

function build(templates: KubernetesObject[], ...services: string[]): ReturnType<typeof buildTaskJob> {
  const tasks = services.map((service): InitTask => ({ service, owner: "core", script: `echo ${service}` }));
  const transformed = transformObjects(templates, { disposable: false, tasks: true });
  return buildTaskJob({
    phase: "init",
    tasks,
    jobTemplates: new Map(transformed.map((template) => [template.metadata.name, template])),
    instance: "campus",
    serviceAccount: "campus",
    timeoutSeconds: 60,
  });
}

function containersOf(templates: KubernetesObject[], ...services: string[]): V1Container[] {
  return podOf(build(templates, ...services).job).initContainers ?? [];
}

const isUserError = (pattern: RegExp) => (error: Error) =>
  error instanceof UserError && pattern.test(error.message);

describe("buildTaskJob", () => {
  it("runs each task in an init container of its image, in order, and reports in the main one", () => {
    const { job: made, scripts } = build([job("lms"), job("notes")], "lms", "notes", "lms");
    const pod = podOf(made);
    assert.deepEqual(
      pod.initContainers?.map(({ name, image, args, command }) => [name, image, command, args?.slice(1)]),
      [
        ["t01-lms", "registry.test/lms:1", undefined, ["/openedx-tasks/scripts/run", "01-lms", "core"]],
        ["t02-notes", "registry.test/notes:1", undefined, ["/openedx-tasks/scripts/run", "02-notes", "core"]],
        ["t03-lms", "registry.test/lms:1", undefined, ["/openedx-tasks/scripts/run", "03-lms", "core"]],
      ],
    );
    assert.deepEqual(
      pod.containers.map(({ name, image, terminationMessagePolicy }) => [
        name,
        image,
        terminationMessagePolicy,
      ]),
      [["report", "registry.test/lms:1", "FallbackToLogsOnError"]],
    );
    assert.equal(pod.restartPolicy, "Never");
    const { backoffLimit, activeDeadlineSeconds, ttlSecondsAfterFinished } = made.spec as Record<
      string,
      unknown
    >;
    assert.deepEqual([backoffLimit, activeDeadlineSeconds, ttlSecondsAfterFinished], [1, 60, undefined]);
    assert.equal(made.metadata.annotations?.["pulumi.com/replaceUnready"], "true");
    const files = scripts.stringData as Record<string, string>;
    assert.deepEqual(Object.keys(files), ["run", "report", "01-lms.sh", "02-notes.sh", "03-lms.sh"]);
    assert.equal(files["02-notes.sh"], "echo notes\n");
  });

  it("replaces the entrypoint of a template whose command is empty, as Tutor does, and keeps any other", () => {
    const [minio, own] = containersOf(
      [job("minio", { command: [] }), job("own", { command: ["enter"] })],
      "minio",
      "own",
    );
    assert.deepEqual(minio?.command, ["sh", "/openedx-tasks/scripts/run", "01-minio", "core"]);
    assert.equal(minio?.args, undefined);
    assert.deepEqual(own?.command, ["enter"]);
    assert.equal(own?.args?.[0], "sh");
  });

  it("keeps volumes apart that have one name and differ, shares equal ones, and never scratch space", () => {
    const mount = { volumeMounts: [{ name: "settings", mountPath: "/s" }] };
    const scratch = { name: "tmp", emptyDir: {} };
    const volume = (name: string) => ({ name: "settings", configMap: { name } });
    const pod = podOf(
      build(
        [
          job("a", mount, { volumes: [volume("one"), scratch] }),
          job("b", mount, { volumes: [volume("two")] }),
          job("c", mount, { volumes: [volume("one"), scratch] }),
        ],
        "a",
        "b",
        "c",
      ).job,
    );
    assert.deepEqual(
      pod.volumes?.map(({ name, configMap }) => [name, configMap?.name]),
      [
        ["settings", "one"],
        ["tmp", undefined],
        ["t02-b-settings", "two"],
        ["t03-c-tmp", undefined],
        ["task-scripts", undefined],
        ["task-results", undefined],
      ],
    );
    assert.deepEqual(
      pod.initContainers?.map(({ volumeMounts }) => volumeMounts?.[0]?.name),
      ["settings", "t02-b-settings", "settings"],
    );
  });

  it("says for each container what its template said for the pod", () => {
    const { job: made } = build(
      [
        job("superset", {}, { securityContext: { runAsUser: 1000, fsGroup: 1000 } }),
        job("aspects", { securityContext: { runAsUser: 0 } }),
      ],
      "superset",
      "aspects",
    );
    const pod = podOf(made);
    const [superset, aspects] = pod.initContainers ?? [];
    assert.deepEqual(superset?.securityContext, {
      allowPrivilegeEscalation: false,
      runAsUser: 1000,
      capabilities: { drop: ["ALL"] },
    });
    assert.deepEqual(aspects?.securityContext, { allowPrivilegeEscalation: false, runAsUser: 0 });
    assert.deepEqual(pod.securityContext, { seccompProfile: { type: "RuntimeDefault" }, fsGroup: 1000 });
  });

  it("carries placement, pull secrets and helpers of the templates along", () => {
    const pod = podOf(
      build(
        [
          job("a", {}, { nodeSelector: { disk: "ssd" }, imagePullSecrets: [{ name: "r" }] }),
          job(
            "b",
            {},
            { imagePullSecrets: [{ name: "r" }, { name: "s" }], initContainers: [{ name: "wait" }] },
          ),
        ],
        "a",
        "b",
      ).job,
    );
    assert.deepEqual(pod.nodeSelector, { disk: "ssd" });
    assert.deepEqual(pod.imagePullSecrets, [{ name: "r" }, { name: "s" }]);
    assert.deepEqual(
      pod.initContainers?.map(({ name }) => name),
      ["t01-a", "t02-b-wait", "t02-b"],
    );
  });

  it("gives every container requests", () => {
    const pod = podOf(build([job("lms"), job("x")], "lms", "x").job);
    for (const { name, resources } of [...(pod.initContainers ?? []), ...pod.containers]) {
      assert.ok(resources?.requests?.cpu && resources.requests.memory && resources.limits?.memory, name);
    }
  });

  it("refuses a task whose service has no Job", () => {
    assert.throws(
      () => build([job("lms")], "ghost"),
      isUserError(/instance campus: the init task of core for the service ghost has no Job "ghost-job"/),
    );
  });

  it("refuses a Job with two containers", () => {
    const two = job("lms");
    podOf(two).containers.push({ name: "proxy" });
    assert.throws(() => build([two], "lms"), isUserError(/"lms-job" has 2 containers/));
  });
});
