import assert from "node:assert/strict";
import { delegation } from "../../providers/delegation.js";
import type { Verdict } from "../../src/cloud/check.js";

describe("the delegation of a domain", () => {
  const own = ["NS-1.example.", "ns-2.example"];
  const answers = (names: string[]) => () => Promise.resolve(names);
  const cases: [
    what: string,
    servers: string[] | undefined,
    found: string[],
    verdict: Verdict,
    text: RegExp,
  ][] = [
    ["the zone's own servers", own, ["ns-2.example", "ns-1.example"], "ok", /is delegated to ns-1/],
    ["others", own, ["ns.elsewhere.example"], "fails", /ns\.elsewhere\.example answer for it now/],
    ["one of them and another", own, ["ns-1.example", "ns.elsewhere.example"], "warning", /in part/],
    [
      "nobody, before the first run",
      undefined,
      [],
      "warning",
      /the first run makes the zone.*nobody answers/,
    ],
  ];
  for (const [what, servers, found, verdict, text] of cases) {
    it(`to ${what}: ${verdict}`, async () => {
      const answer = await delegation("learn.example.com", servers, answers(found));
      assert.equal(answer.verdict, verdict);
      assert.match(answer.text, text);
    });
  }

  it("is not known without an answer, and fails where the DNS knows no such name", async () => {
    const by = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
    assert.equal((await delegation("example.com", own, by("ESERVFAIL"))).verdict, "unknown");
    assert.equal((await delegation("example.com", own, by("ENOTFOUND"))).verdict, "fails");
  });
});
