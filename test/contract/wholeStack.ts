import { generateKeyPairSync } from "node:crypto";
import * as random from "@pulumi/random";
import * as tls from "@pulumi/tls";
import { DataServices } from "../../src/data/services.js";
import { instanceServices } from "../../src/data/settings.js";
import type { Registration } from "../../src/engine/types.js";
import { OpenEdxInstance } from "../../src/instance/instance.js";
import { prepareInstance } from "../../src/instance/render/prepare.js";
import { Edge } from "../../src/platform/edge/edge.js";
import type { Site } from "../../src/platform/edge/types.js";
import { Platform } from "../../src/platform/platform.js";
import type { StackConfig } from "../../src/stack/load.js";
import { planStack } from "../../src/stack/plan.js";
import { selectCloud } from "../../src/stack/selectCloud.js";
import { campusInput } from "../instance/campus.js";
import { runTest } from "../support/program.js";
import { type CloudCase, deployed, stack, stackConfig } from "./clouds.js";

const privateKeyPem = generateKeyPairSync("rsa", { modulusLength: 2048 })
  .privateKey.export({ type: "pkcs1", format: "pem" })
  .toString();

/** The whole stack of a config as `deploy` makes it, but for its sites: they are `campus` of the tests, whatever Tutor says. */
export async function runStack(each: CloudCase, raw: Record<string, unknown>): Promise<Registration[]> {
  const config = stackConfig({ cloud: each.cloud, ...each.config, ...raw, instances: { campus: {} } });
  const outputs: CloudCase["outputs"] = (registration) => ({
    ...(registration.type.endsWith(":PrivateKey") && { privateKeyPem }),
    connectionStrings: { standardSrv: "mongodb+srv://atlas.example" },
    ...each.outputs(registration),
  });
  const { registrations } = await runTest({
    stack,
    dryRun: false,
    handler: deployed({ ...each, outputs }),
    program: () => deployStack(config),
  });
  return registrations;
}

async function deployStack(config: StackConfig): Promise<Record<string, unknown>> {
  const chosen = selectCloud(config);
  const plan = planStack(config, chosen);
  const input = campusInput(undefined, { edge: plan.edge });
  const { public: hosts } = input.render.hosts;
  const sites: Site[] = [{ name: "campus", namespace: "campus", hosts }];
  const cloud = await chosen.create("openedx", {});
  const secretProviders = [new random.Provider("openedx-random"), new tls.Provider("openedx-tls")];
  const platform = new Platform("openedx-platform", {
    plan: plan.addOns,
    about: { ...plan, sites },
    cloud,
    secretProviders,
  });
  const afterPlatform = { dependsOn: platform.ready };
  const edge = new Edge(
    "openedx-edge",
    { plan: plan.edge, config: config.edge, cloud, sites },
    afterPlatform,
  );
  const services = instanceServices(plan.services, "campus", new Set());
  const { settings } = services;
  const users = [{ name: "campus", namespace: "campus", origins: [], services, settings }];
  const data = new DataServices(
    "openedx-data",
    { plan: plan.services, config, cloud, users, secretProviders },
    afterPlatform,
  );
  const site = prepareInstance(input, sites);
  const shared = { ...data.valuesFor("campus"), namespace: data.namespace };
  new OpenEdxInstance(
    "campus",
    { ...site, cloud, secretProviders, services: shared },
    { dependsOn: [...platform.ready, ...edge.ready] },
  );
  return {};
}
