import assert from "node:assert/strict";
import { propertyChanges } from "../../src/diff/properties.js";

describe("the changes between two values", () => {
  it("are told by path, old and new", () =>
    assert.deepEqual(propertyChanges({ a: { b: 1, c: 2 }, d: 3 }, { a: { b: 4, c: 2 }, e: 5 }), [
      { path: "a.b", before: 1, after: 4 },
      { path: "d", before: 3 },
      { path: "e", after: 5 },
    ]));

  it("quote a key that is not a plain word", () =>
    assert.deepEqual(propertyChanges({}, { labels: { x: 1 }, "a.b/c": 1 }), [
      { path: '["a.b/c"]', after: 1 },
      { path: "labels", after: { x: 1 } },
    ]));

  it("go by name in a list of named items, wherever they stand", () => {
    const [a, b] = [
      { name: "a", image: "1" },
      { name: "b", image: "1" },
    ];
    assert.deepEqual(propertyChanges([a, b], [{ name: "new" }, a, { ...b, image: "2" }]), [
      { path: '["b"].image', before: "1", after: "2" },
      { path: '["new"]', after: { name: "new" } },
    ]);
  });

  it("tell the order of named items where nothing but it changed", () =>
    assert.deepEqual(
      propertyChanges([{ name: "a" }, { name: "b" }], [{ name: "b" }, { name: "a" }], "list"),
      [{ path: "list", before: ["a", "b"], after: ["b", "a"] }],
    ));

  it("take a list of plain items as a whole, and any other by place", () => {
    assert.deepEqual(propertyChanges({ l: ["a", "b"] }, { l: ["x", "a", "b"] }), [
      { path: "l", before: ["a", "b"], after: ["x", "a", "b"] },
    ]);
    assert.deepEqual(propertyChanges([{ key: "a" }, { key: "b" }], [{ key: "a" }]), [
      { path: "[1]", before: { key: "b" } },
    ]);
    assert.deepEqual(propertyChanges([{ name: "a" }, { name: "a" }], [{ name: "a" }, { name: "c" }]), [
      { path: "[1].name", before: "a", after: "c" },
    ]);
  });

  it("tell a value of another kind, and none where both are the same", () => {
    assert.deepEqual(propertyChanges({ a: [1] }, { a: { b: 1 } }), [
      { path: "a", before: [1], after: { b: 1 } },
    ]);
    assert.deepEqual(propertyChanges({ a: [{ name: "x", y: [1] }] }, { a: [{ name: "x", y: [1] }] }), []);
    assert.deepEqual(propertyChanges({ a: null }, { a: null }), []);
  });
});
