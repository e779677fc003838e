import assert from "node:assert/strict";
import type { AddOnName } from "../../src/config/platform.js";
import { at, deployPlatform, type Given, planned, releasesOf, valuesOf } from "./stack.js";

/** A line as edx-platform's console handler writes it, and one that only looks like it. */
const event =
  '{"name": "edx.course.enrollment.activated", "context": {"course_id": "a", "path": "/"}, "event": {}}';
const trackingLine = `2026-11-23 10:00:00,123 INFO 42 [tracking] [user 5] [ip 203.0.113.7] logger.py:41 - ${event}`;
const otherLine =
  "2026-11-23 10:00:00,123 INFO 42 [common.djangoapps.student] [user 5] models.py:7 - {tracking}";

interface Component {
  type: string;
  inputs?: string[];
  source?: string;
  route?: Record<string, string>;
  labels?: Record<string, string>;
  endpoint?: string;
}

interface VectorConfig {
  sources: Record<string, Component>;
  transforms: Record<string, Component>;
  sinks: Record<string, Component>;
}

function vectorConfig(beside: AddOnName[] = []): VectorConfig {
  return at(valuesOf("vector", { beside }), "customConfig") as VectorConfig;
}

/** The regular expression that tells tracking lines, in the form that JavaScript takes. */
function expressionIn(source: string): RegExp {
  const [, expression = ""] = /r'(.*)'/.exec(source) ?? [];
  return new RegExp(expression.replace("?P<", "?<"));
}

