import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { charts } from "../../src/platform/charts.js";
import { programFolder } from "../../src/workspace/paths.js";
import { images, releasedVersions, tutorRequirements } from "../../src/workspace/versions.js";

interface Manager {
  description: string;
  managerFilePatterns: string[];
  matchStrings: string[];
  datasourceTemplate: string;
}

const text = (file: string): string => readFileSync(join(programFolder, file), "utf8");
const { customManagers } = JSON.parse(text("renovate.json")) as { customManagers: Manager[] };
const files = ["src/platform", "src/workspace", "src/tutor/plugin"].flatMap((folder) =>
  readdirSync(join(programFolder, folder)).map((file) => `${folder}/${file}`),
);

/** What Renovate would find: `name version`, of one kind of source, with the file that it is in. */
function found(datasource: string): { file: string; name: string; groups: Record<string, string> }[] {
  return customManagers
    .filter(({ datasourceTemplate }) => datasourceTemplate === datasource)
    .flatMap(({ managerFilePatterns, matchStrings }) =>
      files
        .filter((file) => managerFilePatterns.some((pattern) => new RegExp(pattern.slice(1, -1)).test(file)))
        .flatMap((file) =>
          matchStrings.flatMap((pattern) =>
            [...text(file).matchAll(new RegExp(pattern, "g"))].map(({ groups = {} }) => ({
              file,
              name: `${groups.depName} ${groups.currentValue}`,
              groups,
            })),
          ),
        ),
    );
}

const named = (datasource: string, file: string): string[] =>
  found(datasource)
    .filter((each) => each.file === file)
    .map(({ name }) => name)
    .sort();

describe("renovate.json", () => {
  it("finds every chart, in its kind of repository", () => {
    const all = Object.values(charts);
    const isOci = ({ repository }: { repository: string }): boolean => repository.startsWith("oci://");
    const names = (list: typeof all): string[] =>
      list.map(({ chart, version }) => `${chart} ${version}`).sort();
    assert.deepEqual(named("helm", "src/platform/charts.ts"), names(all.filter((chart) => !isOci(chart))));
    assert.deepEqual(named("docker", "src/platform/charts.ts"), names(all.filter(isOci)));
  });

  it("finds every image, and the Tutor plugin's defaults", () => {
    const names = Object.values(images).map(({ repository, tag }) => `${repository} ${tag}`);
    assert.deepEqual(named("docker", "src/workspace/versions.ts"), names.sort());
    assert.equal(named("docker", "src/tutor/plugin/openedx_pulumi.py").length, 3);
  });

  it("finds Tutor and the tools", () => {
    assert.deepEqual(
      named("pypi", "src/workspace/versions.ts"),
      tutorRequirements.map((line) => line.replace("==", " ")).sort(),
    );
    assert.deepEqual(
      named("github-releases", "src/workspace/versions.ts"),
      Object.entries(releasedVersions).map(([tool, version]) => `${tool} ${version}`),
    );
  });
});
