import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fillFolder, verifyCharts } from "../../src/charts/collection.js";
import { isReachable } from "../../src/charts/hosts.js";
import { readLock, writeLock } from "../../src/charts/lockFile.js";
import { pullChart, type PullRequest } from "../../src/charts/pull.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { UserError } from "../../src/workspace/errors.js";
import { silent } from "../../src/workspace/progress.js";
import { ChartServer, sha256 } from "./support/registry.js";
import { archive, Scratch } from "./support/standInCharts.js";

const traefik = { name: "traefik", version: "41.3.0" };
const certManager = { name: "cert-manager", version: "v1.21.1" };

describe("charts' archives", () => {
  const scratch = new Scratch();
  const given = process.env.OPENEDX_CACHE;
  let server: ChartServer;
  let helm: () => Promise<string>;

  before(async () => {
    const path = await createToolchain({ progress: silent }).helm();
    helm = () => Promise.resolve(path);
    process.env.OPENEDX_CACHE = join(scratch.folder, "cache");
    server = await ChartServer.start([traefik, certManager]);
  });
  after(async () => {
    await server.stop();
    scratch.remove();
    if (given === undefined) {
      delete process.env.OPENEDX_CACHE;
    } else {
      process.env.OPENEDX_CACHE = given;
    }
  });

  function pull(more: Partial<PullRequest>): ReturnType<typeof pullChart> {
    return pullChart({ chart: "traefik", version: "41.3.0", repository: server.oci, helm, ...more });
  }
  async function whyNot(more: Partial<PullRequest>): Promise<string> {
    const error: unknown = await pull(more).then(
      () => assert.fail("it was pulled"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof UserError, String(error));
    assert.doesNotMatch(error.message, /\n/);
    return error.message;
  }

  for (const kind of ["oci", "repository"] as const) {
    it(`are pulled once from a repository (${kind}), and asked for no more`, async () => {
      const first = await pull({ repository: server[kind] });
      assert.equal(first.from, "repository");
      assert.deepEqual(readFileSync(first.archive), archive(traefik));
      assert.equal(first.digest, sha256(archive(traefik)));
      const asked = server.requests.length;
      assert.deepEqual(await pull({ repository: server[kind] }), { ...first, from: "cache" });
      assert.equal(server.requests.length, asked);
      assert.deepEqual(readdirSync(join(first.archive, "..")), ["traefik-41.3.0.tgz"]);
    });
  }

  it("are pulled once by many at the same time", async () => {
    server.add({ name: "keda", version: "2.20.2" });
    const all = await Promise.all(
      Array.from({ length: 6 }, () =>
        pull({ chart: "keda", version: "2.20.2", repository: server.repository }),
      ),
    );
    assert.equal(all.filter(({ from }) => from === "repository").length, 1);
    assert.equal(server.requests.filter((path) => path.endsWith("keda-2.20.2.tgz")).length, 1);
  });

  it("are kept apart by repository", async () => {
    const other = await ChartServer.start();
    other.add(traefik, archive({ ...traefik, files: { "values.yaml": "patched: true\n" } }));
    try {
      assert.notEqual((await pull({ repository: other.oci })).digest, sha256(archive(traefik)));
    } finally {
      await other.stop();
    }
    assert.equal((await pull({})).digest, sha256(archive(traefik)));
  });

  it("may be named without the v of their version", async () => {
    const { archive: file } = await pull({
      chart: "cert-manager",
      version: "1.21.1",
      repository: server.repository,
    });
    assert.match(file, /cert-manager-1\.21\.1\.tgz$/);
  });

  it("come from a folder", async () => {
    const file = scratch.write("folder/traefik-41.3.0.tgz", archive(traefik));
    const repository = join(scratch.folder, "folder");
    assert.deepEqual(await pull({ repository }), {
      archive: file,
      digest: sha256(archive(traefik)),
      from: "folder",
    });
    assert.match(
      await whyNot({ repository, version: "41.4.0" }),
      /^traefik 41\.4\.0 cannot be had: there is no traefik-41\.4\.0\.tgz in .*folder; `openedx charts pull`/,
    );
  });

  it("say why they cannot be had", async () => {
    const port = await freePort();
    for (const repository of [server.oci, server.repository]) {
      assert.equal(
        await whyNot({ repository, version: "99.0.0" }),
        `traefik 99.0.0 cannot be had: ${repository} has no traefik in version 99.0.0.`,
      );
    }
    for (const repository of [`oci://127.0.0.1:${port}/charts`, `http://127.0.0.1:${port}`]) {
      assert.equal(
        await whyNot({ repository }),
        "traefik 41.3.0 cannot be had: 127.0.0.1 cannot be reached.",
      );
    }
    const noIndex = server.repository.replace("classic", "elsewhere");
    assert.match(
      await whyNot({ repository: noIndex }),
      /is not a chart repository: it has no index\.yaml\.$/,
    );
    assert.match(await whyNot({ repository: "ftp://example.org" }), /ftp:\/\/example\.org is not an address/);
  });

  it("are not kept when they are another chart than their name says, or none", async () => {
    const repository = server.repository;
    server.add({ name: "velero", version: "12.1.0" }, archive({ name: "velero", version: "11.0.0" }));
    assert.match(
      await whyNot({ repository, chart: "velero", version: "12.1.0" }),
      /holds velero 11\.0\.0, not velero 12\.1\.0/,
    );
    server.add({ name: "vector", version: "0.57.0" }, Buffer.from("<html>Please log in.</html>"));
    assert.match(
      await whyNot({ repository, chart: "vector", version: "0.57.0" }),
      /vector-0\.57\.0\.tgz is not an archive of a chart/,
    );
    const left = readdirSync(join((await pull({ repository })).archive, ".."));
    assert.deepEqual(
      left.filter((name) => !name.endsWith(".tgz")),
      [],
    );
    assert.deepEqual(
      left.filter((name) => /velero|vector/.test(name)),
      [],
    );
  });

  it("are given up when they take too long, and can be pulled then", async () => {
    server.add({ name: "loki", version: "18.11.0" });
    server.delay = 3_000;
    const slow = { chart: "loki", version: "18.11.0", repository: server.repository };
    assert.match(
      await whyNot({ ...slow, seconds: 0.3 }),
      /^loki 18\.11\.0 cannot be had: .* did not deliver it within 0\.3 s/,
    );
    server.delay = 0;
    assert.equal((await pull(slow)).from, "repository");
  });

  it("are asked of a host that does not answer only once a process", async () => {
    const port = await freePort();
    assert.equal(await isReachable(`http://127.0.0.1:${port}/a`, {}), false);
    const late = createServer().listen(port, "127.0.0.1");
    assert.equal(await isReachable(`oci://127.0.0.1:${port}/b`, {}), false);
    await new Promise((resolve) => late.close(resolve));
    assert.equal(await isReachable("https://charts.invalid", { HTTPS_PROXY: "http://proxy:3128" }), true);
  });

  describe("in a folder that serves as a mirror", () => {
    const references = (): { chart: string; version: string; repository: string }[] =>
      [traefik, certManager].map(({ name, version }) => ({ chart: name, version, repository: server.oci }));
    const folder = join(scratch.folder, "mirror");
    const request = (lock: Record<string, string>): Parameters<typeof verifyCharts>[0] => ({
      charts: references(),
      lock,
      helm,
      progress: silent,
    });
    const recorded = {
      "traefik-41.3.0.tgz": sha256(archive(traefik)),
      "cert-manager-v1.21.1.tgz": `sha256:${"0".repeat(64)}`,
    };

    it("have the recorded digests; one that differs stays out and is named with both", async () => {
      const [good, bad] = await fillFolder(folder, { ...request(recorded), accept: false });
      assert.ok(good !== undefined && good.fault === undefined);
      assert.equal(good.verdict.kind, "same");
      assert.equal(
        bad?.fault,
        `cert-manager v1.21.1 has the digest ${sha256(archive(certManager))}, but sha256:${"0".repeat(64)} is ` +
          "recorded in charts.lock.json.",
      );
      assert.deepEqual(readdirSync(folder), ["traefik-41.3.0.tgz"]);
    });

    it("are taken with another digest when that is asked for, and again without the repository", async () => {
      const results = await fillFolder(folder, { ...request(recorded), accept: true });
      assert.deepEqual(
        results.map((each) => each.fault),
        [undefined, undefined],
      );
      const asked = server.requests.length;
      const again = await fillFolder(folder, { ...request({}), accept: false });
      assert.deepEqual(
        again.map((each) => each.fault === undefined && [each.from, each.verdict.kind]),
        [
          ["folder", "unrecorded"],
          ["folder", "unrecorded"],
        ],
      );
      assert.equal(server.requests.length, asked);
    });

    it("are verified there", async () => {
      const charts = references().map((reference) => ({ ...reference, repository: folder }));
      const [good, bad] = await verifyCharts({ ...request(recorded), charts });
      assert.ok(good !== undefined && good.fault === undefined && good.verdict.kind === "same");
      assert.match(bad?.fault ?? "", /has the digest .* is recorded/);
    });
  });

  it("have digests in a lock file that is sorted and checked", () => {
    const file = join(scratch.folder, "lock.json");
    assert.deepEqual(readLock(file), {});
    writeLock({ b: `sha256:${"b".repeat(64)}`, a: `sha256:${"a".repeat(64)}` }, file);
    assert.deepEqual(Object.keys(readLock(file)), ["a", "b"]);
    assert.ok(!existsSync(`${file}.partial`));
    scratch.write("lock.json", '{"a": "abc"}');
    assert.throws(() => readLock(file), /lock\.json: a has no digest of the form sha256:HEX/);
    scratch.write("lock.json", "{");
    assert.throws(() => readLock(file), /lock\.json is not valid JSON/);
  });
});

/** A port of the loopback on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  assert.ok(typeof address === "object" && address !== null);
  return address.port;
}
