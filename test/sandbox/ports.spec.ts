import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { portsIn, takenPorts } from "../../src/sandbox/ports.js";

describe("the sandbox's ports", () => {
  it("are found in the components' arguments, each once", () => {
    const yaml = `
  - --etcd-servers=http://127.0.0.1:32759
  - --secure-port=32758
  - --server-address=127.0.0.1:32757
  - --listen-client-urls=http://127.0.0.1:32759
  - --kube-api-qps=5000`;
    assert.deepEqual(portsIn(yaml), [32759, 32758, 32757]);
  });

  it("are known to be taken while another program listens", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    assert.deepEqual(await takenPorts([port]), [port]);
    server.close();
    await once(server, "close");
    assert.deepEqual(await takenPorts([port]), []);
  });
});
