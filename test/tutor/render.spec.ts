import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRender, renderKey, writeRender } from "../../src/tutor/cache.js";
import { readInstanceFiles } from "../../src/tutor/folder.js";
import { renderInstances } from "../../src/tutor/render.js";
import type { InstanceSource, Render } from "../../src/tutor/types.js";
import { silent } from "../../src/workspace/progress.js";

const render: Render = {
  tutorVersion: "22.0.3",
  openEdxRelease: "verawood",
  plugins: {},
  settings: { LMS_HOST: "a.b" },
  tokens: [],
  objects: [],
  hosts: { public: [], routed: [] },
  tasks: [],
};

describe("the render cache", () => {
  let scratch: string;
  let source: InstanceSource;
  const before = process.env.OPENEDX_CACHE;

  beforeEach(() => {
    scratch = mkdtempSync(join(tmpdir(), "renders-"));
    process.env.OPENEDX_CACHE = join(scratch, "cache");
    const folder = join(scratch, "campus");
    mkdirSync(join(folder, "plugins"), { recursive: true });
    writeFileSync(join(folder, "config.yml"), "LMS_HOST: a.b\n");
    writeFileSync(join(folder, "requirements.txt"), "tutor==22.0.3\n");
    const place = { name: "campus", folder, namespace: "campus" };
    source = { ...place, files: readInstanceFiles(place), settings: { A: 1, B: 2 }, givenSecrets: [] };
  });
  afterEach(() => {
    rmSync(scratch, { recursive: true, force: true });
    if (before === undefined) {
      delete process.env.OPENEDX_CACHE;
    } else {
      process.env.OPENEDX_CACHE = before;
    }
  });

  const key = (changed: Partial<InstanceSource> = {}): string =>
    renderKey({ ...source, files: readInstanceFiles(source), ...changed });

  it("serves a known render without Python and kubectl", async () => {
    writeRender("campus", key(), render);
    const renders = await renderInstances([source], {
      kubectl: () => Promise.reject(new Error("kubectl was asked for")),
      progress: silent,
    });
    assert.deepEqual(renders, [render]);
  });

  it("names a render by all that goes into it", () => {
    const original = key();
    assert.equal(key({ settings: { B: 2, A: 1 } }), original);
    const others = [
      key({ settings: { A: 1, B: 3 } }),
      key({ givenSecrets: ["SMTP_PASSWORD"] }),
      key({ tokens: { MYSQL_HOST: { spec: { kind: "bound" }, secret: false } } }),
      key({ tokens: { MYSQL_HOST: { spec: { kind: "bound" }, secret: true } } }),
      key({ namespace: "other" }),
      key({ name: "other" }),
    ];
    const changes: [file: string, text: string][] = [
      ["config.yml", "LMS_HOST: a.c\n"],
      ["requirements.txt", "tutor==22.0.2\n"],
      ["plugins/mine.py", "1\n"],
      ["plugins/mine.py", "2\n"],
    ];
    for (const [file, text] of changes) {
      writeFileSync(join(source.folder, file), text);
      others.push(key());
    }
    assert.equal(new Set([original, ...others]).size, others.length + 1);
  });

  it("takes a damaged or half-written file for none", () => {
    writeRender("campus", key(), render);
    const file = join(scratch, "cache", "renders", "campus", `${key()}.json`);
    for (const text of ["", "null", `${"0".repeat(64)}\n{}`, readFileSync(file, "utf8").slice(0, -1)]) {
      writeFileSync(file, text);
      assert.equal(readRender("campus", key()), undefined);
    }
  });

  it("keeps the last few renders of an instance only, and no unfinished file", () => {
    for (let index = 0; index < 12; index += 1) {
      writeRender("campus", `${index}`, render);
    }
    const files = readdirSync(join(scratch, "cache", "renders", "campus"));
    assert.equal(files.length, 8);
    assert.ok(files.every((file) => file.endsWith(".json")));
  });
});
