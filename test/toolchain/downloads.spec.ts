import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { officialReleases, type Releases } from "../../src/toolchain/releases.js";
import { releasedVersions } from "../../src/workspace/versions.js";
import { createToolchain, type Toolchain } from "../../src/toolchain/toolchain.js";
import { UserError } from "../../src/workspace/errors.js";
import { programFolder } from "../../src/workspace/paths.js";
import { silent } from "../../src/workspace/progress.js";
import { withSmallDisk } from "./smallDisk.js";

const sha256 = (content: Buffer): string => createHash("sha256").update(content).digest("hex");

describe("official releases", () => {
  const before = process.env.OPENEDX_CACHE;
  let folder: string;
  let cache: string;
  let server: Server;
  let base: string;
  /** What lies at each path of the server; a function answers by itself. */
  let files: Record<string, Buffer | RequestListener>;
  let requests: IncomingMessage[];
  let notes: string[];
  let shown: string[];

  const kubectl = Buffer.from("#!/bin/sh\necho kubectl\n".repeat(10_000));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "downloads-"));
    cache = join(folder, "cache");
    mkdirSync(join(folder, "bin"));
    process.env.OPENEDX_CACHE = cache;
    [files, requests, notes, shown] = [{ "/kubectl": kubectl }, [], [], []];
    server = createServer((request, response) => {
      requests.push(request);
      const file = files[request.url ?? ""];
      if (file === undefined) {
        response.writeHead(404).end("not here");
      } else if (typeof file === "function") {
        file(request, response);
      } else {
        response.writeHead(200, { "content-length": file.length }).end(file);
      }
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
    process.env.OPENEDX_CACHE = before;
    if (before === undefined) {
      delete process.env.OPENEDX_CACHE;
    }
    rmSync(folder, { recursive: true });
  });

  /** A toolchain with nothing on its PATH but a Go that "builds", noting that it does. */
  function toolchain(releases: Releases, env: NodeJS.ProcessEnv = {}): Toolchain {
    writeFileSync(
      join(folder, "bin/go"),
      `#!/bin/sh
[ "$1" = env ] && echo go1.99.0 && exit
[ "$1" = list ] && exit
while [ $# -gt 0 ]; do
  case "$1" in
    -o) out=$2; shift ;;
    */server/v3) echo built > "$out/server" ;;
    */cmd/*) echo built > "$out/\${1##*/}" ;;
  esac
  shift
done`,
    );
    chmodSync(join(folder, "bin/go"), 0o755);
    const step = { update: (text: string) => shown.push(text), done: () => undefined, fail: () => undefined };
    const progress = { ...silent, step: () => step, note: (text: string) => notes.push(text) };
    return createToolchain({ progress, env: { PATH: join(folder, "bin"), ...env }, releases });
  }

  const releaseOf = (name: string, content: Buffer, member?: string) => ({
    url: `${base}/${name}`,
    key: `${name}-v1-linux-amd64`,
    sha256: sha256(content),
    ...(member !== undefined && { member }),
  });
  const isBuilt = (path: string): boolean => readFileSync(path, "utf8") === "built\n";
  const releasesFolder = (): string => join(cache, "tools/releases");
  const leftovers = (): string[] => readdirSync(releasesFolder()).filter((name) => name.startsWith("."));

  async function archive(path: string, content: Buffer): Promise<Buffer> {
    const root = mkdtempSync(join(folder, "archive-"));
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), content);
    writeFileSync(join(root, "README.md"), "not wanted");
    await create({ cwd: root, gzip: true, file: join(root, "archive.tgz") }, [path, "README.md"]);
    return readFileSync(join(root, "archive.tgz"));
  }

  it("are taken where they can be had, of files and of archives, once, and say how far they are", async () => {
    const helm = Buffer.from("#!/bin/sh\necho helm\n");
    const packed = await archive("linux-amd64/helm", helm);
    files["/helm"] = packed;
    const releases = {
      kubectl: releaseOf("kubectl", kubectl),
      helm: releaseOf("helm", packed, "linux-amd64/helm"),
    };
    const tools = toolchain(releases);
    assert.deepEqual(readFileSync(await tools.kubectl()), kubectl);
    const path = await tools.helm();
    assert.deepEqual(readFileSync(path), helm);
    assert.deepEqual(readdirSync(join(path, "..")), ["helm"]);
    assert.equal(statSync(path).mode & 0o777, 0o755);
    assert.match(shown.at(-1) ?? "", /^Downloading helm, once: \d+ %, about \d+ minutes? left$/);

    server.close();
    const asked = requests.length;
    assert.equal(await toolchain(releases).helm(), path);
    assert.equal(requests.length, asked);
    assert.deepEqual(notes, []);
  });

  it("are brought once by two at a time", async () => {
    const releases = { kubectl: releaseOf("kubectl", kubectl) };
    const paths = await Promise.all([toolchain(releases).kubectl(), toolchain(releases).kubectl()]);
    assert.equal(paths[0], paths[1]);
    assert.equal(requests.length, 1);
  });

  it("are refused with another digest, and nothing takes their place unseen", async () => {
    files["/kubectl"] = Buffer.from("<html>Please log in</html>");
    const releases = { kubectl: releaseOf("kubectl", kubectl) };
    const got = sha256(files["/kubectl"]);
    for (let time = 1; time <= 2; time++) {
      await assert.rejects(toolchain(releases).kubectl(), (error: Error) => {
        assert.ok(error instanceof UserError);
        [`${base}/kubectl`, got, sha256(kubectl)].forEach((part) => assert.ok(error.message.includes(part)));
        return true;
      });
    }
    assert.deepEqual(readdirSync(releasesFolder()), []);
    files["/kubectl"] = kubectl;
    assert.deepEqual(readFileSync(await toolchain(releases).kubectl()), kubectl);
  });

  it("are all built where one is missing, with a word why", async () => {
    const names = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kwok"];
    const releases = Object.fromEntries(
      [...names, "kwokctl"].map((name) => [name, releaseOf(name, kubectl)]),
    );
    names.forEach((name) => (files[`/${name}`] = kubectl));
    const { kubectl: path, etcd } = await toolchain(releases).controlPlane();
    assert.ok(isBuilt(path) && isBuilt(etcd));
    assert.equal(notes.length, 1);
    assert.match(notes[0] ?? "", /kwokctl: 404 Not Found\)\. To be built: etcd, .*kwokctl$/);
    assert.deepEqual(leftovers(), []);
  });

  it("are given up within 5 seconds when a host hangs, and later runs do not ask again", async () => {
    files["/kubectl"] = () => undefined;
    const releases = { kubectl: releaseOf("kubectl", kubectl) };
    const began = Date.now();
    const path = await toolchain(releases).kubectl();
    assert.ok(isBuilt(path));
    assert.ok(Date.now() - began < 6_000);
    assert.match(notes.join(), /no answer within 5 s/);
    assert.equal(await toolchain(releases).kubectl(), path);
    assert.equal(requests.length, 1);
  });

  it("are begun again when they break off, and built when they do each time", async () => {
    let times = 0;
    const breakOff: RequestListener = (_, response) => {
      times++;
      response.writeHead(200, { "content-length": kubectl.length }).write(kubectl.subarray(0, 1000));
      setTimeout(() => response.destroy(), 20);
    };
    const releases = { kubectl: releaseOf("kubectl", kubectl) };
    files["/kubectl"] = (request, response) => {
      files["/kubectl"] = kubectl;
      breakOff(request, response);
    };
    const path = await toolchain(releases).kubectl();
    assert.deepEqual(readFileSync(path), kubectl);

    rmSync(releasesFolder(), { recursive: true });
    files["/kubectl"] = breakOff;
    times = 0;
    assert.ok(isBuilt(await toolchain(releases).kubectl()));
    assert.equal(times, 3);
    assert.match(notes.join(), /kubectl broke off 3 times: .*To be built: kubectl/);
    assert.deepEqual(readdirSync(releasesFolder()), []);
  });

  it("come by way of the user's proxy", async () => {
    const asked: string[] = [];
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(200, { "content-length": kubectl.length }).end(kubectl);
    });
    proxy.on("connect", (request, socket) => {
      asked.push(request.url ?? "");
      const { port } = server.address() as AddressInfo;
      const upstream = connect(port, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on("error", () => socket.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    try {
      const release = { ...releaseOf("kubectl", kubectl), url: "http://dl.example.com/kubectl" };
      const env = { HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
      const path = await toolchain({ kubectl: release }, env).kubectl();
      assert.deepEqual(readFileSync(path), kubectl);
      assert.match(asked.join(), /^(http:\/\/)?dl\.example\.com/);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it("leave nothing half where the disk is full, and say how much room they need", async function () {
    await withSmallDisk(this, folder, async (disk) => {
      const releases = { kubectl: releaseOf("kubectl", kubectl) };
      await assert.rejects(toolchain(releases).kubectl(), {
        name: "UserError",
        message: /no space left in .*disk.* for kubectl: about 400 MB .*OPENEDX_CACHE/,
      });
      assert.deepEqual(readdirSync(join(disk, "tools/releases")), []);
    });
  });

  it("are pinned in the versions that are built", () => {
    const goMod = readFileSync(join(programFolder, "tools/go.mod"), "utf8");
    const version = (module: string): string | undefined =>
      new RegExp(`^\\s*${module} v(\\S+)`, "m").exec(goMod)?.[1];
    assert.deepEqual(releasedVersions, {
      etcd: version("go.etcd.io/etcd/server/v3"),
      helm: version("helm.sh/helm/v3"),
      kubernetes: version("k8s.io/kubernetes"),
      kwok: version("sigs.k8s.io/kwok"),
    });
  });

  it("are known for Linux, for macOS as far as there are any, and for nothing else", () => {
    assert.equal(Object.keys(officialReleases("linux", "x64")).length, 8);
    assert.equal(Object.keys(officialReleases("linux", "arm64")).length, 8);
    assert.deepEqual(Object.keys(officialReleases("darwin", "arm64")), ["helm", "kubectl"]);
    assert.deepEqual(officialReleases("linux", "riscv64"), {});
    const all = ["x64", "arm64"].flatMap((arch) =>
      ["linux", "darwin"].flatMap((os) => Object.values(officialReleases(os, arch))),
    );
    assert.equal(new Set(all.map(({ sha256 }) => sha256)).size, 20);
    assert.equal(new Set(all.map(({ key }) => key)).size, 20);
    all.forEach((file) => assert.match(file.sha256, /^[0-9a-f]{64}$/));
    assert.deepEqual(officialReleases("linux", "x64").etcd, {
      url: "https://github.com/etcd-io/etcd/releases/download/v3.6.8/etcd-v3.6.8-linux-amd64.tar.gz",
      key: "etcd-v3.6.8-linux-amd64",
      member: "etcd-v3.6.8-linux-amd64/etcd",
      sha256: "cf9cfe91a4856cb90eed9c99e6aee4b708db2c7888b88a6f116281f04b0ea693",
    });
  });

  it("of a killed run are cleared away", async () => {
    const half = join(releasesFolder(), ".partial-killed/kubectl-v1-linux-amd64");
    mkdirSync(half, { recursive: true });
    writeFileSync(join(half, "kubectl"), "half");
    const path = await toolchain({ kubectl: releaseOf("kubectl", kubectl) }).kubectl();
    assert.ok(existsSync(path));
    assert.deepEqual(leftovers(), []);
  });
});
