import assert from "node:assert/strict";
import type { InstanceImpact, PlanFile } from "../../src/diff/types.js";
import type { JsonObject, KubernetesObject } from "../../src/kubernetes/objects.js";
import { campus, compare, instance, plan, resource, workload } from "./support/plans.js";

function impact(
  before: PlanFile | undefined,
  after: PlanFile | undefined,
  secrets: string[] = [],
): InstanceImpact {
  const { instances } = compare(before, after, { ofInstances: { campus: secrets } });
  assert.equal(instances.length, 1, "one instance is touched");
  return instances[0] as InstanceImpact;
}

/** What a change of the image does to a workload. */
function rolled(spec: JsonObject, kind?: string): Pick<InstanceImpact, "downtime" | "rolls"> {
  const [before, after] = ["a:1", "a:2"].map((image) => campus([workload("lms", image, spec, kind)]));
  const { downtime, rolls } = impact(before, after);
  return { downtime, rolls };
}

describe("what a change does to the pods of a site", () => {
  it("is a restart one by one where new pods are ready before old ones go", () => {
    const name = { downtime: [], rolls: ["Deployment/lms"] };
    assert.deepEqual(rolled({}), name);
    assert.deepEqual(
      rolled({ strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0 } } }),
      name,
    );
    assert.deepEqual(rolled({ replicas: 3, strategy: { rollingUpdate: { maxUnavailable: "50%" } } }), name);
  });

  it("is downtime where they stop first, with the reason", () => {
    const reason = (...args: Parameters<typeof rolled>): string[] => {
      const { downtime, rolls } = rolled(...args);
      assert.deepEqual(rolls, []);
      return downtime.map((each) => each.reason);
    };
    assert.deepEqual(reason({ strategy: { type: "Recreate" } }), ["its pods stop before the new ones start"]);
    assert.deepEqual(reason({ strategy: { rollingUpdate: { maxUnavailable: 1 } } }), [
      "all of its pods may stop before new ones are ready",
    ]);
    assert.deepEqual(reason({ replicas: 2, strategy: { rollingUpdate: { maxUnavailable: "100%" } } }), [
      "all of its pods may stop before new ones are ready",
    ]);
    assert.deepEqual(reason({ replicas: 1 }, "StatefulSet"), ["it has one pod, which is stopped first"]);
    assert.deepEqual(rolled({ replicas: 2 }, "StatefulSet").downtime, []);
  });

  it("goes by the strategy after the change", () => {
    const before = campus([workload("lms", "a:1")]);
    const after = campus([workload("lms", "a:2", { strategy: { type: "Recreate" } })]);
    assert.equal(impact(before, after).downtime.length, 1);
  });

  it("is downtime of what is removed, or scaled to nothing", () => {
    const [lms, cms] = [workload("lms", "a:1", { replicas: 2 }), workload("cms", "a:1")];
    assert.deepEqual(impact(campus([lms, cms]), campus([cms])).downtime, [
      { workload: "Deployment/lms", reason: "it is removed" },
    ]);
    assert.deepEqual(impact(campus([lms]), campus([workload("lms", "a:1", { replicas: 0 })])).downtime, [
      { workload: "Deployment/lms", reason: "it is scaled to no pods" },
    ]);
  });

  it("is nothing where only replicas or a CronJob's image change", () => {
    const { downtime, rolls, replicas } = impact(
      campus([workload("lms", "a:1", { replicas: 2 })]),
      campus([workload("lms", "a:1", { replicas: 3 })]),
    );
    assert.deepEqual([downtime, rolls], [[], []]);
    assert.deepEqual(replicas, [{ workload: "Deployment/lms", before: 2, after: 3 }]);
    assert.deepEqual(rolled({}, "CronJob"), { downtime: [], rolls: [] });
  });

  it("tells images once, with all workloads that have them", () => {
    const all = (image: string): PlanFile => campus([workload("cms", image), workload("lms", image)]);
    assert.deepEqual(impact(all("a:1"), all("a:2")).images, [
      { before: "a:1", after: "a:2", workloads: ["Deployment/cms", "Deployment/lms"] },
    ]);
  });
});

