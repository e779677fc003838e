import assert from "node:assert/strict";
import type { V1Container, V1PodSpec } from "@kubernetes/client-node";
import { bindConfig } from "../../src/instance/bind.js";
import { type ConfigObject, nameOf } from "../../src/instance/configObject.js";
import { leftoverTokens } from "../../src/instance/leftovers.js";
import { moveToSecrets } from "../../src/instance/lift.js";
import { Tokens } from "../../src/tutor/tokenTexts.js";
import type { KubernetesObject } from "../../src/kubernetes/objects.js";
import { UserError } from "../../src/workspace/errors.js";
import { configMap, deployment, object, password, podOf, token, tokenOf } from "./objects.js";

const entries = [
  password("SECRET"),
  password("OTHER"),
  token("PUBLIC_ID", { kind: "uuid" }, { secret: false }),
];
const tokens = new Tokens(entries);
const secret = tokenOf("SECRET");

function reader(name: string, ...configMaps: string[]): KubernetesObject {
  const volumes = configMaps.map((each) => ({ name: each, configMap: { name: each } }));
  return deployment(name, {}, { volumes });
}

/** As `bindConfig`, with the workloads bound. */
function bound(
  workloads: KubernetesObject[],
  config: KubernetesObject[],
): { configObjects: ConfigObject[]; objects: KubernetesObject[] } {
  const { bind, configObjects } = bindConfig(workloads, config, tokens);
  return { configObjects, objects: bind(workloads) };
}

function brief({ id, kind, data, consumers }: ConfigObject): unknown {
  return [id, kind, Object.keys(data).sort(), consumers];
}

describe("bindConfig", () => {
  it("makes a Secret of a ConfigMap with a secret, and leaves others what they are", () => {
    const { configObjects, objects } = bound(
      [reader("a", "open"), reader("b", "closed"), reader("c", "named")],
      [
        configMap("open", { f: "x" }),
        configMap("closed", { f: `x${secret}y` }),
        configMap("named", { f: tokenOf("PUBLIC_ID") }),
      ],
    );
    assert.deepEqual(configObjects.map(brief), [
      ["open", "ConfigMap", ["f"], ["Deployment.a"]],
      ["closed", "Secret", ["f"], ["Deployment.b"]],
      ["named", "ConfigMap", ["f"], ["Deployment.c"]],
    ]);
    assert.deepEqual(configObjects[2]?.tokenKeys, ["PUBLIC_ID"]);
    assert.deepEqual(podOf(objects[0]).volumes, [{ name: "open", configMap: { name: nameOf("open") } }]);
    assert.deepEqual(podOf(objects[1]).volumes, [
      { name: "closed", secret: { secretName: nameOf("closed") } },
    ]);
  });

  it("merges those with the same readers, under keys that can't meet, and mounts the files where they were", () => {
    const volumes = [
      { name: "one", configMap: { name: "app-one", defaultMode: 0o400 } },
      { name: "two", configMap: { name: "app-two", items: [{ key: "f", path: "sub/f", mode: 0o600 }] } },
    ];
    const { configObjects, objects } = bound(
      [deployment("a", {}, { volumes }), deployment("b", {}, { volumes })],
      [configMap("app-one", { f: secret, g: "" }), configMap("app-two", { f: "2" })],
    );
    assert.deepEqual(configObjects.map(brief), [
      ["app", "Secret", ["app-one_f", "app-one_g", "app-two_f"], ["Deployment.a", "Deployment.b"]],
    ]);
    assert.deepEqual(podOf(objects[0]).volumes, [
      {
        name: "one",
        secret: {
          secretName: nameOf("app"),
          items: [
            { key: "app-one_f", path: "f" },
            { key: "app-one_g", path: "g" },
          ],
          defaultMode: 0o400,
        },
      },
      {
        name: "two",
        secret: { secretName: nameOf("app"), items: [{ key: "app-two_f", path: "sub/f", mode: 0o600 }] },
      },
    ]);
    assert.deepEqual(podOf(objects[1]).volumes, podOf(objects[0]).volumes);
  });

  it("merges nothing that others read too", () => {
    const { configObjects } = bindConfig(
      [reader("a", "x", "y"), reader("b", "y")],
      [configMap("x", { f: "" }), configMap("y", { f: "" })],
      tokens,
    );
    assert.deepEqual(
      configObjects.map(({ id }) => id),
      ["x", "y"],
    );
  });

  it("does not merge beyond what a Secret can hold", () => {
    const big = "x".repeat(600_000);
    const { configObjects } = bindConfig(
      [reader("a", "x", "y")],
      [configMap("x", { f: big }), configMap("y", { f: big })],
      tokens,
    );
    assert.deepEqual(
      configObjects.map(({ id }) => id),
      ["x", "y"],
    );
  });

  it("rewrites projected volumes, envFrom, single keys and pull secrets", () => {
    const pod: Partial<V1PodSpec> = {
      volumes: [{ name: "p", projected: { sources: [{ configMap: { name: "files", optional: true } }] } }],
      imagePullSecrets: [{ name: "registry" }, { name: "elsewhere" }],
    };
    const container: Partial<V1Container> = {
      envFrom: [{ prefix: "P_", configMapRef: { name: "env" } }],
      env: [{ name: "K", valueFrom: { configMapKeyRef: { name: "files", key: "f" } } }],
    };
    const { configObjects, objects } = bound(
      [deployment("a", container, pod)],
      [
        configMap("files", { f: secret }),
        configMap("more", { f: "unused by anyone" }),
        configMap("env", { E: secret }),
        object("Secret", "registry", {
          type: "kubernetes.io/dockerconfigjson",
          data: { ".dockerconfigjson": "e30=" },
        }),
      ],
    );
    assert.deepEqual(
      configObjects.map(({ id, type }) => [id, type]),
      [
        ["files", undefined],
        ["env", undefined],
        ["registry", "kubernetes.io/dockerconfigjson"],
      ],
    );
    const spec = podOf(objects[0]);
    assert.deepEqual(spec.volumes, [
      { name: "p", projected: { sources: [{ secret: { name: nameOf("files"), optional: true } }] } },
    ]);
    assert.deepEqual(spec.imagePullSecrets, [{ name: nameOf("registry") }, { name: "elsewhere" }]);
    assert.deepEqual(spec.containers[0]?.envFrom, [{ prefix: "P_", secretRef: { name: nameOf("env") } }]);
    assert.deepEqual(spec.containers[0]?.env, [
      { name: "K", valueFrom: { secretKeyRef: { name: nameOf("files"), key: "f" } } },
    ]);
  });

  it("leaves what no pod reads as it is, unless it holds a secret, which makes it a Secret of the same name", () => {
    const dashboard = configMap("dashboard", { f: "x" });
    const { others, configObjects } = bindConfig([], [dashboard, configMap("odd", { f: secret })], tokens);
    assert.deepEqual(others, [dashboard]);
    assert.deepEqual(configObjects.map(brief), [["odd", "Secret", ["f"], []]]);
    assert.deepEqual(configObjects[0]?.labels, dashboard.metadata.labels);
  });

  it("finds tokens in encoded Secrets and keeps other bytes as they are", () => {
    const data = { a: Buffer.from(`<${secret}>`).toString("base64"), b: "/+8=" };
    const { configObjects } = bindConfig(
      [deployment("a", {}, { volumes: [{ name: "v", secret: { secretName: "s" } }] })],
      [object("Secret", "s", { data, stringData: { c: "plain" } })],
      tokens,
    );
    assert.deepEqual(configObjects[0]?.data, { c: "plain", a: `<${secret}>` });
    assert.deepEqual(configObjects[0]?.binaryData, { b: "/+8=" });
  });
});

