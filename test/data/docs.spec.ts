import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { parse } from "yaml";
import { selectCloud } from "../../src/stack/selectCloud.js";
import type { Cloud } from "../../src/cloud/types.js";
import { loadConfig } from "../../src/stack/load.js";
import { planServices } from "../../src/data/plan.js";
import { DataServices } from "../../src/data/services.js";
import { instanceServices } from "../../src/data/settings.js";
import { runTest } from "../support/program.js";
import type { ProgramResult } from "../../src/engine/types.js";
import { programFolder } from "../../src/workspace/paths.js";

interface Example {
  title: string;
  config: Record<string, unknown>;
  /** Paths below `openedx:credentials` that the commands after it set. */
  credentials: string[][];
}

/** The stack files of a page, each with the commands that follow it. */
function examplesOf(page: string): Example[] {
  const text = readFileSync(join(programFolder, "docs", page), "utf8");
  return text
    .split("```yaml\n")
    .slice(1)
    .map((part) => {
      const [block = "", after = ""] = part.split("```\n", 2);
      const commands = /^\s*```sh\n([\s\S]*)$/.exec(after)?.[1] ?? "";
      return {
        title: /^# (.*)$/m.exec(block)?.[1] ?? "",
        config: (parse(block) as { config: Record<string, unknown> }).config,
        credentials: [...commands.matchAll(/--path openedx:credentials\.(\S+)/g)].map(([, path = ""]) =>
          path.split("."),
        ),
      };
    });
}

/** What a preview of the example's data services has. */
function preview({ config, credentials }: Example): Promise<ProgramResult> {
  const secrets: Record<string, Record<string, string>> = {};
  for (const [service = "", name = ""] of credentials) {
    secrets[service] = { ...secrets[service], [name]: "given" };
  }
  const given = credentials.length > 0 ? { "openedx:credentials": secrets } : {};
  const all = Object.entries({ ...config, ...given });
  return runTest({
    stack: "docs",
    config: Object.fromEntries(
      all.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    secretKeys: Object.keys(given),
    program: () => {
      const loaded = loadConfig();
      const plan = planServices(loaded, selectCloud(loaded).abilities);
      const server = { host: pulumi.output("host"), adminPassword: pulumi.secret("password") };
      const cloud: Cloud = {
        provider: new k8s.Provider("cluster", { kubeconfig: "{}" }),
        kubeconfig: pulumi.output(""),
        ready: [],
        storageClasses: {},
        managed: {
          mysql: () => server,
          redis: () => ({ broker: server, cache: server }),
          objectStore: () => ({ bucket: "bucket", region: "region" }),
          mail: () => ({ username: "name", password: "password" }),
        },
        accounts: { redis: () => ({ password: "password", ready: [] }) },
      };
      const services = new DataServices("openedx-data", {
        plan,
        config: loaded,
        cloud,
        users: Object.keys(loaded.instances).map((name) => ({
          name,
          namespace: name,
          origins: [],
          services: instanceServices(plan, name, new Set()),
          settings: instanceServices(plan, name, new Set()).settings,
        })),
        secretProviders: [new random.Provider("random")],
      });
      return Promise.resolve({ keys: Object.keys(services.valuesFor("academy").values) });
    },
  });
}

describe("docs/mail.md", () => {
  for (const example of examplesOf("mail.md")) {
    it(`shows a stack whose sites get an account: ${example.title}`, async () => {
      const { outputs } = await preview(example);
      assert.deepEqual(outputs.keys, ["SMTP_USERNAME", "SMTP_PASSWORD"]);
    });
  }
});

describe("docs/data-services.md", () => {
  const examples = examplesOf("data-services.md");

  it("has an example of each mode", () => {
    assert.deepEqual(
      examples.map(({ title }) => title),
      ["on the cluster", "elsewhere", "the cloud's"],
    );
  });

  for (const example of examples) {
    it(`shows a stack that can be planned: ${example.title}`, async () => {
      const result = await preview(example);
      assert.ok((result.outputs.keys as string[]).includes("MYSQL_ROOT_PASSWORD"));
      const names = result.registrations.map(({ name }) => name);
      assert.equal(names.includes("openedx-data-mysql"), example.title === "on the cluster");
      assert.equal(names.includes("openedx-data-academy-meilisearch"), example.title !== "elsewhere");
    });
  }

  it("shows all credentials that an example needs, and none that nothing reads", async () => {
    const [, elsewhere] = examples as [Example, Example];
    assert.equal(elsewhere.credentials.length, 7);
    for (const left of elsewhere.credentials) {
      const without = { ...elsewhere, credentials: elsewhere.credentials.filter((each) => each !== left) };
      await assert.rejects(
        preview(without),
        new RegExp(`openedx:credentials\\.${left.join("\\.")}: is missing`),
      );
    }
  });
});
