import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { planProgram } from "../../src/engine/plan.js";
import { planToJson, planToMarkdown } from "../../src/engine/report.js";
import { readStack } from "../../src/engine/stackFile.js";
import { filesBelow } from "../../src/workspace/digest.js";
import { cacheFolder } from "../../src/workspace/paths.js";
import { derivePassword } from "../../src/instance/secrets/derive.js";
import { silent } from "../../src/workspace/progress.js";
import { locateSandbox } from "../../src/sandbox/location.js";
import { type TestUp, TestStack } from "./support/testStack.js";

/** A value that must be nowhere, in each form in which it could be. */
function forms(value: string): string[] {
  const encoded = Buffer.from(value).toString("base64");
  // Base64 depends on where in its text the value begins; the characters at the ends depend on its neighbours.
  const shifted = [1, 2].map((by) =>
    Buffer.from(`${" ".repeat(by)}${value}`)
      .toString("base64")
      .slice(4, -4),
  );
  return [value, encoded.replace(/=+$/, "").slice(0, -1), ...shifted];
}

/** Reads what every process of this machine has been started with, and which files there are below `folder`. */
async function watch(folder: string, until: AbortSignal): Promise<string> {
  const seen = new Set<string>();
  while (!until.aborted) {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      for (const file of ["cmdline", "environ"]) {
        seen.add(read(`/proc/${pid}/${file}`));
      }
    }
    try {
      filesBelow(folder).forEach((file) => seen.add(read(join(folder, file))));
    } catch {
      // a folder was removed while it was read
    }
    await setTimeout(20);
  }
  return [...seen].join("\n");
}

function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return ""; // it ended, or was removed, in between
  }
}

/** What campus has of passwords and keys, derived from its seed; academy has some of them. */
const derived = [
  "CMS_OAUTH2_SECRET",
  "CREDENTIALS_MYSQL_PASSWORD",
  "CREDENTIALS_OAUTH2_SECRET",
  "CREDENTIALS_OAUTH2_SECRET_SSO",
  "DISCOVERY_MYSQL_PASSWORD",
  "DISCOVERY_OAUTH2_SECRET",
  "DISCOVERY_SECRET_KEY",
  "MEILISEARCH_MASTER_KEY",
  "MYSQL_ROOT_PASSWORD",
  "NOTES_MYSQL_PASSWORD",
  "NOTES_OAUTH2_SECRET",
  "NOTES_SECRET_KEY",
  "OPENEDX_MYSQL_PASSWORD",
  "XQUEUE_AUTH_PASSWORD",
  "XQUEUE_MYSQL_PASSWORD",
  "XQUEUE_SECRET_KEY",
];

describe("secrets", () => {
  let stack: TestStack;
  const places = new Map<string, string>();
  const values = new Map<string, string>();

  const given = {
    SMTP_PASSWORD: "GivenByTheOperator0123456789",
    OPENEDX_SECRET_KEY: "AnOlderSite.s-Key_0123456789",
  };
  const wanted: TestUp = { instances: { campus: {}, academy: {} }, secrets: { campus: given } };

  before(async () => {
    stack = await TestStack.start("secrets");
    const scratch = mkdtempSync(join(tmpdir(), "secrets-spec-"));
    const ended = new AbortController();
    const watching = watch(scratch, ended.signal);
    const child = await stack.spawnUp(wanted, {
      ...process.env,
      TMPDIR: scratch,
      TSX_DISABLE_CACHE: "1", // its files are not ours
    });
    const printed: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => printed.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => printed.push(chunk));
    const [code] = (await once(child, "close")) as [number];
    ended.abort();
    assert.equal(code, 0, Buffer.concat(printed).toString());
    places.set("temporary files, arguments and environments of processes", await watching);
    places.set("what the run printed", Buffer.concat(printed).toString());
    assert.deepEqual(filesBelow(scratch), [], "temporary files that were left");
    rmSync(scratch, { recursive: true });

    for (const folder of ["renders", "manifests"]) {
      const path = join(cacheFolder(), folder);
      const texts = existsSync(path) ? filesBelow(path).map((file) => read(join(path, file))) : [];
      places.set(`the cache's ${folder}`, texts.join("\n"));
    }
    const logs = filesBelow(locateSandbox(stack.sandbox.name).folder).filter((file) => file.endsWith(".log"));
    places.set(
      "the control plane's logs",
      logs.map((file) => read(join(locateSandbox(stack.sandbox.name).folder, file))).join("\n"),
    );
    const plan = await planProgram({
      stack: stack.stack,
      program: stackProgram(silent),
      progress: silent,
      helm: () => Promise.resolve(stack.helmPath),
      config: readStack(stack.stack, join(stack.project.folder, "stacks")),
    });
    places.set("the plan", planToJson(plan) + planToMarkdown(plan));
    for (const namespace of ["campus", "academy"]) {
      for (const kind of ["configmaps", "pods", "deployments", "jobs", "events", "ingresses"]) {
        places.set(`${kind} of ${namespace}`, JSON.stringify(await stack.list(kind, namespace)));
      }
      for (const secret of await stack.list("secrets", namespace)) {
        if (secret.type === "helm.sh/release.v1") {
          const { release } = secret.data as { release: string };
          const once64 = Buffer.from(release, "base64").toString();
          places.set(
            `Helm's ${secret.metadata.name} of ${namespace}`,
            gunzipSync(Buffer.from(once64, "base64")).toString(),
          );
        }
      }
    }
    for (const [urn, outputs] of Object.entries(await stack.generated(wanted))) {
      for (const [output, value] of Object.entries(outputs)) {
        if (typeof value === "string" && output === "result") {
          const name = urn.split("::").at(-1) ?? "";
          values.set(name, value);
          const instance = /^(campus|academy)-secrets$/.exec(name)?.[1];
          for (const key of instance === undefined ? [] : derived) {
            values.set(
              `${instance} ${key}`,
              derivePassword(value, { instance: instance ?? "", key, generation: 1 }, 24),
            );
          }
        }
        if (typeof value === "string" && output === "privateKeyPem") {
          values.set(`${urn.split("::").at(-1)}, a line of its PEM`, value.split("\n")[3] as string);
        }
      }
    }
    Object.entries(given).forEach(([key, value]) => values.set(`${key}, given`, value));
  });
  after(() => stack.stop());

  it("are many, strong and in the safe character set", () => {
    assert.ok(values.size > 25, `${values.size} values`);
    for (const [name, value] of values) {
      assert.match(value, /^[A-Za-z0-9._~+/=-]{24,}$/, name);
    }
  });

  it("are where they should be", async () => {
    const secrets = JSON.stringify(
      (await stack.list("secrets", "campus")).map(({ data }) =>
        Object.values(data as object).map((value) => Buffer.from(String(value), "base64").toString()),
      ),
    );
    assert.ok(secrets.includes(given.SMTP_PASSWORD));
    const missing = derived.filter(
      (key) => !secrets.includes(values.get(`campus ${key}`) ?? assert.fail(key)),
    );
    assert.deepEqual(missing, []);
  });

  it("are nowhere else", () => {
    assert.ok(places.size > 20);
    const found: string[] = [];
    for (const [place, text] of places) {
      assert.ok(text.length > 0 || /events|ingresses/.test(place), `${place} is empty`);
      for (const [name, value] of values) {
        if (forms(value).some((form) => text.includes(form))) {
          found.push(`${name} is in ${place}`);
        }
      }
    }
    assert.deepEqual(found, []);
  });
});
