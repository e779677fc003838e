import { AdvancedCluster } from "@pulumi/mongodbatlas/advancedCluster.js";
import { CloudBackupSchedule } from "@pulumi/mongodbatlas/cloudBackupSchedule.js";
import { DatabaseUser } from "@pulumi/mongodbatlas/databaseUser.js";
import { Project } from "@pulumi/mongodbatlas/project.js";
import { ProjectIpAccessList } from "@pulumi/mongodbatlas/projectIpAccessList.js";
import { Provider } from "@pulumi/mongodbatlas/provider.js";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { MongoServer } from "../../src/cloud/services.js";
import type { Preset } from "../../src/config/clouds.js";
import type { StackConfig } from "../../src/stack/load.js";
import { atlasAdmin } from "./abilities.js";

/** MongoDB's version that edx-platform's driver speaks. */
const version = "7.0";

const sizes: Record<Preset, string> = { small: "M10", medium: "M30", large: "M40" };

export interface AtlasPlace {
  /** What names begin with. */
  name: string;
  cloud: "AWS" | "AZURE" | "GCP";
  /** As Atlas writes it, such as EU_WEST_1. */
  region: string;
  preset: Preset;
  /** The only addresses that may connect. */
  egressIps: pulumi.Input<string>[];
  randomProvider: random.Provider;
  opts: pulumi.ResourceOptions;
}

/** MongoDB Atlas in the cluster's region: three members, backups, reached by the cluster's own addresses only. */
export function createAtlas(config: StackConfig, place: AtlasPlace): MongoServer {
  const { atlas, credentials, disposable } = config;
  if (atlas === undefined) {
    throw new Error("Atlas is asked for without openedx:atlas");
  }
  const name = `${place.name}-mongodb`;
  const parent = new pulumi.ComponentResource("openedx:atlas:MongoDb", name, {}, place.opts);
  const provider = new Provider(
    name,
    {
      publicKey: pulumi.secret(credentials.atlas?.publicKey ?? ""),
      privateKey: pulumi.secret(credentials.atlas?.privateKey ?? ""),
    },
    { parent },
  );
  const opts = { parent, provider };
  const kept = { ...opts, protect: !disposable };
  const tags = { "openedx-stack": config.stack };
  const project = new Project(name, { name, orgId: atlas.organization, tags }, kept);
  const password = new random.RandomPassword(
    name,
    { length: 32, special: false },
    { parent, provider: place.randomProvider },
  );
  const access = place.egressIps.map(
    (ipAddress, index) =>
      new ProjectIpAccessList(
        `${name}-${index + 1}`,
        { projectId: project.id, ipAddress, comment: `${place.name}: the cluster` },
        opts,
      ),
  );
  const cluster = new AdvancedCluster(
    name,
    {
      name,
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
              regionName: atlas.region ?? place.region,
              priority: 7,
              electableSpecs: {
                instanceSize: atlas.instanceSize ?? sizes[place.preset],
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
      password: password.result,
      authDatabaseName: "admin",
      roles: [{ roleName: "atlasAdmin", databaseName: "admin" }],
      scopes: [{ name: cluster.name, type: "CLUSTER" }],
    },
    { ...opts, dependsOn: access },
  );
  return {
    host: cluster.connectionStrings.apply(({ standardSrv }) => standardSrv.replace(/^mongodb\+srv:\/\//, "")),
    adminPassword: pulumi.secret(pulumi.all([password.result, admin.id]).apply(([secret]) => secret)),
  };
}
