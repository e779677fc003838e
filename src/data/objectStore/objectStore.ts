import { imageName, images } from "../../workspace/versions.js";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ObjectStoreShape } from "../../cloud/services.js";
import type { Cloud } from "../../cloud/types.js";
import type { SettingToken } from "../../tutor/types.js";
import {
  childName,
  childOpts,
  createPassword,
  createSecret,
  createServiceRelease,
  type MakeContext,
} from "../cluster.js";
import { credential, missingOfInstance } from "../credentials.js";
import { accountNames, sharedNames } from "../names.js";
import { type PlanContext, sizeFaults } from "../planning.js";
import { asked, type DataService, known, type Ready } from "../service.js";
import {
  adminSecret,
  boundPlain,
  boundSecret,
  type InstanceValues,
  ownPassword,
  type ServiceSettings,
  type ServiceUser,
} from "../types.js";
import {
  guardedParts,
  identities,
  identitiesName,
  objectStoreValues,
  partLabels,
  s3Port,
} from "./cluster.js";
import { objectStoreFacts } from "./facts.js";

interface StoreShape extends ObjectStoreShape {
  /** A part of the media is read by everyone, without signed URLs. Default: false. */
  publicMedia?: boolean;
}

interface StoreAddress {
  /** Default: the kind's own. */
  endpoint?: string;
  region: string;
  /** By instance. */
  buckets: Record<string, string>;
  /** SeaweedFS' own ports, as host:port, by which buckets and users are made. */
  administration?: { master: string; filer: string };
}

interface StoreServer {
  adminAccessKey: pulumi.Output<string>;
  adminSecretKey: pulumi.Output<string>;
}

const shape: StoreShape = { kind: "s3", auth: "keys" };
/** S3's own keys are 20 characters long and in upper case; others take any. */
const accessKey: SettingToken = { spec: { kind: "password", length: 24 }, secret: true };

/** Object storage: a bucket for each instance on the shared store, of the cloud, or of the config. */
export const objectStore: DataService<StoreShape, StoreAddress, StoreServer> = {
  ...objectStoreFacts,
  offered: ({ abilities, services }) =>
    abilities.managed.objectStore && {
      ...abilities.managed.objectStore,
      publicMedia: services.objectStore.publicMedia,
    },
  onCluster: ({ config, services: { objectStore: own, namespace } }) => ({
    shape,
    address: {
      endpoint: `http://${sharedNames.objectStore}-s3.${namespace}.svc:${s3Port}`,
      region: "us-east-1",
      buckets: Object.fromEntries(
        Object.keys(config.instances).map((name) => [name, accountNames(name).bucket]),
      ),
      administration: {
        master: `${sharedNames.objectStore}-master.${namespace}.svc:9333`,
        filer: `${sharedNames.objectStore}-filer.${namespace}.svc:8888`,
      },
    },
    faults: sizeFaults("objectStore", own, { storage: "10Gi", memory: "256Mi" }),
  }),
  elsewhere: (context) => {
    const { endpoint, region, buckets } = context.services.objectStore.external;
    return {
      shape,
      address: { ...(endpoint && { endpoint }), region, buckets },
      faults: externalFaults(context, buckets),
    };
  },
  settings: (plan, { instance }) =>
    plan.mode === "managed" ? managedSettings(plan.shape) : knownSettings(plan, instance),
  server: { cluster: createObjectStore },
  bind: ({ plan, server, user, context: { config, cloud } }) => {
    if (plan.mode === "managed") {
      return managedValues(user, plan.shape.publicMedia ?? false, cloud);
    }
    const given = (part: string): pulumi.Output<string> =>
      pulumi.secret(credential(config, "objectStore", part, user.name) ?? "");
    return {
      values: server
        ? {
            OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY: server.adminAccessKey,
            OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY: server.adminSecretKey,
          }
        : {
            OPENEDX_PULUMI_STORAGE_ACCESS_KEY: given("accessKey"),
            OPENEDX_PULUMI_STORAGE_SECRET_KEY: given("secretKey"),
          },
    };
  },
};

const bucketName = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

function externalFaults({ config }: PlanContext, buckets: Record<string, string>): string[] {
  const key = "openedx:services.objectStore.external.buckets";
  const names = Object.keys(config.instances);
  return [
    ...names
      .filter((name) => buckets[name] === undefined)
      .map((name) => `${key}.${name}: is missing, and openedx:services.objectStore.mode is external`),
    ...Object.entries(buckets).flatMap(([name, bucket]) => [
      ...(names.includes(name) ? [] : [`${key}.${name}: there is no such instance`]),
      ...(bucketName.test(bucket) ? [] : [`${key}.${name}: "${bucket}" is not a name of a bucket`]),
    ]),
    ...names.flatMap((name) =>
      missingOfInstance(config, "objectStore", objectStoreFacts.credentials.names, name),
    ),
  ];
}

