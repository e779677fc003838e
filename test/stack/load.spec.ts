import assert from "node:assert/strict";
import { describeIssues } from "../../src/stack/issues.js";
import { configSchema } from "../../src/stack/schema.js";

/** What a person reads when this stands under `openedx:`; undefined when it is good. */
function faultsOf(raw: Record<string, unknown>): string | undefined {
  const parsed = configSchema.safeParse(raw);
  return parsed.success
    ? undefined
    : describeIssues("stacks/Pulumi.test.yaml", "openedx:", raw, parsed.error.issues).message;
}

describe("config", () => {
  it("fills in every default", () => {
    const config = configSchema.parse({ cloud: "existing", instances: { campus: {} } });
    assert.equal(config.edge.https, true);
    assert.deepEqual(config.edge.ingressAnnotations, {});
    assert.equal(config.disposable, false);
    assert.deepEqual(config.instances.campus?.timeouts, { release: 900, tasks: 7200 });
    assert.deepEqual(config.instances.campus?.quota, { pods: 200, persistentVolumeClaims: 20 });
  });

  const account = "210987654321";
  const deployer = `arn:aws:iam::${account}:role/deployer`;
  const aws = { account, region: "eu-west-1", deployer };

  const bad: { what: string; raw: Record<string, unknown>; says: RegExp[] }[] = [
    {
      what: "a misspelt key, with the key that was meant",
      raw: { cloud: "existing", instances: {}, disposible: true },
      says: [/Pulumi\.test\.yaml/, /openedx:disposible: unknown key; did you mean "disposable"\?/],
    },
    {
      what: "a misspelt key inside an instance",
      raw: { cloud: "existing", instances: { campus: { namespce: "x" } } },
      says: [/openedx:instances\.campus\.namespce: unknown key; did you mean "namespace"\?/],
    },
    {
      what: "an unknown key that is like no other, with those there are",
      raw: { cloud: "existing", instances: {}, edge: { wombat: 1 } },
      says: [/openedx:edge\.wombat: unknown key; known keys: mode, controller, https/],
    },
    {
      what: "a value of the wrong type, with what it got",
      raw: { cloud: "existing", instances: {}, edge: { https: "yes" } },
      says: [/openedx:edge\.https: expected boolean, got "yes"/],
    },
    {
      what: "a missing key",
      raw: { instances: {} },
      says: [/openedx:cloud: .*existing.*, got nothing/],
    },
    {
      what: "a missing key that any text could be",
      raw: { cloud: "azure", azure: {} },
      says: [/openedx:azure\.tenantId: is not set/],
    },
    {
      what: "a name of a long list, with the one that is meant",
      raw: { cloud: "aws", aws: { ...aws, region: "eu-wst-1" } },
      says: [/openedx:aws\.region: is not known; perhaps "eu-west-1" is meant, got "eu-wst-1"/],
    },
    {
      what: "a number out of bounds, once",
      raw: { cloud: "aws", aws: { ...aws, deployerIsInside: true, zones: 5 } },
      says: [/wrong: openedx:aws\.zones: must be at most 3, got 5$/],
    },
    {
      what: "a cloud that is not there, with those there are",
      raw: { cloud: "mars", instances: {} },
      says: [/openedx:cloud: expected one of "existing"|"aws".*, got "mars"/],
    },
    {
      what: "an instance whose name is not a DNS label",
      raw: { cloud: "existing", instances: { My_Campus: {} } },
      says: [/openedx:instances\.My_Campus: the name is not a DNS label/],
    },
    {
      what: "an instance whose name is too long for a release",
      raw: { cloud: "existing", instances: { [`c${"a".repeat(45)}`]: {} } },
      says: [/openedx:instances\.caaa.*: the name is longer than 40 characters/],
    },
    {
      what: "a secret of the wrong type, without its value",
      raw: { cloud: "existing", instances: {}, secrets: { campus: { SMTP_PASSWORD: 12345678 } } },
      says: [/openedx:secrets\.campus\.SMTP_PASSWORD: expected string$/],
    },
    {
      what: "all faults at once",
      raw: { cloud: "mars", instances: { campus: { quota: { pods: -1 } } }, edge: { https: 1 } },
      says: [/openedx:cloud/, /openedx:instances\.campus\.quota\.pods: .*, got -1/, /openedx:edge\.https/],
    },
  ];
  for (const { what, raw, says } of bad) {
    it(`names ${what}`, () => {
      const message = faultsOf(raw) ?? "no fault was found";
      for (const pattern of says) {
        assert.match(message, pattern);
      }
      assert.doesNotMatch(message, /12345678|^\s+at /m);
    });
  }
});
