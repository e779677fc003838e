import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { readAccess } from "../../../src/engine/local/access.js";
import { UserError } from "../../../src/workspace/errors.js";

function kubeconfig(user: object, cluster: object = {}): string {
  return stringify({
    "current-context": "main",
    contexts: [{ name: "main", context: { cluster: "c", user: "u", namespace: "n" } }],
    clusters: [{ name: "c", cluster: { server: "https://10.0.0.1:6443/", ...cluster } }],
    users: [{ name: "u", user }],
  });
}

describe("a kubeconfig", () => {
  it("gives server, namespace and credentials", async () => {
    const ca = Buffer.from("authority").toString("base64");
    const access = readAccess(kubeconfig({ token: "t" }, { "certificate-authority-data": ca }));
    assert.equal(access.server, "https://10.0.0.1:6443");
    assert.equal(access.namespace, "n");
    assert.equal(String(access.tls.ca as Buffer), "authority");
    assert.equal(await access.authorization(), "Bearer t");
    const basic = readAccess(kubeconfig({ username: "a", password: "b" }));
    assert.equal(await basic.authorization(), `Basic ${Buffer.from("a:b").toString("base64")}`);
  });

  it("finds the files that it names beside itself", () => {
    const folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    try {
      writeFileSync(join(folder, "admin.crt"), "certificate");
      writeFileSync(join(folder, "config"), kubeconfig({ "client-certificate": "admin.crt" }));
      const access = readAccess(join(folder, "config"));
      assert.equal(String(access.tls.cert as Buffer), "certificate");
      assert.equal(access.path, join(folder, "config"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("asks a credential plugin", async () => {
    const answer = JSON.stringify({
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      status: { token: "from-plugin" },
    });
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: "echo",
      args: [answer],
      interactiveMode: "Never",
    };
    assert.equal(await readAccess(kubeconfig({ exec })).authorization(), "Bearer from-plugin");
  });

  const faults: [string, string, RegExp][] = [
    ["no file", "/nowhere/config", /no kubeconfig at \/nowhere\/config/],
    ["no YAML", "a: [\n", /is no YAML/],
    ["something else", "a: 1\nb: 2\n", /is no kubeconfig: look at clusters/],
    ["no such context", kubeconfig({}).replace("current-context: main", "current-context: other"), /"other"/],
  ];
  for (const [what, text, message] of faults) {
    it(`that is ${what} is refused`, () => {
      assert.throws(
        () => readAccess(text),
        (error) => error instanceof UserError && message.test(error.message),
      );
    });
  }
});
