import assert from "node:assert/strict";
import { hostname } from "node:os";
import { CliError, controlled, type PulumiCli } from "../../src/automation/stacks/pulumiCli.js";
import { explain, isLocked } from "../../src/automation/stacks/failures.js";
import { UserError } from "../../src/workspace/errors.js";

function said(stderr: string): CliError {
  return new CliError({ stdout: "", stderr, code: 255 });
}

function lockedBy(host: string, pid: number): CliError {
  return said(
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the " +
      `lock file with \`pulumi cancel\`.\n  s3://state/.pulumi/locks/organization/openedx/prod/1.json: created by ` +
      `operator@${host} (pid ${pid}) at 2026-01-02T03:04:05Z`,
  );
}

describe("what the Pulumi CLI says", () => {
  const cases: [string, string, RegExp[]][] = [
    [
      "a missing stack",
      "error: no stack named 'prod' found",
      [/There is no stack prod in this backend/, /PULUMI_BACKEND_URL/],
    ],
    [
      "a missing passphrase",
      'error: constructing secrets manager of type "passphrase": unable to find either `PULUMI_CONFIG_PASSPHRASE` or `PULUMI_CONFIG_PASSPHRASE_FILE`',
      [/need a passphrase\. Set PULUMI_CONFIG_PASSPHRASE,/],
    ],
    ["a wrong passphrase", "error: incorrect passphrase", [/not the one that the secrets of stack prod/]],
    [
      "no login",
      "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions",
      [/Nobody is logged in/, /pulumi login/],
    ],
    [
      "a plugin without a network",
      "error: could not load plugin for kubernetes provider: failed to download plugin: kubernetes-4.34.2: dial tcp: lookup get.pulumi.com: no such host",
      [/A provider plugin cannot be had/, /kubernetes-4\.34\.2/, /pulumi plugin install/],
    ],
    [
      "a plugin that is not installed",
      "error: no resource plugin 'pulumi-resource-kubernetes' found in the workspace at version v4.34.2 or on your $PATH",
      [/A provider plugin cannot be had/, /pulumi plugin install/],
    ],
    [
      "a lock of Pulumi Cloud",
      "error: [409] Conflict: Another update is currently in progress.",
      [/Stack prod is locked by another operation/, /pulumi cancel --stack prod/],
    ],
    [
      "an engine that was killed",
      "Command was killed with SIGKILL (Forced termination): pulumi stack output --json",
      [/^Stack prod: the Pulumi engine was killed \(SIGKILL\)/, /`openedx up prod` goes on/],
    ],
    [
      "a database that is not there",
      "error: unable to open bucket postgres://state:hunter2@db.example.org/pulumi: connection refused",
      [/^The backend of stack prod cannot be reached:/, /postgres:\/\/\[secret\]@db\.example\.org/],
    ],
    [
      "anything else",
      "some words\nerror: the moon is down\n",
      [/^Stack prod: the Pulumi CLI failed\.\nerror: the moon is down$/],
    ],
  ];
  for (const [name, stderr, patterns] of cases) {
    it(`is told with what to do: ${name}`, () => {
      const error = explain(said(stderr), "prod");
      assert.ok(error instanceof UserError);
      patterns.forEach((pattern) => assert.match(error.message, pattern));
    });
  }

  it("names who holds a lock, and since when", () => {
    const error = explain(lockedBy("build-7", 4711), "prod");
    assert.match(
      error.message,
      /locked by operator on build-7 \(process 4711\) since 2026-01-02T03:04:05Z\. Wait/,
    );
    assert.ok(isLocked(lockedBy("build-7", 4711)));
    assert.ok(!isLocked(said("error: the moon is down")));
  });

  it("says of a process on this machine whether it still runs", () => {
    assert.match(explain(lockedBy(hostname(), 2 ** 30), "prod").message, /that process no longer runs/);
    assert.doesNotMatch(explain(lockedBy(hostname(), process.pid), "prod").message, /no longer runs/);
  });

  it("is not waited for where the backend never answers", async () => {
    const signals: AbortSignal[] = [];
    const cli = {
      run: (...[, , , , , signal]: Parameters<PulumiCli["run"]>) => {
        signals.push(signal as AbortSignal);
        return new Promise<never>(() => undefined);
      },
    } as unknown as PulumiCli;
    const call = controlled(cli, 50).run(["stack", "select", "--stack", "prod"], "/", {});
    await assert.rejects(call, /^UserError: The backend has not answered within 0\.05 s\. Check the network/);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true],
      "the CLI is ended",
    );
  });

  it("is told once, though the SDK's errors repeat it", () => {
    const text = "error: the moon is down";
    const error = new Error(
      `code: -2\n stdout: \n stderr: Command failed\n${text}\n err?: Error: Command failed\n${text}\n`,
    );
    assert.equal(explain(error, "prod").message, `Stack prod: the Pulumi CLI failed.\n${text}`);
  });
});
