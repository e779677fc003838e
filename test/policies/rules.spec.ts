import assert from "node:assert/strict";
import { facts } from "../../providers/clouds.js";
import type { InputRule } from "../../src/cloud/rules.js";
import type { JsonObject } from "../../src/kubernetes/objects.js";
import { apiRules } from "../../src/policies/rules/apiRules.js";
import { imageFault, imageTags } from "../../src/policies/rules/imageTags.js";
import { protectedData } from "../../src/policies/rules/protectedData.js";
import { releaseSteps } from "../../src/policies/rules/releaseSteps.js";
import { uniqueHosts } from "../../src/policies/rules/uniqueHosts.js";
import type { PolicyStack } from "../../src/policies/types.js";
import { deployment, object, released, resource, said, stack } from "./stacks.js";

describe("no-latest-images", () => {
  for (const [image, fault] of [
    ["caddy", /no tag/],
    ["localhost:5000/openedx", /no tag/],
    ["docker.io/overhangio/openedx:latest", /`latest`/],
    ["caddy:", /no tag/],
  ] as const) {
    it(`refuses ${image}`, () => assert.match(imageFault(image) ?? "", fault));
  }

  for (const image of ["caddy:2.7.4", "localhost:5000/openedx:22.0.3", `caddy@sha256:${"0".repeat(64)}`]) {
    it(`takes ${image.slice(0, 40)}`, () => assert.equal(imageFault(image), undefined));
  }

  it("looks at init containers, CronJobs and custom resources", () => {
    const pod = { containers: [{ name: "a", image: "a:1" }], initContainers: [{ name: "b", image: "b" }] };
    const cron = object(
      "CronJob",
      "c",
      { spec: { jobTemplate: { spec: { template: { spec: pod } } } } },
      "batch/v1",
    );
    const database = object(
      "PerconaServerMongoDB",
      "m",
      { spec: { image: "percona/percona-server-mongodb:7.0", backup: { image: "percona/backup:latest" } } },
      "psmdb.percona.com/v1",
    );
    assert.deepEqual(
      said(imageTags, released(cron, database)).map((message) => /image (\S+)/.exec(message)?.[1]),
      ["b", "percona/backup:latest"],
    );
  });

  it("reads a release's values where its chart could not be rendered", () => {
    const values = { image: { repository: "traefik", tag: "latest" }, sidecar: { image: "busybox:latest" } };
    const release = resource("kubernetes:helm.sh/v3:Release", "traefik", { chart: "traefik", values });
    assert.equal(said(imageTags, stack([release])).length, 2);
    const fine = { image: { repository: "traefik", tag: "" }, sidecar: { image: "busybox:1.37" } };
    const other = resource("kubernetes:helm.sh/v3:Release", "traefik", { chart: "traefik", values: fine });
    assert.deepEqual(said(imageTags, stack([other])), []);
  });

  it("says of an unknown image that it could not check it", () =>
    assert.match(
      said(imageTags, released(deployment("lms", { image: "[unknown]" }))).join(),
      /^advisory: .*could not be checked/,
    ));
});

describe("api-accepts", () => {
  const rules: InputRule[] = [{ path: "days", required: true, min: 30, max: 730, source: "docs of the API" }];
  const strict = { ...facts, rules: () => rules };
  const logs = (days: JsonObject[string]) => resource("cloud:logs:Store", "logs", { days });

  it("says which input the API refuses, and where it says so", () =>
    assert.deepEqual(said(apiRules, stack([logs(5000), logs(90)], { facts: strict })), [
      "mandatory: Store logs: days is 5000, more than 730 (docs of the API). " +
        "Change the key of the stack's config that it follows from.",
    ]));

  it("judges nothing that is not known, and shows no value that may be a secret", () => {
    assert.deepEqual(said(apiRules, stack([logs("[unknown]"), logs("[secret]")], { facts: strict })), []);
    const [message] = said(apiRules, stack([logs(5000)], { facts: strict, secretsMarked: false }));
    assert.match(message ?? "", /^mandatory: Store logs: days is not what the API takes/);
  });
});

