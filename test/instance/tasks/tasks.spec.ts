import assert from "node:assert/strict";
import { phaseTasks } from "../../../src/instance/tasks/tasks.js";
import type { InitTask } from "../../../src/tutor/types.js";
import { campusRender, campusTasks } from "../campus.js";
import { password, tokenOf } from "../objects.js";

const names = (tasks: readonly InitTask[]): string[] =>
  tasks.map(({ service, owner }) => `${owner}/${service}`);

describe("phaseTasks", () => {
  const { tokens } = campusRender();

  it("sorts a real site's tasks", () => {
    const phases = phaseTasks(campusTasks, tokens);
    assert.deepEqual(names(phases.admin), ["core/mysql", "core/lms", "credentials/mysql", "discovery/mysql"]);
    assert.deepEqual(names(phases.init), [
      "core/lms",
      "core/lms",
      "core/cms",
      "credentials/lms",
      "credentials/credentials",
      "discovery/lms",
      "mfe/lms",
    ]);
    assert.deepEqual(names(phases["admin-after"]), ["credentials/mysql"]);
    assert.match(phases["admin-after"][0]?.script ?? "", /INSERT credentials\.core_user/);
    assert.deepEqual(names(phases.live), ["discovery/discovery"]);
  });

  it("loses no task", () => {
    assert.equal(Object.values(phaseTasks(campusTasks, tokens)).flat().length, campusTasks.length);
  });

  const admin: [key: string, phase: "admin" | "init"][] = [
    ["MYSQL_ROOT_PASSWORD", "admin"],
    ["MEILISEARCH_MASTER_KEY", "admin"],
    ["CLICKHOUSE_ADMIN_PASSWORD", "admin"],
    ["DRYDOCK_MONGODB_ROOT_PASSWORD", "admin"],
    ["SUPERSET_ADMIN_PASSWORD", "init"],
    ["XQUEUE_MYSQL_PASSWORD", "init"],
  ];
  for (const [key, phase] of admin) {
    it(`runs a task with ${key} in the phase ${phase}`, () => {
      const task = { service: "any", owner: "plugin", script: `login ${tokenOf(key)}` };
      assert.deepEqual(phaseTasks([task], [password(key)])[phase], [task]);
    });
  }

  it("leaves out tasks that do nothing", () => {
    assert.deepEqual(phaseTasks([{ service: "lms", owner: "core", script: " \n" }], [])["init"], []);
  });
});
