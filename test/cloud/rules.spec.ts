import assert from "node:assert/strict";
import { breaches, type InputRule, valuesAt } from "../../src/cloud/rules.js";

const source = "API reference";

function said(inputs: Record<string, unknown>, ...rules: Omit<InputRule, "source">[]): string[] {
  return breaches(
    inputs,
    rules.map((rule) => ({ ...rule, source })),
  ).map(({ path, message }) => `${path} ${message}`);
}

describe("valuesAt", () => {
  const inputs = {
    name: "a",
    rules: [{ ports: ["80", "*"] }, { ports: ["443"] }, {}],
    tags: { team: "x", owner: undefined },
    size: null,
  };

  for (const [path, found] of [
    ["name", ["a"]],
    ["rules[].ports[]", ["80", "*", "443"]],
    ["rules[].ports", [["80", "*"], ["443"]]],
    ["tags{}", ["x"]],
    ["tags{key}", ["team", "owner"]],
    ["size", []],
    ["name.inner", []],
    ["tags[]", []],
  ] as const) {
    it(`reads ${path}`, () => assert.deepEqual(valuesAt(inputs, path), found));
  }
});

describe("breaches", () => {
  for (const [what, inputs, rule, message] of [
    ["a value that is none of a list", { tier: "B" }, { path: "tier", oneOf: ["A"] }, /is "B", none of A/],
    ["a form", { name: "a--b" }, { path: "name", pattern: /[a-z]+(-[a-z]+)*/ }, /is "a--b", not/],
    ["a form that only a part has", { name: "a b" }, { path: "name", pattern: /[a-z]/ }, /is "a b", not/],
    ["what a value holds", { tag: "a,b" }, { path: "tag", not: /,/ }, /which holds ,/],
    ["a number too small", { days: 5 }, { path: "days", min: 30 }, /is 5, less than 30/],
    ["a number too large", { days: 5000 }, { path: "days", max: 730 }, /is 5000, more than 730/],
    ["a long text", { name: "abcdef" }, { path: "name", max: 5 }, /of length 6, more than 5/],
    ["a long list", { zones: [1, 2, 3] }, { path: "zones", max: 2 }, /of length 3, more than 2/],
    ["what is missing", {}, { path: "edition", required: true }, /is not set/],
    ["what is there beside another", { a: 1, b: 2 }, { path: "a", without: "b" }, /is set beside b/],
    [
      "what does not go together",
      { from: 5, to: 3 },
      { path: "to", check: ({ from, to }) => (Number(from) > Number(to) ? "is less than from" : undefined) },
      /is less than from/,
    ],
  ] as [string, Record<string, unknown>, Omit<InputRule, "source">, RegExp][]) {
    it(`says ${what}`, () => {
      const [found = "", ...more] = said(inputs, rule);
      assert.match(found, message);
      assert.deepEqual(more, []);
    });
  }

  it("says nothing of what is right, or not known yet", () => {
    const rules: Omit<InputRule, "source">[] = [
      { path: "tier", oneOf: ["A"] },
      { path: "days", min: 1, max: 5 },
      { path: "ports[]", not: /\*/ },
      { path: "a", without: "b" },
    ];
    assert.deepEqual(said({ tier: "A", days: 5, ports: ["80"], a: 1 }, ...rules), []);
    assert.deepEqual(said({ tier: undefined, ports: [undefined] }, ...rules), []);
  });

  it("takes what stands for an unknown value as set, and judges it no further", () => {
    const isUnknown = (value: unknown) => value === "?";
    const rules: InputRule[] = [
      { path: "id", required: true, pattern: /\d+/, source },
      { path: "to", check: ({ to }) => (to === undefined ? undefined : "is told"), source },
    ];
    assert.deepEqual(breaches({ id: "?", to: "?" }, rules, isUnknown), []);
    assert.equal(breaches({ id: "x", to: 1 }, rules, isUnknown).length, 2);
  });

  it("says each of several values, with where the cloud says so", () => {
    const found = breaches({ tags: { "a/b": "1", "c?": "2" } }, [{ path: "tags{key}", not: /[/?]/, source }]);
    assert.deepEqual(
      found.map((each) => [each.path, each.source]),
      [
        ["tags{key}", source],
        ["tags{key}", source],
      ],
    );
  });
});
