import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { existingAbilities } from "../../../providers/existing/abilities.js";
import { planServices } from "../../../src/data/plan.js";
import { collectInstances } from "../../../src/instance/render/collect.js";
import { planEdge } from "../../../src/platform/edge/plan.js";
import { configSchema } from "../../../src/stack/schema.js";
import { silent } from "../../../src/workspace/progress.js";

describe("collectInstances", () => {
  const scratch = mkdtempSync(join(tmpdir(), "instances-"));
  after(() => rmSync(scratch, { recursive: true }));

  function collect(instances: Record<string, object>, more: object = {}): Promise<unknown> {
    const config = { ...configSchema.parse({ cloud: "existing", instances, ...more }), stack: "test" };
    return collectInstances(config, {
      edge: planEdge(config, existingAbilities),
      services: planServices(config, existingAbilities),
      kubectl: () => Promise.reject(new Error("nothing is rendered")),
      progress: silent,
    });
  }

  const faults: [what: string, instances: Record<string, object>, message: RegExp][] = [
    [
      "all folders that are missing",
      { east: { folder: join(scratch, "east") }, west: { folder: join(scratch, "west") } },
      /^Instances cannot be read:[^]*Instance east[^]*Instance west/,
    ],
    ["a single one, as it is", { east: { folder: join(scratch, "east") } }, /^Instance east: the folder/],
    [
      "a namespace that two would share",
      { east: {}, west: { namespace: "east" } },
      /The namespace east is used by more than one instance: east, west/,
    ],
  ];
  for (const [what, instances, message] of faults) {
    it(`names ${what}`, () => assert.rejects(collect(instances), { name: "UserError", message }));
  }

  it("names a secret that takes the place of what a service of the stack gives, without its value", () =>
    assert.rejects(
      collect(
        { campus: {} },
        {
          services: { mail: { mode: "external", external: { host: "relay.example.com" } } },
          credentials: { mail: { username: "sites", password: "relay" } },
          secrets: { campus: { SMTP_PASSWORD: "hidden" } },
        },
      ),
      { name: "UserError", message: /^(?![^]*hidden)[^]*openedx:secrets\.campus\.SMTP_PASSWORD/ },
    ));
});
