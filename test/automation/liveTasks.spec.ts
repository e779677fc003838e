import assert from "node:assert/strict";
import { liveTaskWarnings } from "../../src/automation/stacks/liveTasks.js";
import type { StateResource } from "../../src/automation/stacks/deployment.js";
import type { Cluster } from "../../src/cluster/cluster.js";

const job = (component: string): StateResource => ({
  urn: `urn:pulumi:prod::openedx::kubernetes:batch/v1:Job::campus-${component}`,
  type: "kubernetes:batch/v1:Job",
  inputs: {
    metadata: {
      name: `campus-${component}`,
      namespace: "campus",
      labels: { "app.kubernetes.io/component": component },
    },
  },
});

/** A cluster whose Jobs have these conditions, one after another, and whose pod has such a container. */
function clusterWith(conditions: string[], container: object = {}): Cluster {
  const left = [...conditions];
  const get = (path: string): Promise<object> => {
    if (path.includes("/jobs/")) {
      const type = left.length > 1 ? left.shift() : left[0];
      return Promise.resolve({ status: { conditions: [{ type, status: "True" }] } });
    }
    const status = { initContainerStatuses: [container] };
    return Promise.resolve({ items: path.endsWith("/pods") ? [{ metadata: { name: "pod" }, status }] : [] });
  };
  return { get, call: () => Promise.resolve({ status: 404 }) } as unknown as Cluster;
}

describe("tasks that talk to the live site", () => {
  const warned = (cluster: Cluster, tasks = 60_000): Promise<string[]> =>
    liveTaskWarnings(
      { resources: [job("live"), job("init")], pending: [] },
      cluster,
      new AbortController().signal,
      { site: 0, tasks, pause: 1 },
    );

  it("are waited for until they are done", async () => {
    assert.deepEqual(await warned(clusterWith(["Suspended", "Suspended", "Complete"])), []);
  });

  it("are told of where they failed, with the task and that they come again", async () => {
    const failed = { name: "t01-discovery", state: { terminated: { exitCode: 3, message: "no such host" } } };
    const [text = "", ...more] = await warned(clusterWith(["Failed"], failed));
    assert.match(text, /^campus: .* failed; the site is up\. The next `openedx up`/);
    assert.match(text, /task t01-discovery failed with exit code 3.*no such host/);
    assert.deepEqual(more, []);
  });

  it("are left to wait for a site that does not answer yet", async () => {
    const [text = ""] = await warned(
      clusterWith(["Suspended"], { name: "wait-for-site", state: { running: {} } }),
    );
    assert.match(text, /wait until its address answers from outside: its name must resolve/);
  });

  it("hold no deployment up for ever", async () => {
    const [text = ""] = await warned(clusterWith(["Suspended"], { name: "t01", state: { running: {} } }), 0);
    assert.match(text, /are not done yet \(Job campus\/campus-live\)/);
  });
});
