import { AdvancedCluster } from "@pulumi/mongodbatlas/advancedCluster.js";
import { CloudBackupSchedule } from "@pulumi/mongodbatlas/cloudBackupSchedule.js";
import { DatabaseUser } from "@pulumi/mongodbatlas/databaseUser.js";
import { Project } from "@pulumi/mongodbatlas/project.js";
import { ProjectIpAccessList } from "@pulumi/mongodbatlas/projectIpAccessList.js";
import { Provider } from "@pulumi/mongodbatlas/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { renamed } from "../../src/cloud/children.js";
import type { CloudRequest } from "../../src/cloud/request.js";
import type { Account, MongoAccountRequest, MongoServer } from "../../src/cloud/services.js";
import type { Cloud } from "../../src/cloud/types.js";
import type { Preset } from "../../src/config/clouds.js";
import { once } from "../../src/workspace/concurrency.js";
import { type Context, part, password } from "../part.js";
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

interface Atlas {
  project: Project;
  cluster: AdvancedCluster;
  /** The API, by the config's key. */
  provider: Provider;
  /** The addresses that may connect. */
  access: ProjectIpAccessList[];
}

/** The managed MongoDB of a cloud and the sites' users on it, where the config asks for Atlas. */
export function managedAtlas(
  context: AtlasContext,
  { atlas, credentials }: Pick<CloudRequest, "credentials"> & AtlasRequest,
  place: AtlasPlace,
): { managed: Pick<Cloud["managed"], "mongodb">; accounts: Pick<NonNullable<Cloud["accounts"]>, "mongodb"> } {
  if (atlas === undefined) {
    return { managed: {}, accounts: {} };
  }
  const name = `${context.name}-mongodb`;
  const outside = { ...context, cloud: "atlas" };
  const made = once(() =>
    part(outside, "MongoDb", (inside) => makeAtlas(inside, name, atlas, place, credentials.atlas), {
      name,
      ...(context.base !== context.name && { earlier: `${context.base}-mongodb` }),
    }),
  );
  return {
    managed: { mongodb: () => serverOf(made()) },
    accounts: {
      mongodb: (request) => {
        const user = `${name}-${request.instance}`;
        return part(outside, "Account", (inside) => makeUser(inside, user, made(), request), { name: user });
      },
    },
  };
}

function serverOf({ cluster }: Atlas): MongoServer {
  const { connectionStrings } = cluster;
  return {
    host: connectionStrings.apply(({ standardSrv }) => standardSrv.replace(/^mongodb\+srv:\/\//, "")),
  };
}

/** MongoDB Atlas in the cluster's region: three members, backups, reached by the cluster's own addresses only. */
function makeAtlas(
  context: AtlasContext,
  name: string,
  atlas: AtlasConfig,
  place: AtlasPlace,
  keys: Readonly<Record<string, string>> = {},
): Atlas {
  const { base, disposable, stack, settings } = context;
  const { parent } = context.opts;
  // What the stack and its people know it by.
  const atlasName = `${base}-mongodb`;
  const provider = new Provider(
    name,
    {
      publicKey: pulumi.secret(checked(keys.publicKey)),
      privateKey: pulumi.secret(checked(keys.privateKey)),
    },
    { parent },
  );
  const opts = { parent, provider };
  const kept = { ...opts, protect: !disposable };
  const tags = { "openedx-stack": stack };
  const project = new Project(name, { name: atlasName, orgId: atlas.organization, tags }, kept);
  const access = place.egressIps.map((ipAddress, index) => {
    const earlier = `${name}-${index + 1}`;
    // One of a list in the config is itself wherever it stands there: Atlas has one entry for an address, and deleting it
    // under one name would end that of the other.
    const own = typeof ipAddress === "string" ? `${name}-${ipAddress.replaceAll(".", "-")}` : earlier;
    return new ProjectIpAccessList(
      own,
      { projectId: project.id, ipAddress, comment: `${base}: the cluster` },
      { ...opts, ...(own !== earlier && renamed(earlier)) },
    );
  });
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
      // The disk grows by itself: what it grew to is no difference from what is written here.
      useEffectiveFields: true,
      replicationSpecs: [
        {
          regionConfigs: [
            {
              providerName: place.cloud,
              regionName: checked(atlas.region ?? place.region),
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
  return { project, cluster, provider, access };
}

/** What `atlasFaults` and `regionFault` found to be there. */
function checked(value: string | undefined): string {
  if (value === undefined) {
    throw new Error("the config of Atlas was not checked");
  }
  return value;
}

/** A site's user, with rights on the site's own databases of this cluster alone. */
function makeUser(
  context: AtlasContext,
  name: string,
  { project, cluster, provider, access }: Atlas,
  { user, databases }: MongoAccountRequest,
): Account {
  const secret = password(context, name);
  const made = new DatabaseUser(
    name,
    {
      projectId: project.id,
      username: user,
      password: secret,
      authDatabaseName: "admin",
      roles: databases.map((databaseName) => ({ roleName: "readWrite", databaseName })),
      scopes: [{ name: cluster.name, type: "CLUSTER" }],
    },
    { parent: context.opts.parent, provider },
  );
  return { password: pulumi.secret(secret), ready: [made, ...access] };
}