describe("what a change does to a site as a whole", () => {
  it("tells hosts, settings and versions", () => {
    const before = campus([], {
      hosts: ["a.example.com", "b.example.com"],
      settings: { A: 1, B: "x", PLUGINS: ["mfe", "openedx_pulumi"] },
      tutor: "21.0.1",
      openEdx: "ulmo",
      plugins: { mfe: "21.0.0", gone: "1.0.0" },
    });
    const after = campus([], {
      hosts: ["b.example.com", "c.example.com"],
      settings: { A: 1, B: "y", C: true, PLUGINS: ["mfe", "notes"] },
      tutor: "22.0.3",
      openEdx: "verawood",
      plugins: { mfe: "21.0.0", notes: "22.0.0" },
    });
    const { hosts, settings, versions } = impact(before, after, ["SMTP_PASSWORD"]);
    assert.deepEqual(hosts, { added: ["c.example.com"], removed: ["a.example.com"] });
    assert.deepEqual(settings, [
      { key: "B", before: "x", after: "y", secret: false },
      { key: "C", after: true, secret: false },
      { key: "PLUGINS", before: ["mfe"], after: ["mfe", "notes"], secret: false },
      { key: "SMTP_PASSWORD", secret: true },
    ]);
    assert.deepEqual(versions, [
      { what: "Tutor", before: "21.0.1", after: "22.0.3" },
      { what: "Open edX", before: "ulmo", after: "verawood" },
      { what: "plugin gone", before: "1.0.0" },
      { what: "plugin notes", after: "22.0.0" },
    ]);
  });

  it("is nothing where it is the same, beside one that changes", () => {
    const both = (image: string): PlanFile => {
      const changed = campus([workload("lms", image)]);
      return {
        ...changed,
        resources: [...changed.resources, instance("library", { hosts: ["l.example.com"] })],
      };
    };
    assert.equal(impact(both("a:1"), both("a:2")).instance, "campus");
    assert.deepEqual(compare(both("a:1"), both("a:1")).instances, []);
  });

  it("is that it comes, or goes", () => {
    const site = campus([workload("lms", "a:1")], { hosts: ["a.example.com"] });
    const created = impact(plan([]), site);
    assert.deepEqual(
      [created.kind, created.hosts.added, created.downtime],
      ["create", ["a.example.com"], []],
    );
    const gone = impact(site, plan([]));
    assert.deepEqual([gone.kind, gone.hosts.removed, gone.downtime], ["delete", ["a.example.com"], []]);
  });
});

interface Task {
  task: string;
  plugin?: string;
  image?: string;
  script?: string;
}

/** A plan of campus with an init Job of those tasks. */
function withTasks(name: string, tasks: readonly Task[], more: KubernetesObject[] = []): PlanFile {
  const parent = instance("campus");
  const initContainers = tasks.map(({ task, plugin = "core", image = "openedx:1" }) => ({
    name: `t${task}`,
    image,
    args: ["sh", "/openedx-tasks/scripts/run", task, plugin],
  }));
  const stringData = Object.fromEntries(tasks.map(({ task, script = "migrate" }) => [`${task}.sh`, script]));
  return campus(more, {}, [
    resource(
      "kubernetes:batch/v1:Job",
      "campus-init",
      { metadata: { name }, spec: { template: { spec: { initContainers } } } },
      { parent },
    ),
    resource("kubernetes:core/v1:Secret", "campus-init-tasks", { stringData }, { parent }),
  ]);
}

describe("the tasks that a change runs", () => {
  const lms = { task: "01-lms" };

  it("are all of a Job of another name, with those marked that are others", () => {
    const after = withTasks("init-b", [
      lms,
      { task: "02-cms", image: "openedx:2" },
      { task: "03-lms", script: "new" },
    ]);
    const before = withTasks("init-a", [lms, { task: "02-cms" }, { task: "03-lms" }]);
    const { tasks, migrations } = impact(before, after);
    assert.equal(migrations, true);
    assert.deepEqual(
      tasks.map(({ phase, service, plugin, changed }) => `${phase} ${plugin} ${service} ${changed}`),
      ["init core lms false", "init core cms true", "init core lms true"],
    );
  });

  it("are known by what they do, whatever their number", () => {
    const before = withTasks("init-a", [lms, { task: "02-lms", plugin: "mfe" }]);
    const after = withTasks("init-b", [
      lms,
      { task: "02-notes", plugin: "notes" },
      { task: "03-lms", plugin: "mfe" },
    ]);
    assert.deepEqual(
      impact(before, after).tasks.map(({ plugin, changed }) => [plugin, changed]),
      [
        ["core", false],
        ["notes", true],
        ["mfe", false],
      ],
    );
  });

  it("are none where the Job is the same", () => {
    const [before, after] = ["a:1", "a:2"].map((image) =>
      withTasks("init-a", [lms], [workload("lms", image)]),
    );
    const { tasks, migrations } = impact(before, after);
    assert.deepEqual([tasks, migrations], [[], false]);
  });

  it("go by all that is known where the Job's name is not", () => {
    const before = withTasks("[unknown]", [lms]);
    assert.equal(impact(before, withTasks("[unknown]", [{ ...lms, image: "openedx:2" }])).migrations, true);
    assert.equal(impact(before, withTasks("[unknown]", [{ ...lms, script: "other" }])).migrations, true);
    assert.deepEqual(compare(before, withTasks("[unknown]", [lms])).instances, []);
  });
});
