import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { differences, plainSettings, type Difference } from "../../src/tutor/convergence.js";
import { secretSettings, tokensFor } from "../../src/tutor/tokens.js";
import type { Json, KubernetesObject } from "../../src/kubernetes/objects.js";

const settings = secretSettings({
  declared: ["FIRST_PASSWORD", "SECOND_PASSWORD", "THIRD_PREFIX"].map((key) => ({
    key,
    owner: "core",
    source: "unique",
    text: key.endsWith("PREFIX") ? "{{ 9|random_string|lower }}" : "{{ 9|random_string }}",
  })),
  written: {},
  givenSecrets: [],
  madeUp: new Map(),
});
const sets = { a: tokensFor(settings, "a"), b: tokensFor(settings, "b") };

/** Compares what `text` makes of the tokens of each set, in the second line of a ConfigMap's key. */
function compare(text: (token: (key: string) => string) => string, script = "true"): Difference[] {
  const rendered = (["a", "b"] as const).map((set) => {
    const { entries } = sets[set];
    const token = (key: string): string => entries.find((entry) => entry.key === key)?.tokens[0]?.text ?? "";
    const object: KubernetesObject = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "app" },
      data: { "settings.py": `A = 1\nB = "${text(token)}"\n` },
    };
    return { entries, objects: [object], tasks: [{ service: "lms", owner: "mine", script }] };
  });
  const [one, other] = rendered;
  assert.ok(one && other);
  return differences(one, other);
}

describe("differences", () => {
  it("finds none where tokens stand as they are", () => {
    assert.deepEqual(
      compare((token) => `mysql://u:${token("FIRST_PASSWORD")}@h/${token("SECOND_PASSWORD")}`),
      [],
    );
  });

  const hash = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest("hex");
  const transformations: [how: RegExp, change: (token: string) => string][] = [
    [/base64/, (token) => Buffer.from(token).toString("base64")],
    [/base64/, (token) => Buffer.from(`u:${token}`).toString("base64")],
    [/base64/, (token) => Buffer.from(`user:${token}@host`).toString("base64")],
    [/base64/, (token) => Buffer.from(`use:${token}`).toString("base64url")],
    [/sha256/, (token) => hash("sha256", token)],
    [/md5/, (token) => hash("md5", token)],
    [/upper case/, (token) => token.toUpperCase()],
    [/lower case/, (token) => token.toLowerCase()],
    [/reversed/, (token) => [...token].reverse().join("")],
    [/hexadecimal/, (token) => Buffer.from(token).toString("hex")],
    [/cut/, (token) => token.slice(0, 8)],
    [/cut/, (token) => token.slice(-8)],
  ];
  for (const [how, change] of transformations) {
    it(`names setting, object and line of a token that is ${how.source} (${change("Ab")})`, () => {
      const [found, ...rest] = compare((token) => change(token("SECOND_PASSWORD")));
      assert.deepEqual(rest, []);
      assert.equal(found?.place, 'ConfigMap.app.data["settings.py"] line 2');
      assert.equal(found?.key, "SECOND_PASSWORD");
      assert.match(found?.how ?? "", how);
    });
  }

  it("sees that a lower-case token was turned to upper case", () => {
    assert.equal(compare((token) => token("THIRD_PREFIX").toUpperCase())[0]?.key, "THIRD_PREFIX");
    assert.deepEqual(
      compare((token) => token("THIRD_PREFIX").toLowerCase()),
      [],
    );
  });

  it("finds what is new each time, without a setting to blame", () => {
    let clock = 0;
    const [found] = compare(() => `${(clock += 1)}`);
    assert.equal(found?.place, 'ConfigMap.app.data["settings.py"] line 2');
    assert.equal(found?.key, undefined);
  });

  it("finds objects and tasks that only one render has", () => {
    const object: KubernetesObject = { apiVersion: "v1", kind: "Secret", metadata: { name: "x" } };
    const task = { service: "lms", owner: "mine", script: "true" };
    const places = (...[one, other]: Parameters<typeof differences>): string[] =>
      differences(one, other).map((each) => each.place);
    const none = { objects: [], tasks: [], entries: [] };
    assert.deepEqual(places({ ...none, objects: [object] }, none), ["Secret.x"]);
    assert.deepEqual(places(none, { ...none, objects: [object] }), ["Secret.x"]);
    assert.deepEqual(places(none, { ...none, tasks: [task] }), ["init task 1 (mine, service lms)"]);
  });
});

describe("plainSettings", () => {
  it("leaves out secrets, what holds one, and what changes by itself", () => {
    const of = (set: "a" | "b", now: number): Record<string, Json> => ({
      LMS_HOST: "a.b",
      FIRST_PASSWORD: sets[set].values.FIRST_PASSWORD ?? "",
      URLS: [{ url: `u:${sets[set].entries[0]?.tokens[0]?.text}@h` }],
      STARTED: now,
    });
    const secretKeys = new Set(settings.map((setting) => setting.key));
    assert.deepEqual(plainSettings(of("a", 1), of("b", 2), secretKeys, sets.a.entries), { LMS_HOST: "a.b" });
  });
});
