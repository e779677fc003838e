import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { programFolder } from "../../src/workspace/paths.js";

/** What each file imports, types included. */
type Imports = ReadonlyMap<string, readonly string[]>;

function importsOf(folders: readonly string[]): Imports {
  const files = folders.flatMap((folder) =>
    readdirSync(join(programFolder, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(folder, name)),
  );
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(programFolder, file), "utf8"));
      const targets = importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith("."));
      return [file, targets.map((name) => relative("", join(dirname(file), name)).replace(/\.js$/, ".ts"))];
    }),
  );
}

/** A way from a file back to itself; undefined: there is none. */
function circle(imports: Imports): string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, way: readonly string[]): string[] | undefined => {
    const from = way.indexOf(file);
    if (from >= 0) {
      return [...way.slice(from), file];
    }
    if (done.has(file)) {
      return undefined;
    }
    for (const target of imports.get(file) ?? []) {
      const found = walk(target, [...way, file]);
      if (found !== undefined) {
        return found;
      }
    }
    done.add(file);
    return undefined;
  };
  return [...imports.keys()].map((file) => walk(file, [])).find((found) => found !== undefined);
}

describe("the files of the program", () => {
  it("import each other in one direction", () => {
    const imports = importsOf(["src", "providers"]);
    assert.ok(imports.size > 400);
    assert.equal(circle(imports), undefined);
  });

  it("would be found in a circle", () =>
    assert.deepEqual(
      circle(
        new Map([
          ["a", ["b"]],
          ["b", ["c"]],
          ["c", ["b"]],
        ]),
      ),
      ["b", "c", "b"],
    ));
});
