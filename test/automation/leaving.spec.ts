import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { leaving, reportOf } from "../../src/automation/stacks/events.js";
import type { OpenedStack } from "../../src/automation/stacks/openStack.js";
import { OperationError, preview } from "../../src/automation/stacks/operations.js";
import { UserError } from "../../src/workspace/errors.js";
import { silent } from "../../src/workspace/progress.js";
import { stream } from "./streams.js";

const password = "hunter2-correct-horse";
const urn = "urn:pulumi:prod::openedx::random:index/randomPassword:RandomPassword::campus-secret-key";

/** Events as the engine sends them without being asked, and one that no engine has yet. */
const traced: EngineEvent[] = (
  [
    { preludeEvent: { config: { "openedx:secrets": `{"campus":{"SMTP_PASSWORD":"${password}"}}` } } },
    said("debug", `RegisterResource RPC finished: resource:campus-secret-key resp: result,,,,,${password}`),
    said("debug", `Unmarshaling property for RPC[]: result={${password}}`, urn),
    said("trace", `a severity of a later engine: ${password}`),
    said("info#err", `the program printed ${password}`),
    {
      diagnosticEvent: { ...diagnostic("warning", `only a live display shows ${password}`), ephemeral: true },
    },
    { stdoutEvent: { message: password, color: "raw" } },
    { startDebuggingEvent: { config: { password } } },
    { policyRemediateEvent: { before: {}, after: { password } } },
    { someLaterEvent: { password } },
  ] as Partial<EngineEvent>[]
).map((event, index) => ({ sequence: index, timestamp: index, ...event }));

const told: EngineEvent[] = [
  said("info", "all is well"),
  said("warning", "the chart is deprecated"),
  said("error", "the release failed", urn),
].map((event, index) => ({ sequence: 100 + index, timestamp: 100, ...event }));

const all = [...traced, ...told, ...stream("preview-image-change"), ...stream("preview-policy")];

function diagnostic(severity: string, message: string, about?: string): EngineEvent["diagnosticEvent"] {
  return { severity, message, color: "never", ...(about !== undefined && { urn: about }) } as NonNullable<
    EngineEvent["diagnosticEvent"]
  >;
}

function said(severity: string, message: string, about?: string): Partial<EngineEvent> {
  return { diagnosticEvent: diagnostic(severity, message, about) };
}

/** A stack whose preview has these events, and then fails if it is told to. */
function stackWith(events: readonly EngineEvent[], failure?: Error): OpenedStack {
  const stack = {
    preview: ({ onEvent }: { onEvent: (event: EngineEvent) => void }) => {
      events.forEach(onEvent);
      return failure === undefined ? Promise.resolve({}) : Promise.reject(failure);
    },
  };
  return {
    name: "prod",
    folder: ".",
    progress: silent,
    environment: {},
    cli: {},
    stack,
  } as unknown as OpenedStack;
}

describe("what leaves of the engine's events", () => {
  it("holds nothing of its trace, of the config, and of kinds that nobody knows here", () => {
    assert.ok(traced.every((event) => JSON.stringify(event).includes(password)));
    assert.deepEqual(traced.flatMap(leaving), [{ sequence: 0, timestamp: 0, preludeEvent: { config: {} } }]);
  });

  it("holds what was said to people, and what is done to resources, unchanged", () => {
    for (const events of [told, stream("up-fails-half-way"), stream("refresh-drift")]) {
      const kept = events.filter(
        ({ preludeEvent, diagnosticEvent: each }) => !preludeEvent && !each?.ephemeral,
      );
      assert.deepEqual(
        events.flatMap(leaving).filter(({ preludeEvent }) => !preludeEvent),
        kept,
      );
    }
  });

  it("is not a secret of a preview as an engine sent it", () => {
    const events = stream("preview-traced");
    assert.match(JSON.stringify(events), /generated-hunter2/);
    const report = reportOf("prod", "preview", events);
    assert.doesNotMatch(JSON.stringify([report, events.flatMap(leaving)]), /hunter2/);
    assert.deepEqual(
      report.diagnostics.map(({ severity, message }) => [severity, message]),
      [
        ["info", "two sites"],
        ["warning", "the chart is deprecated"],
      ],
    );
  });

  it("tells the same report as all of the events", () => {
    assert.deepEqual(reportOf("prod", "preview", all.flatMap(leaving)), reportOf("prod", "preview", all));
  });

  it("is all that a preview gives, and no report has more", async () => {
    const result = await preview(stackWith(all));
    assert.ok(!JSON.stringify(result).includes(password));
    assert.ok(!JSON.stringify(reportOf("prod", "preview", all)).includes(password));
    assert.deepEqual(
      result.report.diagnostics.slice(0, 3).map(({ severity, message }) => [severity, message]),
      [
        ["info", "all is well"],
        ["warning", "the chart is deprecated"],
        ["error", "the release failed"],
      ],
    );
    assert.ok(result.report.resources.length > 0);
    assert.ok(result.report.policies.length > 0);
  });

  it("is all that an operation that failed gives", async () => {
    const failing = preview(stackWith(all, new UserError("exit code 1")));
    await assert.rejects(failing, (error) => {
      assert.ok(error instanceof OperationError);
      assert.match(error.message, /the release failed/);
      assert.ok(!JSON.stringify([error.message, error.report, error.events]).includes(password));
      assert.ok(error.events.length > 3);
      return true;
    });
  });
});
