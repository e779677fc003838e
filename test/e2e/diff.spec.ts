import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TestRepository } from "../diff/support/repository.js";
import { awsStack, clusterStack, noSite, siteFiles } from "../diff/support/sites.js";

const goldens = join(import.meta.dirname, "../snapshots/diff");

const campus = { host: "campus.example.com", plugins: ["discovery"] };

interface Branch {
  /** What a reviewer must read in the first five lines. */
  says: RegExp[];
  files: Record<string, string | undefined>;
  stack?: string;
  code?: number;
}

const branches: Record<string, Branch> = {
  "new-instance": {
    says: [/alumni is new/, /no downtime/],
    files: {
      ...siteFiles("alumni", { host: "alumni.example.com" }),
      ...clusterStack({ instances: { campus: {}, library: {}, alumni: {} } }),
    },
  },
  "new-plugin": {
    says: [/campus changes/, /migrations run .*campus/],
    files: siteFiles("campus", { ...campus, plugins: ["discovery", "notes"] }),
  },
  "image-change": {
    says: [/campus changes/, /lms/],
    files: siteFiles("campus", {
      ...campus,
      settings: { DOCKER_IMAGE_OPENEDX: "registry.example.com/openedx:22.0.3-campus" },
    }),
  },
  "lms-host": {
    says: [/library changes/, /no longer answers at library\.example\.com/],
    files: siteFiles("library", { host: "books.example.com" }),
  },
  "chart-bump": {
    says: [/chart cert-manager v1\.20\.0 → v1\.20\.1/],
    files: clusterStack({ platform: { addons: { "cert-manager": { state: "on", version: "v1.20.1" } } } }),
  },
  "node-size": {
    says: [/general/],
    files: awsStack({ nodes: { general: { machineType: "m7i.xlarge" } } }),
    stack: "aws",
  },
  "removed-instance": {
    says: [/library is removed/, /no longer answers/],
    files: { ...noSite("library"), ...clusterStack({ instances: { campus: {} } }) },
  },
  "broken-config": {
    says: [/prod cannot be planned/],
    files: clusterStack({ edge: { controller: "treafik" } }),
    code: 1,
  },
};

/** Lines of one object's diff that stand in a golden file. */
const shownLines = 12;

/** The comment as people read it: of a long diff its beginning; a digest holds the rest, and all of a new or removed object. */
function abridged(text: string): string {
  return text
    .replace(/^(`{3,})diff\n([^]*?)\n\1$/gm, (block: string, marks: string, patch: string) => {
      const lines = patch.split("\n");
      const rest = `${lines.length} lines, ${createHash("sha256").update(patch).digest("hex").slice(0, 8)}`;
      if (lines.length <= shownLines) {
        return block;
      }
      return /^@@ -1,0 |^@@ \S+ \+0,0 @@|^@@ \S+ \+1,0 @@/.test(patch)
        ? `(${rest})`
        : `${marks}diff\n${lines.slice(0, shownLines).join("\n")}\n${marks}\n(${rest})`;
    })
    .replace(/(<summary>[^<]*<\/summary>)\n\n(\([^)\n]*\))\n\n(<\/details>)\n\n?/g, "$1 $2 $3\n");
}

describe("openedx diff of a branch", () => {
  let repository: TestRepository;

  before(async () => {
    repository = new TestRepository();
    const files = {
      ...siteFiles("campus", campus),
      ...siteFiles("library", { host: "library.example.com" }),
      ...clusterStack(),
      ...awsStack(),
    };
    Object.entries(files).forEach(([path, text]) => repository.write(path, text));
    await repository.init();
    for (const [name, branch] of Object.entries(branches)) {
      await repository.branch(name, branch.files);
    }
  });
  after(() => repository.remove());

  for (const [name, { says, stack = "prod", code = 0 }] of Object.entries(branches)) {
    it(`${name} is told as in its golden file (UPDATE_SNAPSHOTS=1 writes it anew)`, async () => {
      const comment = join(repository.folder, "..", `${name}.md`);
      const args = ["--base", "main", "--head", name, "--stack", stack, "--markdown", comment];
      const finished = await repository.diff(args);
      assert.equal(finished.code, code, finished.stderr);
      const text = abridged(readFileSync(comment, "utf8").replace(/\([0-9a-f]{8}\)/g, "(00000000)"));
      const golden = join(goldens, `${name}.md`);
      if (process.env.UPDATE_SNAPSHOTS === "1") {
        writeFileSync(golden, text);
      }
      assert.equal(text, readFileSync(golden, "utf8"));
      const top = text.split("\n").slice(0, 5).join("\n");
      says.forEach((pattern) => assert.match(top, pattern));
    });
  }
});
