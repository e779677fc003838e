import assert from "node:assert/strict";
import { selectCloud } from "../../src/stack/selectCloud.js";
import { prefixLength } from "../../src/config/cidr.js";
import { claimsOf } from "../../src/data/claims.js";
import { planServices } from "../../src/data/plan.js";
import { instanceServices } from "../../src/data/settings.js";
import type { PropertyValue, Registration } from "../../src/engine/types.js";
import { Secret, Unknown } from "../../src/engine/types.js";
import { planEdge } from "../../src/platform/edge/plan.js";
import { awsCase } from "./aws.js";
import { azureCase } from "./azure.js";
import {
  type CloudCase,
  type CloudRun,
  inputsOf,
  instances,
  plain,
  runCloud,
  stack,
  stackConfig,
} from "./clouds.js";
import { existingCase } from "./existing.js";
import { gcpCase } from "./gcp.js";

/** A new cloud is a row here and a file beside this one. */
const cases: CloudCase[] = [existingCase, awsCase, azureCase, gcpCase];

/** Members of what `ask` gives, the same for every cloud. */
const answers = [
  ...[
    "accounts",
    "addOnObjects",
    "addOnValues",
    "backup",
    "dns",
    "identities",
    "instances",
    "kubeconfig",
    "loadBalancer",
  ],
  ...["mongodb", "mysql", "redis", "registry", "search", "storageClasses"],
];

/** The value below the path, its marks kept. */
function at(value: PropertyValue | undefined, ...path: string[]): PropertyValue | undefined {
  return path.reduce<PropertyValue | undefined>(
    (found, key) => (found as Record<string, PropertyValue> | undefined)?.[key],
    value,
  );
}

/** Whether a resource's name says that it is one instance's. */
function belongsTo(name: string): string | undefined {
  return instances.find((instance) => new RegExp(`(^|-)${instance}(-|$)`).test(name));
}

