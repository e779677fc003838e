import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { ProgramCopy } from "./support/programCopy.js";
import { commandEnvironment, locksIn } from "./support/pulumi/backend.js";
import { processesOf } from "./support/killing.js";
import { TestStack } from "./support/testStack.js";

/** A run of `openedx up prod`, and what it has printed by now. */
interface Run {
  /** The stack's name is that of its only site, too. */
  stack: string;
  child: ChildProcess;
  printed: () => string;
}

interface Phase {
  what: string;
  config?: () => Record<string, unknown>;
  /** Whether a run is in it now. */
  reached: (run: Run) => boolean | Promise<boolean>;
  says: RegExp;
  /** The engine works in it, so that a second one makes a difference. */
  ofEngine?: true;
}

/** As a person ends `openedx up`, in each of its phases: one after another on the same stack. */
describe("Ctrl-C", () => {
  let cluster: TestStack;
  let program: ProgramCopy;
  let env: NodeJS.ProcessEnv;
  /** Takes connections, and never answers. */
  let registry: Server;
  let nodes: string[];
  let renders = 0;

  before(async () => {
    cluster = await TestStack.start("interrupted");
    program = new ProgramCopy();
    env = await commandEnvironment(program.folder, cluster.sandbox.kubeconfig);
    registry = createServer().listen(0, "127.0.0.1");
    await once(registry, "listening");
    registry.on("connection", (socket) => {
      connections += 1;
      socket.on("error", () => undefined).resume(); // what is never read never ends
    });
    nodes = (await cluster.kubectl("get", "nodes", "--output=name")).stdout.trim().split("\n");
  });
  after(async () => {
    registry.close();
    program.remove();
    await cluster.stop();
  });

  const backend = (): string => env.PULUMI_BACKEND_URL ?? "";
  const locks = (): string[] => locksIn(join(program.folder, "state"));
  const runs = (pattern: RegExp): boolean =>
    processesOf({ PULUMI_BACKEND_URL: backend() }).some(({ command }) => pattern.test(command));
  const isPending = async ({ stack }: Run): Promise<boolean> =>
    (await cluster.list("secrets", stack).catch(() => [])).some(
      ({ metadata }) => metadata.labels?.status === "pending-install",
    );
  let connections = 0;

  const phases: Phase[] = [
    {
      what: "while charts are brought",
      config: () => ({
        charts: { mirror: `oci://127.0.0.1:${(registry.address() as AddressInfo).port}/charts` },
        platform: { addons: { keda: "on" } },
      }),
      reached: () => connections > 0,
      says: /failed +Stack \w+: the preview was ended\./,
    },
    {
      what: "while a site is rendered",
      reached: () => runs(/python/),
      says: /failed +Stack \w+: the preview was ended\./,
    },
    {
      what: "in the preview",
      reached: () => runs(/pulumi preview/) && runs(/pulumi-resource-kubernetes/),
      ofEngine: true,
      says: /failed +Stack \w+: the preview was ended\./,
    },
    {
      what: "in the dry run",
      reached: ({ printed }) => /^Previewing /m.test(printed()),
      says: /failed +Stack \w+: the deployment was not begun\./,
    },
    {
      what: "before the first object",
      reached: () => runs(/pulumi up/),
      ofEngine: true,
      says: /failed +Stack \w+: the deployment was ended\. \d+ resources were touched/,
    },
    {
      what: "while a release becomes ready",
      reached: isPending,
      ofEngine: true,
      says: /failed +Stack \w+: the deployment was ended\. [1-9]\d* resources were touched; `openedx up \w+` goes on/,
    },
  ];

  async function begin(stack: string, phase: Phase): Promise<Run> {
    connections = 0;
    // Another text each time, so that there is something to render.
    program.write(
      `instances/${stack}/config.yml`,
      `LMS_HOST: ${stack}.example.com\nPLUGINS: []\nPLATFORM_NAME: Site ${process.pid} ${renders++}\n`,
    );
    program.write(`instances/${stack}/requirements.txt`, "tutor==22.0.3\n");
    program.configure(stack, { instances: { [stack]: {} }, ...phase.config?.() });
    const args = ["--import=tsx", "src/automation/cli.ts", "up", stack, "--create"];
    const child = spawn(process.execPath, args, {
      cwd: program.folder,
      env: { ...process.env, ...env },
      detached: true,
    });
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
    const run = { stack, child, printed: () => text };
    while (!(await phase.reached(run))) {
      assert.equal(child.exitCode, null, `it ended before:\n${text}`);
      await setTimeout(20);
    }
    return run;
  }

  /** As a terminal does: to the whole group. */
  const interrupt = ({ child }: Run): boolean => process.kill(-(child.pid ?? 0), "SIGINT");

  for (const stack of ["once", "twice"]) {
    describe(stack, () => {
      // No pod finds a place, so that the first release is waited for.
      before(() => cluster.kubectl("cordon", ...nodes));

      for (const phase of phases.filter(({ ofEngine = false }) => stack === "once" || ofEngine)) {
        it(`${phase.what} ends it with a word, and leaves no lock`, async () => {
          const run = await begin(stack, phase);
          const ended = once(run.child, "close");
          const since = Date.now();
          interrupt(run);
          if (stack === "twice") {
            await setTimeout(50); // on a quick machine the first one has ended it soon
            interrupt(run);
          }
          const [code] = (await ended) as [number | null];
          assert.equal(code, 130, run.printed());
          assert.ok(Date.now() - since < 20_000, "nobody waits for that");
          assert.match(run.printed(), phase.says);
          assert.doesNotMatch(run.printed(), /^\s+at .*\.[jt]s:\d/m);
          assert.deepEqual(locks(), []);
          assert.equal(runs(/pulumi-resource-kubernetes|helm pull/), false, "a plugin or Helm works on");
        });
      }

      it("leaves nothing that the next can't go on from", async () => {
        await cluster.kubectl("uncordon", ...nodes);
        program.configure(stack, { instances: { [stack]: {} } });
        const { code, stdout, stderr } = await program.command("cli", ["up", stack], env);
        assert.equal(code, 0, `${stdout}${stderr}`);
      });
    });
  }
});
