import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesBelow } from "../../src/workspace/digest.js";
import { actionsOf, commandLines, ended, passwordsOf, SmallSandbox } from "./support/smallSandbox.js";
import type { SmallStack } from "./support/smallStack.js";

describe("the local runner as a process", () => {
  let small: SmallSandbox;
  let first: unknown;

  before(async () => {
    small = await SmallSandbox.start("killed");
  });

  after(() => small.stop());

  const moments = [/^checking/, /^Namespace/, /^Secret/, /^Job/, /helm upgrade/, /waiting for/];
  moments.forEach((moment, index) => {
    it(`ends right after it was killed at "${moment.source}"`, async () => {
      const site = `killed-${index}`;
      const wanted: SmallStack = { sites: ["campus", site], color: `color${index}` };
      const child = small.spawnUp(wanted);
      let printed = "";
      child.stdout?.on("data", (chunk: Buffer) => {
        printed += chunk.toString();
        if (printed.split("\n").some((line) => moment.test(line.replace(/^\S+: /, "")))) {
          child.kill("SIGKILL");
        }
      });
      assert.equal(await ended(child), null, `it was not killed: ${printed}`);
      const result = await small.up(wanted);
      assert.equal(await small.names("jobs", site), `init-${wanted.color}`);
      assert.equal(await small.web(site, ".status.readyReplicas"), "2");
      const passwords = passwordsOf(result);
      assert.equal(await small.mountedPassword(site, wanted.color), passwords[1]);
      first ??= passwords[0];
      assert.equal(passwords[0], first, "the first site's secrets stay");
      const unchanged = await small.up(wanted);
      assert.deepEqual(new Set(Object.values(actionsOf(unchanged))), new Set(["same"]));
    });
  });

  it("leaves no secret in process arguments or files", async () => {
    const home = mkdtempSync(join(tmpdir(), "runner-home-"));
    try {
      const temporary = join(home, "tmp");
      mkdirSync(temporary);
      const env = { ...process.env, HOME: home, TMPDIR: temporary, XDG_CACHE_HOME: join(home, "cache") };
      const child = small.spawnUp({ sites: ["campus", "watched"], color: "grey" }, env);
      const lines = new Set<string>();
      const poll = setInterval(() => commandLines().forEach((line) => lines.add(line)), 10);
      assert.equal(await ended(child), 0);
      clearInterval(poll);
      assert.ok(
        [...lines].some((line) => line.includes("helm") && line.includes("upgrade")),
        "helm was watched",
      );
      const secret = await small.mountedPassword("watched", "grey");
      const holds = (text: string): boolean =>
        text.includes(secret) || text.includes(Buffer.from(secret).toString("base64"));
      assert.deepEqual([...lines].filter(holds), []);
      const files = filesBelow(home);
      assert.deepEqual(
        files.filter((file) => holds(readFileSync(join(home, file), "latin1"))),
        [],
      );
    } finally {
      rmSync(home, { recursive: true, force: true });
    }
  });
});
