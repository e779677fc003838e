import assert from "node:assert/strict";
import { decodeState, emptyState, encodeState, splitBytes } from "../../../src/engine/local/state.js";
import { hashInputs, hasUnknown, reveal, secretStrings } from "../../../src/engine/local/values.js";
import { Secret, Unknown } from "../../../src/engine/types.js";

describe("the local runner's state", () => {
  it("is the same after it was kept and read", () => {
    const state = emptyState();
    state.generated["urn:a"] = { type: "t", inputs: { length: 3 }, outputs: { id: "none", result: "abc" } };
    state.resources["urn:b"] = {
      type: "kubernetes:core/v1:Secret",
      ref: { apiVersion: "v1", kind: "Secret", name: "s", namespace: "n" },
      hash: "h",
      obsolete: [{ apiVersion: "v1", kind: "Secret", name: "old", namespace: "n" }],
      dependencies: ["urn:a"],
      provider: "",
      protect: true,
      retainOnDelete: false,
      outputs: { metadata: { uid: "1" } },
    };
    assert.deepEqual(decodeState(encodeState(state)), state);
  });

  it("is refused when it is of another version or broken", () => {
    assert.throws(() => decodeState(encodeState({ ...emptyState(), version: 2 as unknown as 1 })));
    assert.throws(() => decodeState(encodeState(emptyState()).subarray(0, 30)));
  });

  it("is cut into parts that make the whole again", () => {
    const bytes = Buffer.from("0123456789");
    assert.deepEqual(
      splitBytes(bytes, 4).map((part) => part.toString()),
      ["0123", "4567", "89"],
    );
    assert.equal(splitBytes(bytes, 10).length, 1);
    assert.equal(splitBytes(Buffer.alloc(0), 4).length, 1);
    assert.deepEqual(Buffer.concat(splitBytes(bytes, 3)), bytes);
  });
});

describe("inputs", () => {
  it("have one hash whatever the order of their keys, and another for any other value", () => {
    const hash = hashInputs("t", { a: { x: 1, y: [1, 2] }, b: null });
    assert.equal(hashInputs("t", { b: null, a: { y: [1, 2], x: 1 } }), hash);
    assert.notEqual(hashInputs("t", { b: null, a: { y: [2, 1], x: 1 } }), hash);
    assert.notEqual(hashInputs("t", { a: { x: 1, y: [1, 2] } }), hash);
    assert.notEqual(hashInputs("u", { a: { x: 1, y: [1, 2] }, b: null }), hash);
  });

  it("lose their marks for the cluster, and keep what is unknown from it", () => {
    const value = { a: new Secret({ b: ["s"] }), c: 1 };
    assert.deepEqual(reveal(value), { a: { b: ["s"] }, c: 1 });
    assert.equal(hasUnknown(value), false);
    assert.equal(hasUnknown({ a: new Secret([Unknown.value]) }), true);
    assert.throws(() => reveal({ a: Unknown.value }));
  });

  it("tell which strings are secret", () => {
    const value = { open: "not this one", a: new Secret({ b: ["long enough", "short"] }) };
    assert.deepEqual(secretStrings(value, 8), ["long enough"]);
  });
});
