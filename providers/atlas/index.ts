import { AdvancedCluster } from "@pulumi/mongodbatlas/advancedCluster.js";
import { CloudBackupSchedule } from "@pulumi/mongodbatlas/cloudBackupSchedule.js";
import { DatabaseUser } from "@pulumi/mongodbatlas/databaseUser.js";
import { Project } from "@pulumi/mongodbatlas/project.js";
import { ProjectIpAccessList } from "@pulumi/mongodbatlas/projectIpAccessList.js";
import { Provider } from "@pulumi/mongodbatlas/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { CloudRequest } from "../../src/cloud/request.js";
import type { MongoServer } from "../../src/cloud/services.js";
import type { Cloud } from "../../src/cloud/types.js";
import type { Preset } from "../../src/config/clouds.js";
import { once } from "../../src/workspace/concurrency.js";
import { type Context, part, password } from "../part.js";
import { atlasAdmin } from "./abilities.js";
import type { AtlasConfig, AtlasRequest } from "./config.js";

/** MongoDB's version that edx-platform's driver speaks. */
const version = "7.0";

const sizes: Record<Preset, string> = { small: "M10", medium: "M30", large: "M40" };

export interface AtlasPlace {
  cloud: "AWS" | "AZURE" | "GCP";
  /** As Atlas writes it, such as EU_WEST_1. Default: the config's. */
  region?: string;
  /** The only addresses that may connect. */
  egressIps: pulumi.Input<string>[];
}

type AtlasContext = Context<{ preset: Preset }>;

/** The managed MongoDB of a cloud, where the config asks for Atlas. */
export function managedAtlas(
  context: AtlasContext,
  { atlas, credentials }: Pick<CloudRequest, "credentials"> & AtlasRequest,
  place: AtlasPlace,
): Pick<Cloud["managed"], "mongodb"> {
  if (atlas === undefined) {
    return {};
  }
  const name = `${context.name}-mongodb`;
  const made = (): MongoServer =>
    part(
      { ...context, cloud: "atlas" },
      "MongoDb",
      (inside) => makeAtlas(inside, name, atlas, place, credentials.atlas),
      {
        name,
        ...(context.base !== context.name && { earlier: `${context.base}-mongodb` }),
      },
    );
  return { mongodb: once(made) };
}

/** MongoDB Atlas in the cluster's region: three members, backups, reached by the cluster's own addresses only. */
function makeAtlas(
  context: AtlasContext,
  name: string,
  atlas: AtlasConfig,
  place: AtlasPlace,
  keys: Readonly<Record<string, string>> = {},
): MongoServer {
  const { base, disposable, stack, settings } = context;
  const { parent } = context.opts;
  // What the stack and its people know it by.
  const atlasName = `${base}-mongodb`;
  const provider = new Provider(
    name,
    {
      publicKey: pulumi.secret(keys.publicKey ?? ""),
      privateKey: pulumi.secret(keys.privateKey ?? ""),
    },
    { parent },
  );
  const opts = { parent, provider };
  const kept = { ...opts, protect: !disposable };
  const tags = { "openedx-stack": stack };
  const project = new Project(name, { name: atlasName, orgId: atlas.organization, tags }, kept);
  const secret = password(context, name);
  const access = place.egressIps.map(
    (ipAddress, index) =>
      new ProjectIpAccessList(
        `${name}-${index + 1}`,
        { projectId: project.id, ipAddress, comment: `${base}: the cluster` },
        opts,
      ),
  );
  const cluster = new AdvancedCluster(
    name,
    {
      name: atlasName,
      projectId: project.id,
      clusterType: "REPLICASET",
      mongoDbMajorVersion: version,
      backupEnabled: true,
      pitEnabled: !disposable,
      retainBackupsEnabled: !disposable,
      terminationProtectionEnabled: !disposable,
      replicationSpecs: [
        {
          regionConfigs: [
            {
              providerName: place.cloud,
              regionName: atlas.region ?? place.region ?? "",
              priority: 7,
              electableSpecs: {
                instanceSize: atlas.instanceSize ?? sizes[settings.preset],
                nodeCount: 3,
                diskSizeGb: atlas.diskGiB,
              },
              autoScaling: { diskGbEnabled: true },
            },
          ],
        },
      ],
      tags,
    },
    kept,
  );
  new CloudBackupSchedule(
    name,
    {
      projectId: project.id,
      clusterName: cluster.name,
      referenceHourOfDay: 3,
      policyItemDaily: { frequencyInterval: 1, retentionUnit: "days", retentionValue: 14 },
      ...(!disposable && { restoreWindowDays: 7 }),
    },
    opts,
  );
  const admin = new DatabaseUser(
    name,
    {
      projectId: project.id,
      username: atlasAdmin,
      password: secret,
      authDatabaseName: "admin",
      roles: [{ roleName: "atlasAdmin", databaseName: "admin" }],
      scopes: [{ name: cluster.name, type: "CLUSTER" }],
    },
    { ...opts, dependsOn: access },
  );
  return {
    host: cluster.connectionStrings.apply(({ standardSrv }) => standardSrv.replace(/^mongodb\+srv:\/\//, "")),
    adminPassword: pulumi.secret(pulumi.all([secret, admin.id]).apply(([known]) => known)),
  };
}
