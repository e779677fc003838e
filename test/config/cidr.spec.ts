import assert from "node:assert/strict";
import { contains, isCidr, isPrivate, overlaps, subnets } from "../../src/config/cidr.js";

describe("blocks of addresses", () => {
  for (const [text, right] of [
    ["10.0.0.0/16", true],
    ["0.0.0.0/0", true],
    ["255.255.255.255/32", true],
    ["10.0.1.0/16", false],
    ["10.0.0.256/32", false],
    ["10.0.0.0/33", false],
    ["10.0.0.0", false],
    ["fd00::/8", false],
  ] as const) {
    it(`${text} is ${right ? "one" : "none"}`, () => assert.equal(isCidr(text), right));
  }

  it("overlap where they share an address, and only there", () => {
    assert.ok(overlaps("10.0.0.0/16", "10.0.255.0/24"));
    assert.ok(overlaps("10.0.255.0/24", "10.0.0.0/16"));
    assert.ok(!overlaps("10.0.0.0/16", "10.1.0.0/16"));
  });

  it("hold smaller ones, not larger ones", () => {
    assert.ok(contains("10.0.0.0/8", "10.200.0.0/16"));
    assert.ok(!contains("10.200.0.0/16", "10.0.0.0/8"));
  });

  it("are private where RFC 1918 says so", () => {
    assert.ok(isPrivate("172.31.0.0/16"));
    assert.ok(!isPrivate("172.32.0.0/16"));
    assert.ok(!isPrivate("0.0.0.0/0"));
  });

  it("are cut into parts that share nothing and begin where they may", () => {
    assert.deepEqual(subnets("10.0.0.0/16", [18, 24, 18, 24]), [
      "10.0.0.0/18",
      "10.0.64.0/24",
      "10.0.128.0/18",
      "10.0.192.0/24",
    ]);
    assert.throws(() => subnets("10.0.0.0/24", [25, 25, 28]), /no room/);
    assert.throws(() => subnets("10.0.0.0/24", [23]), /no room/);
  });
});