describe("data-protected", () => {
  const database = resource("aws:rds/instance:Instance", "db");
  const volume = object("PersistentVolumeClaim", "mysql");

  it("wants databases, buckets and volumes protected", () => {
    const bucket = resource("gcp:storage/bucket:Bucket", "files");
    const account = resource("azure-native:storage:StorageAccount", "files");
    assert.equal(said(protectedData, stack([database, bucket, account])).length, 3);
    assert.equal(said(protectedData, stack([{ ...database, protect: true }])).length, 0);
  });

  it("wants the release that holds volumes, and its namespace, protected", () => {
    const namespace = resource("kubernetes:core/v1:Namespace", "campus-namespace", {
      metadata: { name: "campus" },
    });
    const { resources, manifests } = released(volume);
    const messages = said(protectedData, stack([...resources, namespace], { manifests }));
    assert.deepEqual(
      messages.map((message) => message.split(" ").slice(1, 3).join(" ")),
      ["Release campus", "Namespace campus-namespace"],
    );
  });

  it("takes a Redis for a cache unless it keeps what it holds", () => {
    const type = "aws:elasticache/replicationGroup:ReplicationGroup";
    const [cache, broker] = [0, 7].map((snapshotRetentionLimit) =>
      stack([resource(type, "redis", { snapshotRetentionLimit })]),
    ) as [PolicyStack, PolicyStack];
    assert.equal(said(protectedData, cache).length, 0);
    assert.equal(said(protectedData, broker).length, 1);
  });

  it("asks nothing of a disposable stack", () =>
    assert.deepEqual(said(protectedData, stack([database], { disposable: true })), []));

  it("only tells of the volumes of the platform's own add-ons", () => {
    const { resources, manifests } = released(volume);
    const parent = "urn:pulumi:prod::openedx::openedx:platform:Platform::platform";
    const platform = stack(
      resources.map((each) => ({ ...each, parent })),
      { manifests },
    );
    assert.match(said(protectedData, platform).join(), /^advisory: Release campus/);
  });
});

function instances(tutors: Record<string, JsonObject>, name = "prod"): PolicyStack {
  const resources = Object.entries(tutors).map(([instance, inputs]) => ({
    ...resource("openedx:instance:OpenEdxInstance", instance, inputs),
    urn: `urn:pulumi:${name}::openedx::openedx:instance:OpenEdxInstance::${instance}`,
  }));
  return stack(resources, { stack: name });
}

describe("release-steps", () => {
  const step = (was: string, is: string): string[] =>
    said(releaseSteps, {
      ...instances({ campus: { tutor: is } }),
      before: { instances: { campus: { tutor: was } } },
    });

  it("refuses a way back", () =>
    assert.match(step("22.0.3", "20.0.5").join(), /^mandatory: campus: .*downgrade/));
  it("refuses a jump", () =>
    assert.match(step("19.0.0", "22.0.0").join(), /^mandatory: .*skips 2 release.*to 20 first/));
  it("tells of a way back within a release", () =>
    assert.match(step("22.1.0", "22.0.9").join(), /^advisory/));
  it("lets one release at a time, patches, and the same", () =>
    assert.deepEqual(
      [...step("20.0.5", "21.0.0"), ...step("22.0.3", "22.0.10"), ...step("22.0.3", "22.0.3")],
      [],
    ));
  it("has nothing to say of new instances, or without what was before", () => {
    const site = instances({ campus: { tutor: "20.0.0" } });
    assert.deepEqual(
      [...said(releaseSteps, site), ...said(releaseSteps, { ...site, before: { instances: {} } })],
      [],
    );
  });
});

describe("unique-hosts", () => {
  it("finds a host twice in a stack, and across stacks, whatever its letters", () => {
    const one = instances(
      { campus: { hosts: ["a.example.com"] }, academy: { hosts: ["A.example.com."] } },
      "one",
    );
    const two = instances({ other: { hosts: ["a.example.com", "b.example.com"] } }, "two");
    assert.equal(said(uniqueHosts, one).length, 2);
    const [message = "", ...more] = said(uniqueHosts, two, [one, two]);
    assert.match(message, /a\.example\.com belongs to campus in stack one, academy in stack one too/);
    assert.deepEqual(more, []);
  });

  it("is content with hosts of one instance, and says of unknown ones that it could not check", () => {
    assert.deepEqual(
      said(uniqueHosts, instances({ campus: { hosts: ["a.example.com", "a.example.com"] } })),
      [],
    );
    assert.match(said(uniqueHosts, instances({ campus: { hosts: ["[unknown]"] } })).join(), /^advisory/);
  });
});
