import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { programFolder } from "../../src/workspace/paths.js";
import { facts } from "../../providers/clouds.js";
import { selectCloud } from "../../src/stack/selectCloud.js";
import { stackConfig } from "../contract/clouds.js";

/** Packages that a module loads as soon as it is loaded itself, with the file that asks for each. */
function loadedBy(entry: string): Map<string, string> {
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file) || !existsSync(file)) {
      continue;
    }
    seen.add(file);
    const text = readFileSync(file, "utf8");
    for (const [, clause = "", from = ""] of text.matchAll(
      /^(?:import|export) (type )?[^;]*?from "([^"]+)";/gms,
    )) {
      if (clause === "" && from.startsWith(".")) {
        waiting.push(resolve(dirname(file), from.replace(/\.js$/, ".ts")));
      } else if (clause === "") {
        packages.set(from, file);
      }
    }
  }
  return packages;
}

describe("the choice of the cloud", () => {
  it("loads no cloud's SDK before it is known to be needed", () => {
    const packages = [...loadedBy(join(programFolder, "src/stack/selectCloud.ts")).keys()];
    assert.ok(packages.includes("zod"), "the reader of imports finds what there is");
    assert.deepEqual(
      packages.filter((name) => /^@pulumi\//.test(name)),
      [],
    );
  });

  it("says where the cloud's part of the config is missing", () => {
    assert.throws(() => selectCloud(stackConfig({ cloud: "aws" })), {
      message: /stacks\/Pulumi\.contract\.yaml: openedx:cloud is aws, so openedx:aws must say where and how/,
    });
  });

  it("knows what costs money", () => {
    assert.ok(facts.of("aws:rds/instance:Instance")?.billed);
    assert.ok(!facts.of("aws:iam/role:Role")?.billed);
  });
});
