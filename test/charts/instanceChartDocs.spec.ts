import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMap, isScalar, type Node, parse, parseDocument, type YAMLMap } from "yaml";
import {
  buildTimeout,
  carry,
  chartFolder,
  deployment,
  helm,
  render,
  renderText,
  service,
} from "./instanceChart.js";

/** One key of values.yaml, as the README's table shows it. */
interface Row {
  key: string;
  value: string;
  description: string;
}

/** The keys that a person can set, in order; a map with keys of its own is a heading. */
function rowsOf(map: YAMLMap, prefix = ""): Row[] {
  return map.items.flatMap(({ key, value }, index) => {
    assert.ok(isScalar(key));
    const path = prefix + String(key.value);
    if (isMap(value) && value.items.length > 0) {
      return rowsOf(value, `${path}.`);
    }
    // The comment above the first key of a map belongs to the map, in the eyes of the parser.
    const comment = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined) ?? "";
    assert.match(comment, /^ -- /, `values.yaml: ${path} has no "# --" comment`);
    const description = comment.slice(4).replaceAll("\n ", " ");
    return [{ key: path, value: JSON.stringify((value as Node).toJSON()), description }];
  });
}

function valuesMap(): YAMLMap {
  const { contents } = parseDocument(readFileSync(join(chartFolder, "values.yaml"), "utf8"));
  assert.ok(isMap(contents));
  return contents;
}

interface Schema {
  additionalProperties?: unknown;
  properties?: Record<string, Schema>;
  $ref?: string;
}

describe("the instance chart's papers", () => {
  it("say in the README's table what values.yaml says", () => {
    const table = rowsOf(valuesMap()).map(
      ({ key, value, description }) => `| \`${key}\` | \`${value}\` | ${description} |`,
    );
    const readme = readFileSync(join(chartFolder, "README.md"), "utf8").replaceAll(/ +/g, " ");
    const inReadme = readme.split("\n").filter((line) => line.startsWith("| `"));
    assert.deepEqual(inReadme, table, `README.md is stale; its table must be:\n${table.join("\n")}`);
  });

  it("have a closed schema for every key, with local references only", () => {
    const text = readFileSync(join(chartFolder, "values.schema.json"), "utf8");
    const schema = JSON.parse(text) as Schema;
    const references = [...text.matchAll(/"\$ref": "([^"]*)"/g)].map(([, reference]) => reference ?? "");
    assert.ok(
      references.length > 0 && references.every((reference) => reference.startsWith("#/definitions/")),
    );
    assert.ok(schema.properties?.global);
    for (const { key } of rowsOf(valuesMap())) {
      let place: Schema | undefined = schema;
      for (const part of key.split(".")) {
        assert.equal(place?.additionalProperties, false, `${key}: the object around ${part} is open`);
        place = place?.properties?.[part];
        assert.ok(place, `${key} is not in the schema`);
      }
    }
  });

  it("name a Tutor version in quotes, the oldest Kubernetes with its pre-releases, and no dependency", () => {
    const chart = parse(readFileSync(join(chartFolder, "Chart.yaml"), "utf8")) as Record<string, unknown>;
    assert.match(String(chart.appVersion), /^\d+\.\d+\.\d+$/);
    assert.match(String(chart.version), /^\d+\.\d+\.\d+$/);
    assert.equal(chart.kubeVersion, ">=1.30.0-0");
    assert.equal(chart.dependencies, undefined);
  });

  it("end an installation with hosts, the next commands and warnings", async function () {
    this.timeout(buildTimeout);
    await helm(["version"]);
    // `helm template` leaves the notes out, so here they are an object like others.
    const folder = mkdtempSync(join(tmpdir(), "openedx-chart-"));
    try {
      const chart = join(folder, "openedx-instance");
      cpSync(chartFolder, chart, { recursive: true });
      const notes = readFileSync(join(chart, "templates/NOTES.txt"), "utf8");
      const wrapped = `{{- define "notes" -}}\n${notes}\n{{- end -}}\nkind: Notes\nmetadata: {name: notes}\ntext: {{ include "notes" . | toJson }}\n`;
      writeFileSync(join(chart, "templates/notes.yaml"), wrapped);
      const objects = await render({}, { chart, files: ["ci/ingress-values.yaml"] });
      const text = String(objects["Notes.notes"]?.text);
      assert.match(
        text,
        /^Open edX instance campus, verawood \(Tutor 22\.0\.3\): 5 objects of Tutor's, revision 1\.\n/,
      );
      assert.match(text, /^ {2}https:\/\/studio\.campus\.example\.com$/m);
      assert.match(text, /rollout status deployment\/lms$/m);
      assert.match(text, /^ {2}helm --namespace site test campus --logs$/m);
      assert.match(text, /WARNING: caddy may have one pod only/);
      assert.doesNotMatch(text, /fromNamespace|\n\n\n/);
      const bare = await renderText({ manifests: carry(deployment("x"), service("x")) }, { chart });
      assert.match(bare, /Open edX instance campus: 2 objects of Tutor's/);
      assert.doesNotMatch(bare, /WARNING|hosts/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
