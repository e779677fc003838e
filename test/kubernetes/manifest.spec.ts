import assert from "node:assert/strict";
import { parseManifest } from "../../src/kubernetes/manifest.js";

describe("parseManifest", () => {
  it("reads as Kubernetes does: octal modes, yes and no, text that looks like a time", () => {
    const [object, ...rest] = parseManifest(
      "kind: A\nmode: 0777\nyes: on\nat: 12:30:45\nday: 2024-01-02\nport: 80\ntext: '80'\n---\n---\nkind: B\n",
    );
    assert.deepEqual(object, {
      kind: "A",
      mode: 511,
      true: true,
      at: "12:30:45",
      day: "2024-01-02",
      port: 80,
      text: "80",
    });
    assert.deepEqual(rest, [{ kind: "B" }]);
  });
});
