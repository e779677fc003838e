import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reportScript, runScript } from "../../../src/instance/tasks/taskRunner.js";
import { run } from "../../../src/workspace/run.js";

interface Ended {
  code: number;
  /** What each task printed to its container's log. */
  logs: string[];
  message?: string;
}

/** Runs tasks as their pod would, one after the other, then the report. */
async function runTasks(shell: string, scripts: string[], path = process.env.PATH): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), "tasks-"));
  const folders = { scripts: folder, results: mkdtempSync(join(folder, "results-")) };
  const env = { PATH: path, LC_ALL: "C.UTF-8" };
  try {
    writeFileSync(join(folder, "run"), runScript(folders));
    writeFileSync(join(folder, "report"), reportScript(folders));
    const logs: string[] = [];
    for (const [index, script] of scripts.entries()) {
      const name = `0${index + 1}-lms`;
      writeFileSync(join(folder, `${name}.sh`), script);
      const task = await run(shell, [join(folder, "run"), name, "core"], { env });
      assert.equal(task.code, 0, "an init container must never fail");
      logs.push(task.stdout);
    }
    const log = join(folder, "termination-log");
    const { code, stdout } = await run(shell, [join(folder, "report"), log], { env });
    const message = existsSync(log) ? readFileSync(log, "latin1") : undefined;
    assert.ok(message === undefined || stdout.endsWith(message), "log and message are the same");
    return { code, logs, message };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const shell of ["dash", "bash"]) {
  describe(`task scripts in ${shell}`, () => {
    it("run all tasks, their output in the log", async () => {
      const { code, logs, message } = await runTasks(shell, ["echo one", "echo two >&2; exit 0"]);
      assert.equal(code, 0);
      assert.deepEqual(logs, ["Task 01-lms (core)\none\n", "Task 02-lms (core)\ntwo\n"]);
      assert.equal(message, undefined);
    });

    it("stop at the first failure and report it", async () => {
      const scripts = ["echo fine", "echo before\nfalse\necho never", "echo later"];
      const { code, logs, message } = await runTasks(shell, scripts);
      assert.equal(code, 1);
      assert.match(logs[1] ?? "", /before\ntask 02-lms \(core\) failed: exit code 1\n$/);
      assert.match(logs[2] ?? "", /^Not run, because another task failed: task 02-lms/);
      assert.equal(message, "task 02-lms (core) failed: exit code 1\nbefore\n");
    });

    it("know the exit code of a script that exits by itself", async () => {
      const { message } = await runTasks(shell, ["echo bye\nexit 3"]);
      assert.equal(message, "task 01-lms (core) failed: exit code 3\nbye\n");
    });

    it("show the end of a long log, in what a termination message holds", async () => {
      const { message = "" } = await runTasks(shell, ["seq 1 20000\nexit 1"]);
      const lines = message.trimEnd().split("\n");
      assert.equal(lines.length, 41);
      assert.deepEqual([lines[1], lines[40]], ["19961", "20000"]);
      const wide = await runTasks(shell, [
        "i=0; while [ $i -lt 60 ]; do printf '%0300d\\n' $i; i=$((i+1)); done; false",
      ]);
      assert.ok(Buffer.byteLength(wide.message ?? "") < 4096);
      assert.match(wide.message ?? "", /0059\n$/);
    });

    it("pass odd bytes on to the log and keep them out of the message", async () => {
      const { message, code } = await runTasks(shell, [
        "printf 'a\\000b\\377\\033[31mred\\303\\251\\n'\nexit 1",
      ]);
      assert.equal(code, 1);
      assert.equal(message, "task 01-lms (core) failed: exit code 1\nab[31mred\n");
    });

    it("know that a script was killed", async () => {
      assert.match(
        (await runTasks(shell, ["kill -9 $$"])).message ?? "",
        /^task 01-lms \(core\) failed: exit code 137\n/,
      );
    });

    it("do without tee", async () => {
      const bin = mkdtempSync(join(tmpdir(), "bin-"));
      try {
        const tools = ["sh", "cat", "rm", "tail", "tr", shell];
        const { stdout } = await run("sh", ["-c", `for t in ${tools.join(" ")}; do command -v $t; done`]);
        for (const tool of stdout.trim().split("\n")) {
          await run("ln", ["-sf", tool, bin]);
        }
        const { code, logs, message } = await runTasks(join(bin, shell), ["echo x\nexit 4", "echo y"], bin);
        assert.equal(code, 1);
        assert.match(logs[0] ?? "", /x\n/);
        assert.equal(message, "task 01-lms (core) failed: exit code 4\n");
      } finally {
        rmSync(bin, { recursive: true });
      }
    });
  });
}
