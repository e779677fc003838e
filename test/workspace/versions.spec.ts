import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { programFolder } from "../../src/workspace/paths.js";
import { imageName, images, packageVersion } from "../../src/workspace/versions.js";

const text = (file: string): string => readFileSync(join(programFolder, file), "utf8");
const tracked = execFileSync("git", ["ls-files"], { cwd: programFolder, encoding: "utf8" }).split("\n");

/** What the first group of a pattern finds, all over some files. */
function found(pattern: RegExp, files: readonly string[]): [string, string][] {
  return files.flatMap((file) =>
    [...text(file).matchAll(pattern)].map((match): [string, string] => [file, match[1] ?? ""]),
  );
}

describe("pinned versions", () => {
  it("name one Pulumi: the package's, in workflows, actions and the tools that are built", () => {
    const files = tracked.filter((file) => /^\.(github|gitlab|ci)\/|^tools\/go\.mod$|Dockerfile/.test(file));
    const pattern =
      /pulumi-version: *"?([\d.]+)|PULUMI_VERSION[:=] *"?([\d.]+)|pulumi\/pulumi\/(?:pkg|sdk)\/v3 v([\d.]+)/g;
    const versions = files.flatMap((file) =>
      [...text(file).matchAll(pattern)].map((match) => [
        file,
        match.slice(1).find((group) => group !== undefined),
      ]),
    );
    assert.ok(versions.length >= 4, "the pattern finds them");
    assert.deepEqual(
      versions.filter(([, version]) => version !== packageVersion("@pulumi/pulumi")),
      [],
    );
  });

  it("are the Tutor plugin's default images", () => {
    const defaults = found(/"IMAGE_[A-Z]+": "docker\.io\/([^"]+)"/g, ["src/tutor/plugin/openedx_pulumi.py"]);
    assert.deepEqual(
      defaults.map(([, image]) => image),
      [images.valkey, images.curl, images.seaweedfs].map(imageName),
    );
  });

  it("of images and Kubernetes are in one file", () => {
    const files = tracked.filter(
      (file) => /^(src|providers)\/.*\.ts$/.test(file) && !file.endsWith("/versions.ts"),
    );
    const code = /^(?! *(?:\*|\/\/)).*["'`]([a-z0-9.-]+\/[a-z0-9./-]+:v?\d+\.\d[^"'`]*)["'`]/gm;
    const tags = /^(?! *(?:\*|\/\/)).*\b(?:tag: "v?\d+\.\d[^"]*")/gm;
    assert.deepEqual([...found(code, files), ...found(tags, files)], []);
  });

  it("are exact where packages are concerned", () =>
    assert.throws(() => packageVersion("left-pad"), /left-pad is not a dependency/));
});
