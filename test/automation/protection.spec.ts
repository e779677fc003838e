import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { StateResource } from "../../src/automation/stacks/deployment.js";
import { protectedLosses } from "../../src/automation/stacks/protection.js";

const urnOf = (name: string): string =>
  `urn:pulumi:prod::openedx::random:index/randomBytes:RandomBytes::${name}`;

function resource(name: string, options: Partial<StateResource> = {}): StateResource {
  return { urn: urnOf(name), type: "random:index/randomBytes:RandomBytes", protect: true, ...options };
}

function step(op: string, name: string, oldName = name): EngineEvent {
  const metadata = { op, urn: urnOf(name), old: { urn: urnOf(oldName) } };
  return { resourcePreEvent: { metadata } } as EngineEvent;
}

describe("protected resources that would be lost", () => {
  const resources = ["campus", "academy", "library"].map((name) => resource(name));

  it("are all of the state where nothing stays, but for what waits for its deletion only", () => {
    const more = [resource("free", { protect: false }), resource("replaced", { delete: true })];
    assert.deepEqual(protectedLosses({ resources: [...resources, ...more] }), [
      urnOf("campus"),
      urnOf("academy"),
      urnOf("library"),
    ]);
  });

  it("are those that a preview does nothing else with, be it refused or not come to", () => {
    const events = [step("same", "campus"), step("delete", "academy")];
    assert.deepEqual(protectedLosses({ resources }, events), [urnOf("academy"), urnOf("library")]);
  });

  it("are not those that have another name now", () => {
    const events = [step("same", "renamed", "campus"), step("update", "academy")];
    assert.deepEqual(protectedLosses({ resources }, events), [urnOf("library")]);
  });

  it("are the targets alone where there are any", () => {
    assert.deepEqual(protectedLosses({ resources }, [], [urnOf("academy")]), [urnOf("academy")]);
  });
});