describe("vector", () => {
  it("runs on every node as a reader of its logs, without services", () => {
    const values = valuesOf("vector");
    assert.equal(values.role, "Agent");
    assert.deepEqual(values.service, { enabled: false });
    assert.deepEqual(values.serviceHeadless, { enabled: false });
  });

  it("takes every input from a component that is there", () => {
    for (const beside of [[], ["loki"]] as AddOnName[][]) {
      const { sources, transforms, sinks } = vectorConfig(beside);
      const routes = Object.entries(transforms).flatMap(([name, { route = {} }]) =>
        [...Object.keys(route), "_unmatched"].map((output) => `${name}.${output}`),
      );
      const outputs = new Set([...Object.keys(sources), ...Object.keys(transforms), ...routes]);
      const inputs = Object.values({ ...transforms, ...sinks }).flatMap(
        (component) => component.inputs ?? [],
      );
      assert.ok(inputs.length > 3);
      assert.deepEqual(
        inputs.filter((input) => !outputs.has(input)),
        [],
      );
    }
  });

  it("tells tracking events from all else, and keeps the event alone", () => {
    const { sorted, streams } = vectorConfig().transforms;
    const expression = expressionIn(sorted?.source ?? "");
    assert.equal(expression.exec(trackingLine)?.groups?.event, event);
    assert.equal(expression.exec(otherLine), null);
    assert.match(sorted?.source ?? "", /\.log_type = "tracking"\n\s+\.message = line\.event/);
    assert.deepEqual(streams?.route, { tracking: '.log_type == "tracking"' });
  });

  it("names the site by the labels of its namespace", () => {
    const source = vectorConfig().transforms.sorted?.source ?? "";
    assert.match(source, /namespace_labels\."app\.kubernetes\.io\/part-of" == "openedx"/);
    assert.match(
      source,
      /\.instance = string\(\.kubernetes\.namespace_labels\."app\.kubernetes\.io\/instance"\)/,
    );
  });

  it("sends both streams to Loki where there is one, with labels of few values", () => {
    const { application, tracking } = vectorConfig(["loki"]).sinks;
    assert.deepEqual([application?.type, application?.inputs], ["loki", ["streams._unmatched"]]);
    assert.deepEqual([tracking?.type, tracking?.inputs], ["loki", ["streams.tracking"]]);
    assert.equal(tracking?.labels?.log_type, "tracking");
    assert.deepEqual(Object.keys(tracking?.labels ?? {}).sort(), [
      "app",
      "container",
      "instance",
      "log_type",
      "namespace",
    ]);
  });

  it("writes tracking events to its own output where there is no Loki", () => {
    const { sinks } = vectorConfig();
    assert.deepEqual(Object.keys(sinks).sort(), ["prom_exporter", "tracking"]);
    assert.equal(sinks.tracking?.type, "console");
  });

  it("keeps its own templates from Helm, which evaluates the config", () => {
    const text = JSON.stringify(vectorConfig(["loki"]));
    const templates = text.match(/\{\{.*?\}\}"? ?\}?\}?/g) ?? [];
    assert.ok(templates.length > 0);
    for (const template of templates) {
      assert.match(template, /^\{\{ print /, "Helm would take it for its own");
    }
  });

  it("takes another sink from the config, beside its own", async () => {
    const sink = { type: "aws_s3", inputs: ["streams.tracking"], bucket: "events" };
    const result = await deployPlatform({
      config: {
        platform: {
          addons: { vector: { state: "on", values: { customConfig: { sinks: { archive: sink } } } } },
        },
      },
    });
    const values = releasesOf(result).get("vector")?.values;
    assert.deepEqual(at(values, "customConfig.sinks.archive"), sink);
    assert.equal(at(values, "customConfig.sinks.tracking.type"), "console");
  });
});

describe("alloy", () => {
  const given: Given = { sites: [{ name: "campus", namespace: "learn", hosts: [] }] };
  const pipeline = (): string => at(valuesOf("alloy", given), "alloy.configMap.content") as string;

  it("reads what its own node writes, without reports to its makers", () => {
    const values = valuesOf("alloy");
    assert.equal(at(values, "controller.type"), "daemonset");
    assert.equal(at(values, "alloy.mounts.varlog"), true);
    assert.equal(at(values, "alloy.enableReporting"), false);
    assert.equal(at(values, "crds.create"), false);
    assert.match(pipeline(), /"spec\.nodeName=" \+ sys\.env\("HOSTNAME"\)/);
  });

  it("labels each line with its site, and tracking events as what they are", () => {
    assert.match(
      pipeline(),
      /regex {9}= "learn"\n {4}target_label {2}= "instance"\n {4}replacement {3}= "campus"/,
    );
    assert.match(pipeline(), /log_type = "tracking"/);
    const [, expression = ""] = /expression = "(.*)"/.exec(pipeline()) ?? [];
    const pattern = new RegExp((JSON.parse(`"${expression}"`) as string).replace("?P<", "?<"));
    assert.equal(pattern.exec(trackingLine)?.groups?.event, event);
    assert.equal(pattern.exec(otherLine), null);
  });

  it("holds no template of Helm's, which evaluates the config, and closes every block", () => {
    assert.doesNotMatch(pipeline(), /\{\{/);
    const code = pipeline().replaceAll(/"(\\.|[^"\\])*"/g, '""');
    assert.equal(code.split("{").length, code.split("}").length);
  });

  it("is refused without Loki or a pipeline of one's own, and beside Vector", () => {
    const addons = (states: Record<string, unknown>): Given => ({ config: { platform: { addons: states } } });
    assert.throws(
      () => planned(addons({ alloy: "on" })),
      /addons\.alloy: it has nowhere to send logs to; set .*loki to on/,
    );
    assert.throws(
      () => planned(addons({ alloy: "on", vector: "on", loki: "on" })),
      /every line of every log/,
    );
    const own = { state: "on", values: { alloy: { configMap: { content: "// mine" } } } };
    assert.deepEqual(
      planned(addons({ alloy: own })).on.map(({ addOn }) => addOn.name),
      ["alloy"],
    );
    assert.deepEqual(
      planned(addons({ alloy: "on", loki: "on" })).on.map(({ addOn }) => addOn.name),
      ["loki", "alloy"],
    );
  });
});