for (const each of cases) {
  describe(`the contract, filled by ${each.cloud}`, () => {
    let production: CloudRun;
    let preview: CloudRun;
    let disposable: CloudRun;
    let own: Registration[];

    before(async () => {
      production = await runCloud(each, { preview: false });
      preview = await runCloud(each, { preview: true });
      disposable = await runCloud(each, { preview: false, config: { disposable: true } });
      own = production.registrations.filter(({ type }) => type.startsWith(each.tokens));
    });

    /** Names of the cloud's resources of which the claim is not true. */
    const failing = (claim: (resource: Registration) => boolean): string[] =>
      own.filter((resource) => !claim(resource)).map(({ type, name }) => `${type} ${name}`);

    it("gives what its abilities promise, and no more", () => {
      const { abilities, members } = production;
      assert.deepEqual(
        { ...members, managed: [...members.managed].sort() },
        {
          dns: abilities.dns,
          workloadIdentity: abilities.workloadIdentity,
          backup: abilities.backup,
          managed: Object.keys(abilities.managed).sort(),
        },
      );
    });

    it("gives the same outputs as every cloud, under the same names", () => {
      const given = Object.keys(production.answers).sort();
      assert.deepEqual(
        given.filter((key) => !answers.includes(key)),
        [],
      );
      const services = Object.keys(production.abilities.managed).filter(
        (kind) => !["objectStore", "mail"].includes(kind),
      );
      for (const service of services) {
        const servers =
          service === "redis"
            ? [at(production.answers, service, "broker"), at(production.answers, service, "cache")]
            : [at(production.answers, service)];
        for (const server of servers) {
          assert.ok(plain(at(server, "host")), `${service} has a host`);
          const password =
            at(server, "adminPassword") ?? at(production.answers, "accounts", "campus", service, "password");
          assert.ok(password instanceof Secret, `${service}'s password is secret`);
        }
      }
    });

    it("gives the kubeconfig as a secret", () => {
      assert.ok(production.answers.kubeconfig instanceof Secret);
      const { kubeconfig } = preview.answers;
      assert.ok(kubeconfig instanceof Secret || kubeconfig instanceof Unknown); // the SDK marks no unknown value
    });

    it("registers all resources in a first preview, with every output unknown", () => {
      const urns = (run: CloudRun): string[] => run.registrations.map(({ urn }) => urn).sort();
      assert.deepEqual(urns(preview), urns(production));
    });

    it("gives every resource a parent and a provider", () => {
      const orphans = production.registrations.filter(
        ({ parent, type }) => parent === undefined && type !== "pulumi:pulumi:Stack",
      );
      assert.deepEqual(orphans, []);
      assert.deepEqual(
        failing(({ custom, provider }) => !custom || provider !== ""),
        [],
      );
    });

    it("knows each type that the module makes", () => {
      const types = new Set(own.map(({ type }) => type));
      assert.deepEqual(
        [...types].filter((type) => each.types[type] === undefined),
        [],
      );
      assert.deepEqual(
        Object.keys(each.types).filter((type) => !types.has(type)),
        [],
      );
    });

    it("tags every resource with the stack, and an instance's with the instance", () => {
      assert.deepEqual(
        failing((resource) => {
          const tags = each.tagsOf(resource, production.registrations);
          const instance = belongsTo(resource.name);
          return (
            tags === undefined ||
            (tags[each.tagKeys.stack] === stack &&
              (instance === undefined || tags[each.tagKeys.instance] === instance))
          );
        }),
        [],
      );
    });

    it("makes tagged things for each instance, where it makes any", () => {
      const makesAny = production.abilities.managed.objectStore !== undefined;
      for (const instance of instances) {
        const tagged = own.filter(
          (resource) => each.tagsOf(resource, production.registrations)?.[each.tagKeys.instance] === instance,
        );
        assert.equal(tagged.length > 0, makesAny);
        assert.ok(tagged.every(({ name }) => belongsTo(name) === instance));
      }
    });

    it("says which networks its load balancers outside of the cluster come from", () => {
      for (const controller of production.abilities.edgeControllers) {
        const tls = { email: "ops@example.com" };
        const config = stackConfig({ cloud: each.cloud, ...each.config, edge: { controller, tls } });
        const { trafficCidrs } = planEdge(config, selectCloud(config).abilities);
        assert.notDeepEqual(trafficCidrs, [], controller);
        assert.ok(trafficCidrs.every((cidr) => prefixLength(cidr) >= 16));
      }
    });

    it("encrypts what it keeps", () => {
      assert.deepEqual(
        failing(
          (resource) =>
            each.types[resource.type]?.encrypted?.(
              inputsOf(resource),
              production.registrations,
              resource.name,
            ) ?? true,
        ),
        [],
      );
    });

    it("makes nothing that the internet reaches", () => {
      assert.deepEqual(
        failing((resource) => each.types[resource.type]?.private?.(inputsOf(resource)) ?? true),
        [],
      );
      assert.deepEqual(each.openToAll(production.registrations), []);
    });

    it("protects data, and lets a disposable stack go without a trace", () => {
      assert.deepEqual(
        failing(({ type, protect }) => each.types[type]?.data !== true || protect),
        [],
      );
      const held = disposable.registrations.filter(
        (resource) =>
          resource.protect ||
          (resource.retainOnDelete && each.types[resource.type]?.outlives?.(resource.name) !== true) ||
          !(each.types[resource.type]?.disposable?.(inputsOf(resource)) ?? true),
      );
      assert.deepEqual(
        held.map(({ urn }) => urn),
        [],
      );
    });

    it("keeps the volumes of claims that are deleted, disposable or not", () => {
      for (const run of [production, disposable]) {
        const policies = run.registrations
          .filter(({ type }) => type.endsWith(":StorageClass"))
          .map((resource) => inputsOf(resource).reclaimPolicy);
        assert.equal(
          policies.length > 0,
          run.registrations.some(({ type }) => /:(Cluster|ManagedCluster)$/.test(type)),
        );
        assert.ok(policies.every((policy) => policy === "Retain"));
      }
    });

    it("lets the account that dumps data add to the store for backups, and delete nothing there", () => {
      const actions = each
        .rights(production.registrations)
        .filter(({ grantedBy }) => grantedBy.includes("database-backup"))
        .map(({ action }) => action);
      assert.equal(
        actions.some((action) => /put|create|write/i.test(action)),
        production.abilities.workloadIdentity,
      );
      assert.deepEqual(
        actions.filter((action) => /delete|purge|restore|\*/i.test(action)),
        [],
      );
    });

    it("gives no identity more than it needs, but for what the cloud knows no narrower way", () => {
      const wide = each
        .rights(production.registrations)
        .filter(
          ({ action, resource }) =>
            (action.includes("*") || resource === "*") && each.unscoped[action] === undefined,
        );
      assert.deepEqual(wide, []);
    });

    it("lists no reason that nothing needs any more", () => {
      const used = new Set(
        each
          .rights(production.registrations)
          .filter(({ action, resource }) => action.includes("*") || resource === "*")
          .map(({ action }) => action),
      );
      assert.deepEqual(
        Object.keys(each.unscoped).filter((action) => !used.has(action)),
        [],
      );
    });

    it("never gives two instances one database, one user or one prefix on its servers", () => {
      const managed = Object.keys(production.abilities.managed);
      const services = Object.fromEntries(managed.map((kind) => [kind, { mode: "managed" }]));
      const config = stackConfig({ cloud: each.cloud, ...each.config, services });
      const planned = planServices(config, production.abilities);
      const [one, other] = instances.map((instance) =>
        claimsOf(instanceServices(planned, instance, new Set()).settings).map(
          ({ service, rule, name }) => `${service} ${rule.kind} ${name}`,
        ),
      );
      assert.equal(
        ["database", "user"].every((kind) => one?.some((claim) => claim.startsWith(`mysql ${kind} `))),
        managed.includes("mysql"),
      );
      assert.deepEqual(
        one?.filter((claim) => other?.includes(claim)),
        [],
      );
    });

    it("never gives two instances one bucket or one identity", () => {
      const [one, other] = instances.map((instance) =>
        each
          .rights(production.registrations)
          .filter(({ grantedBy }) => belongsTo(grantedBy) === instance)
          .map(({ resource }) => resource),
      );
      const keys = new Set(
        production.registrations.filter(({ type }) => /key/i.test(type)).map(({ name }) => name),
      );
      const shared = (one ?? []).filter(
        (resource) => other?.includes(resource) && ![...keys].some((key) => resource.includes(key)),
      );
      assert.deepEqual(shared, []);
      const stores = instances.map((instance) =>
        plain(at(production.answers, "instances", instance, "objectStore")),
      );
      if (production.abilities.managed.objectStore !== undefined) {
        const [first, second] = stores as { bucket?: string; account?: string }[];
        assert.ok(first?.bucket);
        assert.notDeepEqual([first.account, first.bucket], [second?.account, second?.bucket]);
      }
    });
  });
}
