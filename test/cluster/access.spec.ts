import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { readAccess } from "../../src/cluster/access.js";
import { withCluster } from "../../src/cluster/cluster.js";
import { runChecked } from "../../src/workspace/run.js";

describe("the way in to a cluster that asks for a client's certificate", function () {
  this.timeout(60_000); // the client library takes seconds to load
  let folder: string;
  let server: Server;
  const path = (name: string): string => join(folder, name);
  const content = (name: string): string => readFileSync(path(name), "utf8");

  async function certify(name: string): Promise<void> {
    await runChecked("openssl", [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"],
      ...["-subj", `/CN=${name}`, "-addext", "subjectAltName=IP:127.0.0.1"],
      ...["-keyout", path(`${name}.key`), "-out", path(`${name}.crt`)],
    ]);
  }

  function kubeconfig(user: Record<string, unknown>): string {
    const { port } = server.address() as AddressInfo;
    const authority = Buffer.from(content("server.crt")).toString("base64");
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "test",
      clusters: [
        {
          name: "test",
          cluster: { server: `https://127.0.0.1:${port}`, "certificate-authority-data": authority },
        },
      ],
      contexts: [{ name: "test", context: { cluster: "test", user: "operator" } }],
      users: [{ name: "operator", user }],
    });
  }

  /** Whom the server sees, in so many calls at once. */
  function seen(user: Record<string, unknown>, calls = 1): Promise<unknown[]> {
    return withCluster(readAccess(kubeconfig(user)), (cluster) =>
      Promise.all(Array.from({ length: calls }, () => cluster.get("/whoami"))),
    );
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "access-"));
    await Promise.all(["server", "operator"].map(certify));
    const own = { key: content("server.key"), cert: content("server.crt") };
    const strict = { requestCert: true, rejectUnauthorized: true, ca: content("operator.crt") };
    server = createServer({ ...own, ...strict }, ({ socket, headers }, response) => {
      const { subject } = (socket as TLSSocket).getPeerCertificate();
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ name: subject.CN, authorization: headers.authorization ?? "none" }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("takes the certificate that a credential plugin gives, and asks it once for calls in a row", async () => {
    const status = { clientCertificateData: content("operator.crt"), clientKeyData: content("operator.key") };
    const credential = { apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status };
    writeFileSync(path("credential.json"), JSON.stringify(credential));
    const plugin = `echo asked >> '${path("asked")}'; cat '${path("credential.json")}'`;
    const exec = { apiVersion: credential.apiVersion, command: "sh", args: ["-c", plugin] };
    const answers = await seen({ exec }, 20);
    assert.deepEqual(answers, Array(20).fill({ name: "operator", authorization: "none" }));
    assert.equal(content("asked"), "asked\n");
  });

  it("takes the certificate and the token of the kubeconfig", async () => {
    const data = (name: string): string => Buffer.from(content(name)).toString("base64");
    const user = {
      "client-certificate-data": data("operator.crt"),
      "client-key-data": data("operator.key"),
      token: "t1",
    };
    assert.deepEqual(await seen(user), [{ name: "operator", authorization: "Bearer t1" }]);
  });

  it("is closed to those without one", async () => {
    await assert.rejects(seen({ token: "t1" }), /cannot be reached \(.*certificate required/);
  });
});