function knownSettings(
  { address, shape: { kind, auth } }: { address: StoreAddress; shape: StoreShape },
  instance: string,
): ServiceSettings {
  const { administration } = address;
  const keys = administration
    ? { access: accessKey, secret: ownPassword }
    : { access: boundSecret, secret: boundSecret };
  return {
    settings: {
      OPENEDX_PULUMI_STORAGE_KIND: kind,
      OPENEDX_PULUMI_STORAGE_AUTH: auth,
      OPENEDX_PULUMI_STORAGE_BUCKET: address.buckets[instance] ?? "",
      OPENEDX_PULUMI_STORAGE_REGION: address.region,
      ...(address.endpoint !== undefined && { OPENEDX_PULUMI_STORAGE_ENDPOINT: address.endpoint }),
      ...(administration && {
        OPENEDX_PULUMI_STORAGE_BROWSER_HOST: "files.{{ LMS_HOST }}",
        OPENEDX_PULUMI_STORAGE_ADMIN_MASTER: administration.master,
        OPENEDX_PULUMI_STORAGE_ADMIN_FILER: administration.filer,
        OPENEDX_PULUMI_IMAGE_SEAWEEDFS: `docker.io/${imageName(images.seaweedfs)}`,
      }),
    },
    tokens: {
      OPENEDX_PULUMI_STORAGE_ACCESS_KEY: keys.access,
      OPENEDX_PULUMI_STORAGE_SECRET_KEY: keys.secret,
      ...(administration && {
        OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY: adminSecret,
        OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY: adminSecret,
      }),
    },
  };
}

/** What a kind of store has besides a bucket is known by the kind alone. */
function managedSettings({ kind, auth, publicMedia }: StoreShape): ServiceSettings {
  return {
    settings: { OPENEDX_PULUMI_STORAGE_KIND: kind, OPENEDX_PULUMI_STORAGE_AUTH: auth },
    tokens: {
      OPENEDX_PULUMI_STORAGE_BUCKET: boundPlain,
      ...(kind === "s3" && { OPENEDX_PULUMI_STORAGE_REGION: boundPlain }),
      ...(kind === "azure" && { OPENEDX_PULUMI_STORAGE_ACCOUNT: boundPlain }),
      ...(kind === "gcs" && auth === "identity" && { OPENEDX_PULUMI_STORAGE_SIGNER: boundPlain }),
      ...(auth === "keys" && {
        OPENEDX_PULUMI_STORAGE_ACCESS_KEY: boundSecret,
        OPENEDX_PULUMI_STORAGE_SECRET_KEY: boundSecret,
      }),
      ...(publicMedia && {
        OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX: boundPlain,
        OPENEDX_PULUMI_STORAGE_PUBLIC_URL: boundPlain,
      }),
    },
  };
}

function managedValues(
  { name, namespace, origins }: ServiceUser,
  publicMedia: boolean,
  { managed }: Cloud,
): Partial<InstanceValues> {
  const make = asked("objectStore", managed.objectStore);
  const store = make({ instance: name, account: { namespace, name }, corsOrigins: origins, publicMedia });
  return {
    values: known({
      OPENEDX_PULUMI_STORAGE_BUCKET: store.bucket,
      OPENEDX_PULUMI_STORAGE_REGION: store.region,
      OPENEDX_PULUMI_STORAGE_ACCOUNT: store.account,
      OPENEDX_PULUMI_STORAGE_SIGNER: store.signer,
      OPENEDX_PULUMI_STORAGE_ACCESS_KEY: store.accessKey,
      OPENEDX_PULUMI_STORAGE_SECRET_KEY: store.secretKey,
      OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX: store.publicMedia?.prefix,
      OPENEDX_PULUMI_STORAGE_PUBLIC_URL: store.publicMedia?.baseUrl,
    }),
    ...store.identity,
  };
}

/** The store that the instances share; their buckets and users are made by their own tasks. */
function createObjectStore(context: MakeContext): Ready<StoreServer> {
  const { config, placement, namespace, ready } = context;
  const adminAccessKey = createPassword(context, "object-store-access-key", { holdsData: true });
  const adminSecretKey = createPassword(context, "object-store-secret-key", { holdsData: true });
  const secret = createSecret(context, identitiesName, {
    seaweedfs_s3_config: pulumi
      .all([adminAccessKey, adminSecretKey])
      .apply(([access, key]) => identities(access, key)),
  });
  const release = createServiceRelease(context, {
    chart: "seaweedfs",
    name: sharedNames.objectStore,
    values: objectStoreValues(config.services, placement),
    holdsData: true,
    after: [secret],
  });
  // The chart has no budgets; a drained node must not take two of the servers that hold a file's copies.
  const budgets = guardedParts.map((part) => {
    const name = `${sharedNames.objectStore}-${part}`;
    return new k8s.policy.v1.PodDisruptionBudget(
      childName(context, name),
      {
        metadata: { namespace, name },
        spec: { maxUnavailable: 1, selector: { matchLabels: partLabels(part) } },
      },
      childOpts(context, name, { dependsOn: ready }),
    );
  });
  return { ready: [release, ...budgets], adminAccessKey, adminSecretKey };
}
