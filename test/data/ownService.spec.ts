import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { existingAbilities } from "../../providers/existing/abilities.js";
import { checkClaims, claimsOf, renderedClaims } from "../../src/data/claims.js";
import { createPassword, createServiceRelease } from "../../src/data/cluster.js";
import { credentialFaults } from "../../src/data/credentials.js";
import { dataRetained, serviceModes, servicesLost } from "../../src/data/serviceChanges.js";
import { chartsOfServices, hasSharedServices, planServices } from "../../src/data/plan.js";
import { externalAddress } from "../../src/data/planning.js";
import type { DataService } from "../../src/data/service.js";
import { DataServices } from "../../src/data/services.js";
import { instanceServices } from "../../src/data/settings.js";
import { dataServices, planOf, type ServiceTable } from "../../src/data/table.js";
import { boundAdmin, boundPlain, type ServerAddress, type ServicesRequest } from "../../src/data/types.js";
import type { ProgramResult } from "../../src/engine/types.js";
import { plain, registered, seedOf } from "../instance/stack.js";
import { metadataOf, readyOf, runServices, valuesOf } from "./deploy.js";
import { stackWith } from "./stack.js";

interface Shape {
  port: number;
}
interface Server {
  host: pulumi.Input<string>;
  adminPassword: pulumi.Input<string>;
}

/** A service of no real kind: what a fork would write, and all that it would write besides two rows. */
const clickhouse: DataService<Shape, ServerAddress, Server> = {
  title: "ClickHouse",
  charts: ["valkey"],
  isInContract: false,
  workloads: { clickhouse: {} },
  ports: [8123, 9000],
  credentials: { names: ["adminPassword"] },
  ownKeys: /^CLICKHOUSE_HOST$/,
  claims: [{ setting: /^CLICKHOUSE_DATABASE$/, kind: "database" }],
  loss: (whose) => `the events of ${whose}`,
  leftBehind: (whose) => `the events of ${whose}`,
  retained: ({ prefix }) => `the events ${prefix}*`,
  offered: () => undefined,
  onCluster: ({ services: { namespace } }) => ({
    shape: { port: 8123 },
    address: { host: `clickhouse.${namespace}.svc` },
    faults: [],
  }),
  elsewhere: (context) => ({ shape: { port: 8123 }, ...externalAddress(context, "clickhouse", {}) }),
  settings: (plan, { prefix }) => ({
    settings: { CLICKHOUSE_PORT: plan.shape.port, CLICKHOUSE_DATABASE: `${prefix}events` },
  }),
  bound: () => ({
    CLICKHOUSE_HOST: boundPlain(({ host }) => host),
    CLICKHOUSE_ADMIN_PASSWORD: boundAdmin(({ adminPassword }) => adminPassword),
    CLICKHOUSE_CA: boundPlain(() => undefined),
  }),
  server: {
    cluster: (context, { address }) => {
      const adminPassword = createPassword(context, "clickhouse-admin", { holdsData: true });
      const release = createServiceRelease(context, {
        chart: "valkey",
        name: "clickhouse",
        values: {},
        holdsData: true,
        after: [],
      });
      return { ...address, adminPassword, ready: [release] };
    },
  },
};

const table: ServiceTable = { ...dataServices, clickhouse };

function requestWith(mode: string, more: Partial<ServicesRequest> = {}): ServicesRequest {
  const config = stackWith({});
  return {
    ...config,
    services: { ...config.services, clickhouse: { mode } } as ServicesRequest["services"],
    ...more,
  };
}

const plan = planServices(requestWith("cluster"), existingAbilities, table);
const bundled = planServices(requestWith("bundled"), existingAbilities, table);
const none: ReadonlySet<string> = new Set();

