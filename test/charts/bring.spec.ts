import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { bringCharts, chartPath, type FoundCharts, runAsPlan } from "../../src/charts/bring.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { UserError } from "../../src/workspace/errors.js";
import { programFolder } from "../../src/workspace/paths.js";
import { silent } from "../../src/workspace/progress.js";
import { OwnCache } from "../e2e/support/ownCache.js";
import { ChartServer } from "./support/registry.js";
import { archive, Scratch } from "./support/standInCharts.js";

describe("charts that a stack deploys", function () {
  this.timeout(600_000); // helm may have to be built first
  const chart = { name: "brought", version: "1.0.0" };
  const wanted = { chart: "brought", version: "1.0.0" };
  const placed = join(programFolder, ".charts/brought-1.0.0.tgz");
  const scratch = new Scratch();
  let cache: OwnCache;
  let server: ChartServer;
  let helm: () => Promise<string>;

  before(async () => {
    const path = await createToolchain({ progress: silent }).helm();
    helm = () => Promise.resolve(path);
    cache = new OwnCache();
    server = await ChartServer.start([chart]);
  });
  beforeEach(() => rmSync(placed, { force: true }));
  after(async () => {
    await server.stop();
    rmSync(placed, { force: true });
    scratch.remove();
    cache.remove();
  });

  it("are put where releases look for them, and from then on no repository is asked", async () => {
    assert.equal(chartPath(wanted), "./.charts/brought-1.0.0.tgz");
    const reference = { ...wanted, repository: server.oci };
    await bringCharts([reference], helm);
    assert.deepEqual(readFileSync(placed), archive(chart));
    const asked = server.requests.length;
    rmSync(placed);
    await bringCharts([reference], () => assert.fail("helm was asked for"));
    assert.deepEqual(readFileSync(placed), archive(chart));
    assert.equal(server.requests.length, asked);
  });

  it("give way to another archive of the same name", async () => {
    await bringCharts([{ ...wanted, repository: server.oci }], helm);
    const patched = archive({ ...chart, files: { "values.yaml": "patched: true\n" } });
    scratch.write("mirror/brought-1.0.0.tgz", patched);
    await bringCharts([{ ...wanted, repository: join(scratch.folder, "mirror") }], helm);
    assert.deepEqual(readFileSync(placed), patched);
  });

  const gone = (): { chart: string; version: string; repository: string }[] => [
    { ...wanted, repository: server.oci },
    { chart: "gone", version: "1.2.3", repository: server.oci },
    { chart: "lost", version: "4.5.6", repository: scratch.folder },
  ];

  it("are an error where they cannot be had, which names all of them", async () => {
    await assert.rejects(bringCharts(gone(), helm), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(
        error.message,
        /^These charts cannot be had:\n {2}- gone 1\.2\.3: .*\n {2}- lost 4\.5\.6: .*$/,
      );
      return true;
    });
  });

  it("are no error in a plan, which writes nothing into the program's folder", async () => {
    const found: FoundCharts = new Map();
    await runAsPlan(found, () => bringCharts(gone(), helm));
    assert.deepEqual([...found.keys()].sort(), [
      "./.charts/brought-1.0.0.tgz",
      "./.charts/gone-1.2.3.tgz",
      "./.charts/lost-4.5.6.tgz",
    ]);
    const there = found.get("./.charts/brought-1.0.0.tgz");
    assert.ok(there !== undefined && "archive" in there && existsSync(there.archive));
    assert.match(
      JSON.stringify(found.get("./.charts/lost-4.5.6.tgz")),
      /missing.*lost 4\.5\.6 cannot be had/,
    );
    assert.equal(existsSync(placed), false);
  });
});
