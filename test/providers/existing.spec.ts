import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { stringify } from "yaml";
import {
  ambientKubeconfigs,
  chosenKubeconfig,
  noKubeconfig,
  selectContext,
} from "../../src/cluster/kubeconfig.js";

describe("the kubeconfig of an existing cluster", () => {
  let folder: string;
  let first: string;
  let second: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    mkdirSync(join(folder, "pki"));
    writeFileSync(join(folder, "pki", "ca.crt"), "authority");
    first = join(folder, "first");
    second = join(folder, "second");
    writeFileSync(
      first,
      stringify({
        "current-context": "here",
        clusters: [
          { name: "c", cluster: { server: "https://first", "certificate-authority": "pki/ca.crt" } },
        ],
        contexts: [{ name: "here", context: { cluster: "c", user: "u", namespace: "n" } }],
        users: [
          { name: "u", user: { exec: { command: "login" } } },
          { name: "other", user: { token: "not-ours" } },
        ],
      }),
    );
    writeFileSync(
      second,
      stringify({
        "current-context": "there",
        clusters: [{ name: "c", cluster: { server: "https://second" } }],
        contexts: [{ name: "there", context: { cluster: "c", user: "other" } }],
        users: null,
      }),
    );
  });
  after(() => rmSync(folder, { recursive: true }));

  const select = (...args: Parameters<typeof selectContext>): Record<string, unknown> =>
    JSON.parse(selectContext(...args)) as Record<string, unknown>;

  it("is the current context alone, with the files that it names inside", () => {
    assert.deepEqual(select([first]), {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: "c",
          cluster: {
            server: "https://first",
            "certificate-authority-data": Buffer.from("authority").toString("base64"),
          },
        },
      ],
      users: [{ name: "u", user: { exec: { command: "login" } } }],
      contexts: [{ name: "here", context: { cluster: "c", user: "u", namespace: "n" } }],
      "current-context": "here",
    });
  });

  it("is joined of several files, of which the first that has an entry wins", () => {
    const { users, clusters } = select([first, second], "there");
    assert.deepEqual(users, [{ name: "other", user: { token: "not-ours" } }]);
    assert.match(JSON.stringify(clusters), /https:\/\/first/);
  });

  it("is found where kubectl finds it", () => {
    assert.deepEqual(
      ambientKubeconfigs({ KUBECONFIG: [first, join(folder, "none"), second].join(delimiter) }),
      [first, second],
    );
  });

  it("names the contexts there are when the wanted one is missing, and never a credential", () => {
    assert.throws(
      () => select([first, second], "nowhere"),
      (error: Error) => {
        assert.match(
          error.message,
          /no complete context "nowhere"\. It has: here, there\. .*openedx:existing\.context/,
        );
        assert.doesNotMatch(error.message, /not-ours/);
        return true;
      },
    );
  });

  it("names the file and what is wrong in it", () => {
    writeFileSync(join(folder, "bad"), "clusters: 5\n");
    assert.throws(() => select([join(folder, "bad")]), /bad is not a kubeconfig: look at clusters/);
    writeFileSync(
      join(folder, "lost"),
      stringify({ users: [{ name: "u", user: { "client-key": "gone" } }] }),
    );
    assert.throws(() => select([join(folder, "lost")]), /lost refers to .*gone, which cannot be read/);
  });

  it("is chosen by one rule: the stack's file, else all files of the environment, as kubectl has it", () => {
    const env = { KUBECONFIG: [join(folder, "gone"), second, first].join(delimiter) };
    assert.match(chosenKubeconfig({}, env) ?? "", /https:\/\/second/);
    assert.match(chosenKubeconfig({ context: "here" }, env) ?? "", /"current-context":"here"/);
    assert.match(chosenKubeconfig({ kubeconfig: first }, env) ?? "", /https:\/\/first/);
    const gone = { kubeconfig: join(folder, "gone") };
    assert.equal(chosenKubeconfig(gone, env), undefined);
    assert.match(
      noKubeconfig(gone, env).message,
      /There is no kubeconfig at .*gone\. Set openedx:existing\.kubeconfig/,
    );
  });
});
