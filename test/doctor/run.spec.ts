import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Check, fails, NotAllowed, ok } from "../../src/cloud/check.js";
import { diagnosesToJson, diagnosisToText } from "../../src/doctor/report.js";
import { runChecks } from "../../src/doctor/run.js";
import { clouds } from "../../providers/clouds.js";
import { programFolder } from "../../src/workspace/paths.js";

const check = (id: string, ask: Check["ask"], needs?: string): Check => ({
  id,
  about: `about ${id}`,
  ask,
  needs,
});
const verdicts = async (checks: Check[], seconds?: number): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await runChecks(checks, { seconds })).map(({ id, verdict, text }) => [id, `${verdict}: ${text}`]),
  );

describe("questions of the doctor", () => {
  it("ends none of them by an error: who may not ask says which permission it takes", async () => {
    const rows = await verdicts([
      check("good", () => Promise.resolve(ok("three zones"))),
      check("forbidden", () => Promise.reject(new NotAllowed("ec2:DescribeAddresses"))),
      check("broken", () => Promise.reject(new Error("socket hang up\n    at TLSSocket"))),
      check("thrown", () => {
        throw new Error("");
      }),
    ]);
    assert.deepEqual(rows, {
      good: "ok: three zones",
      forbidden: "unknown: needs permission ec2:DescribeAddresses",
      broken: "unknown: socket hang up",
      thrown: "unknown: the question failed without a message",
    });
  });

  it("waits for no answer longer than it is told to", async () => {
    const rows = await verdicts(
      [check("slow", () => new Promise(() => undefined)), check("good", () => Promise.resolve(ok("")))],
      0.05,
    );
    assert.match(rows.slow ?? "", /^unknown: no answer within 0.05 s$/);
    assert.equal(rows.good, "ok: ");
  });

  it("asks a question once, and not at all where another one failed that comes first", async () => {
    let asked = 0;
    const count = (): ReturnType<Check["ask"]> => {
      asked += 1;
      return Promise.resolve(fails("no credentials"));
    };
    const rows = await verdicts([
      check("zones", () => Promise.reject(new Error("never asked")), "who"),
      check("who", count),
      check("quota", () => Promise.reject(new Error("never asked")), "who"),
    ]);
    assert.equal(asked, 1);
    assert.match(rows.zones ?? "", /"about who" comes first/);
    assert.match(rows.quota ?? "", /"about who" comes first/);
  });

  it("keeps their order, and runs them side by side", async () => {
    const open: (() => void)[] = [];
    const waiting = (id: string): Check =>
      check(id, () => new Promise((resolve) => open.push(() => resolve(ok(id)))));
    const rows = runChecks([waiting("a"), waiting("b")]);
    await new Promise(setImmediate);
    assert.equal(open.length, 2);
    open.reverse().forEach((answer) => answer());
    assert.deepEqual(
      (await rows).map(({ id }) => id),
      ["a", "b"],
    );
  });
});

describe("the report of the doctor", () => {
  const rows = [
    { id: "who", about: "Who am I", ...ok("arn:aws:iam::1:role/x") },
    { id: "quota", about: "vCPUs", ...fails("20 are needed", "ask for more") },
  ];

  it("has a line for each answer, with what to do below it, and a sum", () => {
    assert.equal(
      diagnosisToText({ stack: "prod", ok: false, rows }),
      [
        "ok         Who am I  arn:aws:iam::1:role/x",
        "FAILS      vCPUs     20 are needed",
        "                     -> ask for more",
        "",
        "prod: 1 ok, 0 warning, 1 fails, 0 not known",
        "",
      ].join("\n"),
    );
  });

  it("is an object for one stack and a list for several", () => {
    const diagnosis = { stack: "prod", ok: false, rows };
    assert.deepEqual(JSON.parse(diagnosesToJson([diagnosis])), diagnosis);
    assert.deepEqual(JSON.parse(diagnosesToJson([diagnosis, diagnosis])), [diagnosis, diagnosis]);
  });
});

describe("the clouds' clients", () => {
  it("are loaded when they are asked for something, and by no other import", () => {
    const early = ["src", "providers"].flatMap((folder) =>
      readdirSync(join(programFolder, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts"))
        .filter((file) =>
          /^import (?!type ).*from "(@aws-sdk\/|@azure\/|google-auth)/m.test(
            readFileSync(join(programFolder, folder, file), "utf8"),
          ),
        ),
    );
    assert.deepEqual(early, []);
  });

  it("are there for every cloud that makes something", () => {
    const asked = Object.entries(clouds).filter(([, { checks }]) => checks !== undefined);
    assert.deepEqual(asked.map(([name]) => name).sort(), ["aws", "azure", "gcp"]);
  });
});
