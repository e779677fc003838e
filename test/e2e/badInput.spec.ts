import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { readAccess } from "../../src/cluster/access.js";
import { Cluster } from "../../src/cluster/cluster.js";
import { locateSandbox } from "../../src/sandbox/location.js";
import { takenPorts } from "../../src/sandbox/ports.js";
import { killProcessesOf } from "../../src/sandbox/processes.js";
import { sandboxUp } from "../../src/sandbox/sandbox.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { UserError } from "../../src/workspace/errors.js";
import { silent } from "../../src/workspace/progress.js";
import { badStacks, InstanceFolders } from "./support/badInstances.js";
import { TestStack, type TestUp } from "./support/testStack.js";

/** What a run may change; leases, events and the heartbeats of nodes come and go by themselves. */
const lists = [
  ...[
    "namespaces",
    "secrets",
    "configmaps",
    "services",
    "persistentvolumeclaims",
    "pods",
    "serviceaccounts",
  ].map((kind) => `/api/v1/${kind}`),
  ...["deployments", "statefulsets", "replicasets"].map((kind) => `/apis/apps/v1/${kind}`),
  ...["ingresses", "networkpolicies"].map((kind) => `/apis/networking.k8s.io/v1/${kind}`),
  "/apis/batch/v1/jobs",
  "/apis/policy/v1/poddisruptionbudgets",
];

describe("bad input, with a release running", () => {
  const folders = new InstanceFolders();
  let stack: TestStack;
  let cluster: Cluster;
  let unchanged: Map<string, string>;
  let secondRun: unknown;

  const good = (): TestUp => ({ instances: { site: { folder: folders.write("site") } } });

  before(async () => {
    stack = await TestStack.start("badinput");
    cluster = new Cluster(readAccess(stack.sandbox.kubeconfig));
    const first = stack.up(good());
    const started = Date.now();
    while (locks(stack).length === 0) {
      assert.ok(Date.now() - started < 120_000, "the run took no lock");
      await setTimeout(20);
    }
    secondRun = await stack.up(good()).catch((error: unknown) => error);
    await first;
    unchanged = await settled(cluster);
    assert.ok(unchanged.size > 50, "the lists are nearly empty");
  });

  after(async () => {
    cluster.close();
    folders.remove();
    await stack.stop();
  });

  it("refuses a second run at the same time, which leaves the first alone", async () => {
    assertReadable(secondRun, [
      /Stack \S+ is locked by \S+ on \S+ \(process \d+\) since \d{4}-.*Wait until it ends/,
    ]);
    const releases = (await stack.helm("list", "--all-namespaces", "--output=json")).stdout;
    assert.deepEqual(
      (JSON.parse(releases) as { name: string; status: string }[])
        .map(({ name, status }) => [name, status])
        .sort(),
      [
        ["site", "deployed"],
        ["site-data", "deployed"],
      ],
    );
  });

  for (const { what, files, stack: wanted, says } of badStacks) {
    it(`refuses ${what}, and changes nothing`, async () => {
      const faulty = files === undefined ? undefined : folders.write("faulty", files);
      const request = wanted?.(folders) ?? { instances: { ...good().instances, faulty: { folder: faulty } } };
      const present = readdirSync(folders.scratch, { recursive: true }).sort();
      const error: unknown = await stack.up(request).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assertReadable(error, [...says, ...(faulty === undefined ? [] : [/Instance faulty\b/])]);
      assert.deepEqual(await versions(cluster), unchanged);
      assert.deepEqual(locks(stack), []);
      assert.deepEqual(readdirSync(folders.scratch, { recursive: true }).sort(), present);
      assert.deepEqual(
        readdirSync(tmpdir()).filter((name) => name.startsWith("tutor-faulty-")),
        [],
      );
    });
  }

  it("tells of a port that was taken while the sandbox was stopped, and takes others", async () => {
    await killProcessesOf(locateSandbox(stack.sandbox.name));
    const port = Number(new URL(stack.sandbox.server).port);
    assert.deepEqual(await takenPorts([port]), []); // those that were killed keep their sockets for a moment
    const squatter = createServer().listen(port, "127.0.0.1");
    await once(squatter, "listening");
    const notes: string[] = [];
    try {
      const { server } = await sandboxUp({
        toolchain: createToolchain({ progress: silent }),
        progress: { ...silent, note: (text) => notes.push(text) },
        name: stack.sandbox.name,
      });
      assert.notEqual(server, stack.sandbox.server);
    } finally {
      squatter.close();
    }
    assert.match(notes.join("\n"), new RegExp(`made anew: another program listens on its port ${port}$`));
  });
});

/** An error for people: all that must be said, and no trace of the code. */
function assertReadable(error: unknown, says: readonly RegExp[]): void {
  assert.ok(error instanceof UserError, error instanceof Error ? error.stack : "there was no error");
  for (const pattern of says) {
    assert.match(error.message, pattern);
  }
  assert.doesNotMatch(error.message, /^\s+at |Traceback|File ".*", line|node_modules|site-packages/m);
}

interface ListAnswer {
  items: { metadata: { name: string; namespace?: string; resourceVersion: string } }[];
}

/** The resourceVersion of every object in `lists`, among them the runner's state and Helm's releases. */
async function versions(cluster: Cluster): Promise<Map<string, string>> {
  const answers = await Promise.all(lists.map((path) => cluster.demand<ListAnswer>("GET", path)));
  return new Map(
    answers.flatMap(({ items }, index) =>
      items.map(({ metadata: { namespace = "", name, resourceVersion } }): [string, string] => [
        `${lists[index]} ${namespace}/${name}`,
        resourceVersion,
      ]),
    ),
  );
}

/** As `versions`, once the controllers have nothing more to do. */
async function settled(cluster: Cluster): Promise<Map<string, string>> {
  const deadline = Date.now() + 120_000;
  for (let last = await versions(cluster); ;) {
    await setTimeout(3000);
    const now = await versions(cluster);
    if (JSON.stringify([...now]) === JSON.stringify([...last])) {
      return now;
    }
    assert.ok(Date.now() < deadline, "the cluster does not settle");
    last = now;
  }
}

/** The runs that hold a stack. */
function locks({ project }: TestStack): string[] {
  const folder = join(project.backend, ".pulumi/locks");
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"))
    : [];
}