describe("a data service that is a row more in the table", () => {
  it("is planned by its mode", () => {
    assert.deepEqual(planOf(plan, "clickhouse"), {
      mode: "cluster",
      shape: { port: 8123 },
      address: { host: "clickhouse.openedx-data.svc" },
    });
    assert.ok(hasSharedServices(plan, table) && !hasSharedServices(bundled, table));
  });

  it("has its faults told with the others'", () => {
    assert.throws(
      () => planServices(requestWith("managed"), existingAbilities, table),
      /clickhouse\.mode: is managed, and "existing"/,
    );
    assert.throws(
      () => planServices(requestWith("external"), existingAbilities, table),
      /services\.clickhouse\.external\.host: is missing[\s\S]*credentials\.clickhouse\.adminPassword: is missing/,
    );
    const credentials = { clickhouse: { adminPasswort: "x" } };
    assert.match(
      credentialFaults({ credentials, instances: {} }, table).join(),
      /clickhouse\.adminPasswort: nothing reads it; did you mean "adminPassword"/,
    );
  });

  it("tells an instance its settings, unless that has one of its own", () => {
    const { settings, tokens, uses, adminSettings } = instanceServices(plan, "campus", none, table);
    assert.deepEqual(settings, { CLICKHOUSE_PORT: 8123, CLICKHOUSE_DATABASE: "campus_events" });
    assert.deepEqual(Object.keys(tokens), ["CLICKHOUSE_HOST", "CLICKHOUSE_ADMIN_PASSWORD", "CLICKHOUSE_CA"]);
    assert.deepEqual([uses, adminSettings], [["clickhouse"], ["CLICKHOUSE_ADMIN_PASSWORD"]]);
    assert.deepEqual(instanceServices(plan, "campus", new Set(["CLICKHOUSE_HOST"]), table).uses, []);
  });

  it("has its names claimed, once each", () => {
    const claims = claimsOf({ CLICKHOUSE_DATABASE: "events" }, table);
    assert.throws(
      () => checkClaims({ campus: claims, academy: claims }),
      /the database events .*: they are the same/,
    );
    const rendered = { CLICKHOUSE_DATABASE: "events" };
    const claimed = (of: typeof plan, written: ReadonlySet<string>) =>
      renderedClaims(of, rendered, written, table).length;
    assert.deepEqual(
      [claimed(plan, none), claimed(plan, new Set(["CLICKHOUSE_HOST"])), claimed(bundled, none)],
      [1, 0, 0],
    );
  });

  it("has its losses named, also where the stack was deployed before it was known", () => {
    const [is, was] = [plan, bundled].map((each) => serviceModes(each, ["campus"], table));
    assert.deepEqual(servicesLost(is, was, table), [
      "openedx:services.clickhouse.mode from cluster to bundled gives up the events of campus.",
    ]);
    const before = serviceModes(bundled, ["campus"]);
    assert.equal(before.modes.clickhouse, undefined);
    assert.match(
      servicesLost(before, is, table).join(),
      /from bundled to cluster leaves the events of campus behind/,
    );
    assert.match(dataRetained(is, undefined, table).join(), /its data stays: the events campus_\*\.$/);
  });

  it("has its charts brought where it is on the cluster", () => {
    assert.deepEqual([chartsOfServices(plan, table), chartsOfServices(bundled, table)], [["valkey"], []]);
  });

  describe("when it is made", () => {
    let result: ProgramResult;

    before(async () => {
      result = await runServices(() => {
        const provider = new k8s.Provider("cluster", { kubeconfig: "{}" });
        const user = (name: string, written: ReadonlySet<string>) => ({
          name,
          namespace: name,
          origins: [],
          services: instanceServices(plan, name, written, table),
          settings: {},
        });
        const services = new DataServices(
          "openedx-data",
          {
            plan,
            config: requestWith("cluster"),
            cloud: { provider, kubeconfig: pulumi.output(""), ready: [], storageClasses: {}, managed: {} },
            users: [user("campus", none), user("academy", new Set(["CLICKHOUSE_HOST"]))],
            secretProviders: [new random.Provider("random")],
          },
          {},
          table,
        );
        return services;
      });
    });

    it("gives an instance that uses it what it was promised, and has it wait", () => {
      assert.deepEqual(valuesOf(result, "campus"), {
        CLICKHOUSE_HOST: "clickhouse.openedx-data.svc",
        CLICKHOUSE_ADMIN_PASSWORD: seedOf("openedx-data-clickhouse-admin"),
      });
      assert.ok(readyOf(result, "campus").includes("openedx-data-clickhouse"));
      assert.deepEqual(valuesOf(result, "academy"), {});
      assert.ok(!readyOf(result, "academy").includes("openedx-data-clickhouse"));
    });

    it("is reached at its port, and no other of its own", () => {
      const { spec } = plain(registered(result, "NetworkPolicy", "openedx-data-network").inputs) as {
        spec: { ingress: { ports?: { port: number }[] }[] };
      };
      const ports = spec.ingress[1]?.ports?.map(({ port }) => port) ?? [];
      assert.ok(ports.includes(8123) && !ports.includes(9000));
    });

    it("is in the services' namespace, by its own name", () => {
      assert.deepEqual(
        metadataOf(registered(result, "Namespace", "openedx-data-namespace")).name,
        "openedx-data",
      );
      const { inputs, protect } = registered(result, "Release", "openedx-data-clickhouse");
      assert.deepEqual(
        [plain(inputs.name), plain(inputs.namespace), protect],
        ["clickhouse", "openedx-data", true],
      );
    });
  });
});
