import assert from "node:assert/strict";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { RandomId, RandomPassword, RandomUuid } from "@pulumi/random";
import { PrivateKey } from "@pulumi/tls";
import { PreviewHandler } from "../../src/engine/preview.js";
import { type ProgramResult, Secret, Unknown } from "../../src/engine/types.js";
import { preview } from "./programs.js";

function plan(program: () => unknown): Promise<ProgramResult> {
  return preview(program, new PreviewHandler());
}

/** Known and secret marks of an output, as the program sees them. */
async function marks(output: pulumi.Output<unknown>): Promise<[known: boolean, secret: boolean]> {
  const inner = output as unknown as { isKnown: Promise<boolean>; isSecret: Promise<boolean> };
  return [await inner.isKnown, await inner.isSecret];
}

describe("the preview's handler", () => {
  it("knows what a Kubernetes object is given, and not what the cluster makes of it", async () => {
    const { outputs } = await plan(() => {
      const named = new kubernetes.core.v1.Service("a", {
        metadata: { name: "web", namespace: "n" },
        spec: { type: "ClusterIP" },
      });
      const unnamed = new kubernetes.core.v1.ConfigMap("b", {
        metadata: { namespace: "n" },
        data: { k: "v" },
      });
      const bare = new kubernetes.core.v1.ConfigMap("c", {});
      return {
        name: named.metadata.name,
        namespace: unnamed.metadata.namespace,
        data: unnamed.data,
        type: named.spec.type,
        made: unnamed.metadata.name,
        bare: bare.metadata.name,
        status: named.status,
        id: named.id,
      };
    });
    assert.deepEqual(outputs, {
      name: "web",
      namespace: "n",
      data: { k: "v" },
      type: "ClusterIP",
      made: Unknown.value,
      bare: Unknown.value,
      status: Unknown.value,
      id: Unknown.value,
    });
  });

  it("keeps a Secret's texts secret, and its data unknown", async () => {
    let data: Promise<[boolean, boolean]> | undefined;
    const { outputs } = await plan(() => {
      const secret = new kubernetes.core.v1.Secret("s", { metadata: { name: "s" }, stringData: { k: "v" } });
      data = marks(secret.data);
      return { texts: secret.stringData };
    });
    assert.deepEqual(outputs, { texts: new Secret({ k: "v" }) });
    assert.deepEqual(await data, [false, true]);
  });

  it("echoes a release, but for its status", async () => {
    const { outputs } = await plan(() => {
      const release = new kubernetes.helm.v3.Release("r", {
        name: "campus",
        chart: "./charts/x",
        namespace: "ns",
        version: "1.0.0",
        values: { a: 1, b: pulumi.secret("s") },
      });
      const { name, namespace, version, values, status, resourceNames } = release;
      return { name, namespace, version, values, status, resourceNames };
    });
    assert.deepEqual(outputs, {
      name: "campus",
      namespace: "ns",
      version: "1.0.0",
      values: new Secret({ a: 1, b: "s" }),
      status: Unknown.value,
      resourceNames: Unknown.value,
    });
  });

  it("does not know generated values, and keeps them secret", async () => {
    const seen: Record<string, Promise<[boolean, boolean]>> = {};
    await plan(() => {
      const password = new RandomPassword("p", { length: 20 });
      const key = new PrivateKey("k", { algorithm: "RSA" });
      seen.result = marks(password.result);
      seen.bcrypt = marks(password.bcryptHash);
      seen.length = marks(password.length);
      seen.pem = marks(key.privateKeyPem);
      seen.public = marks(key.publicKeyPem);
      seen.hex = marks(new RandomId("i", { byteLength: 8 }).hex);
      seen.uuid = marks(new RandomUuid("u").result);
    });
    const all = await Promise.all(Object.entries(seen).map(async ([name, value]) => [name, await value]));
    assert.deepEqual(Object.fromEntries(all), {
      result: [false, true],
      bcrypt: [false, true],
      length: [true, false],
      pem: [false, true],
      public: [false, false],
      hex: [false, false],
      uuid: [false, false],
    });
  });

  it("does not know what other stacks put out", async () => {
    const { outputs } = await plan(() => ({ host: new pulumi.StackReference("o/p/s").getOutput("host") }));
    assert.deepEqual(outputs, { host: Unknown.value });
  });

  it("answers invokes it has an answer to, and says so otherwise", async () => {
    const ask = (): Promise<unknown> => pulumi.runtime.invoke("aws:index/getRegion:getRegion", {});
    const answering = new PreviewHandler({
      answers: { "aws:index/getRegion:getRegion": () => ({ name: "eu" }) },
    });
    const { outputs } = await preview(async () => ({ region: await ask() }), answering);
    assert.deepEqual(outputs, { region: { name: "eu" } });
    await assert.rejects(plan(ask), {
      name: "UserError",
      message: /getRegion, which cannot be answered without the cloud/,
    });
  });
});
