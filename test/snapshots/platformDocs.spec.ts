import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stackProgram } from "../../src/automation/stackProgram.js";
import { planProgram } from "../../src/engine/plan.js";
import { createToolchain } from "../../src/toolchain/toolchain.js";
import { programFolder } from "../../src/workspace/paths.js";
import { silent } from "../../src/workspace/progress.js";
import { parseYaml } from "../../src/workspace/yaml.js";

const page = join(programFolder, "docs/platform.md");

describe("the example of docs/platform.md", () => {
  it("is planned: releases, their namespaces, the issuer, and both sites after them", async () => {
    const [, block = ""] = /^```yaml\n([^]*?)^```$/m.exec(readFileSync(page, "utf8")) ?? [];
    const { config } = parseYaml(block, page).content as { config: Record<string, unknown> };
    const { resources } = await planProgram({
      stack: "docs",
      program: stackProgram(silent),
      progress: silent,
      helm: createToolchain({ progress: silent }).helm,
      config: {
        project: "openedx",
        stack: "docs",
        config: Object.fromEntries(
          Object.entries(config).map(([key, value]) => [
            key,
            typeof value === "string" ? value : JSON.stringify(value),
          ]),
        ),
        secretKeys: [],
        withheldKeys: [],
      },
    });
    const platform = resources.filter(({ parent }) => parent.endsWith("Platform::openedx-platform"));
    assert.deepEqual(
      platform.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`),
      [
        "ClusterIssuer openedx-platform-openedx-issuer",
        "Namespace openedx-platform-cert-manager",
        "Namespace openedx-platform-keda",
        "Namespace openedx-platform-traefik",
        "Namespace openedx-platform-vertical-pod-autoscaler",
        "Release openedx-platform-cert-manager",
        "Release openedx-platform-keda",
        "Release openedx-platform-traefik",
        "Release openedx-platform-vertical-pod-autoscaler",
      ],
    );
    for (const site of ["campus", "academy"]) {
      const namespace = resources.find(({ name }) => name === `${site}-namespace`);
      assert.deepEqual(
        namespace?.dependencies.map((urn) => urn.split("::").at(-1)),
        ["openedx-issuer", "cert-manager", "keda", "traefik"].map((each) => `openedx-platform-${each}`),
      );
    }
  });
});