describe("moveToSecrets", () => {
  it("moves environment and arguments with secrets to a Secret, and leaves all else", () => {
    const workload = deployment("db", {
      env: [
        { name: "PLAIN", value: "x" },
        { name: "PASSWORD", value: `pre-${secret}` },
      ],
      command: ["serve"],
      args: ["--port=1", `--password=${secret}$$`],
    });
    const { objects, secrets } = moveToSecrets([workload, deployment("lms", {})], tokens, "campus");
    const container = podOf(objects[0]).containers[0];
    const from = (key: string): unknown => ({ secretKeyRef: { name: "db-deployment-env", key } });
    assert.deepEqual(container?.args, ["--port=1", "$(OPENEDX_ARG_1)"]);
    assert.deepEqual(container?.command, ["serve"]);
    assert.deepEqual(container?.env, [
      { name: "PLAIN", value: "x" },
      { name: "PASSWORD", valueFrom: from("db_PASSWORD") },
      { name: "OPENEDX_ARG_1", valueFrom: from("db_OPENEDX_ARG_1") },
    ]);
    assert.deepEqual(
      secrets.map(({ metadata, stringData }) => [metadata.name, stringData]),
      [["db-deployment-env", { db_PASSWORD: `pre-${secret}`, db_OPENEDX_ARG_1: `--password=${secret}$` }]],
    );
    assert.deepEqual(objects[1], deployment("lms", {}));
    assert.deepEqual(leftoverTokens(objects, tokens), []);
  });

  it("refuses a secret beside Kubernetes' own references", () => {
    const workload = deployment("db", { env: [{ name: "URL", value: `mysql://$(USER):${secret}@db` }] });
    assert.throws(
      () => moveToSecrets([workload], tokens, "campus"),
      (error: Error) =>
        error instanceof UserError &&
        /campus: Deployment db.*container db, env URL: .*SECRET/.test(error.message),
    );
  });
});

describe("leftoverTokens", () => {
  const probe = { livenessProbe: { exec: { command: ["ping", secret] } } };
  const cases: [title: string, object: KubernetesObject, path: string][] = [
    ["a label", object("Service", "s", { spec: { selector: { a: secret } } }), "spec.selector.a"],
    ["a key", object("Service", "s", { spec: { selector: { [secret]: "a" } } }), "spec.selector (a key)"],
    ["a probe", deployment("d", probe), "spec.template.spec.containers[0].livenessProbe.exec.command[1]"],
    [
      "a custom resource",
      object("Cluster", "c", { spec: { list: [{ auth: `x${secret}` }] } }),
      "spec.list[0].auth",
    ],
    ["a name", object("Service", secret), "metadata.name"],
  ];
  for (const [title, subject, path] of cases) {
    it(`names object, path and setting of ${title}`, () => {
      const [fault, ...more] = leftoverTokens([subject], tokens);
      assert.deepEqual(more, []);
      assert.ok(fault?.includes(`${path} holds the secret setting SECRET`), fault);
    });
  }
});

describe("Tokens", () => {
  it("finds each setting once and replaces every token, those that begin alike too", () => {
    const both = new Tokens([
      token("SHORT", { kind: "uuid" }, { tokens: [{ text: "Tok" }] }),
      token("LONG", { kind: "uuid" }, { tokens: [{ text: "Tokyo" }] }),
    ]);
    assert.deepEqual(
      both.find("Tokyo").map(({ key }) => key),
      ["LONG"],
    );
    const values = new Map([
      ["Tok", "$&"],
      ["Tokyo", "2"],
    ]);
    assert.equal(both.replace("TokTokyo,Tok", values), "$&2,$&");
  });
});
