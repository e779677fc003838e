import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as automation from "../../src/automation/index.js";
import { programFolder } from "../../src/workspace/paths.js";

describe("docs/automation.md", () => {
  const text = readFileSync(join(programFolder, "docs/automation.md"), "utf8");
  const table = text.split("\n").filter((line) => line.startsWith("| `"));

  it("names every function that scripts can import, and no other", () => {
    const named = table.flatMap((line) =>
      [...(line.split("|")[1] ?? "").matchAll(/`(\w+)/g)].map(([, name]) => name ?? ""),
    );
    const classes = ["OperationError", "UserError"];
    classes.forEach((name) => assert.match(text, new RegExp(`\`${name}\``)));
    const exported = Object.keys(automation).filter((name) => !classes.includes(name));
    assert.deepEqual([...new Set(named)].sort(), exported.sort());
  });
});
