import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ObjectStore, ObjectStoreShape } from "../../cloud/services.js";
import { textsOf } from "../../kubernetes/objects.js";
import type { SettingToken } from "../../tutor/types.js";
import { imageName, images } from "../../workspace/versions.js";
import {
  createPassword,
  createSecret,
  createServiceRelease,
  type MakeContext,
  serviceChild,
} from "../cluster.js";
import { givenPassword } from "../administered.js";
import { missingCredentials } from "../credentials.js";
import { accountNames, sharedNames } from "../names.js";
import { type PlanContext, sizeFaults } from "../planning.js";
import { asked, type DataService, type Ready } from "../service.js";
import { boundAdmin, boundPlain, boundSecret, ownPassword } from "../types.js";
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

/** The cloud's bucket of an instance, or the keys by which one of the config's or the shared store is used. */
interface StoreServer extends Partial<ObjectStore> {
  adminAccessKey?: pulumi.Output<string>;
  adminSecretKey?: pulumi.Output<string>;
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
  settings: (plan, { instance }) => {
    const { kind, auth } = plan.shape;
    const settings = { OPENEDX_PULUMI_STORAGE_KIND: kind, OPENEDX_PULUMI_STORAGE_AUTH: auth };
    if (plan.mode === "managed") {
      return { settings };
    }
    const { buckets, region, endpoint, administration } = plan.address;
    return {
      settings: {
        ...settings,
        OPENEDX_PULUMI_STORAGE_BUCKET: buckets[instance] ?? "",
        OPENEDX_PULUMI_STORAGE_REGION: region,
        ...(endpoint !== undefined && { OPENEDX_PULUMI_STORAGE_ENDPOINT: endpoint }),
        ...(administration && {
          OPENEDX_PULUMI_STORAGE_BROWSER_HOST: "files.{{ LMS_HOST }}",
          OPENEDX_PULUMI_STORAGE_ADMIN_MASTER: administration.master,
          OPENEDX_PULUMI_STORAGE_ADMIN_FILER: administration.filer,
          OPENEDX_PULUMI_IMAGE_SEAWEEDFS: `docker.io/${imageName(images.seaweedfs)}`,
        }),
      },
      ...(administration && {
        made: {
          OPENEDX_PULUMI_STORAGE_ACCESS_KEY: accessKey,
          OPENEDX_PULUMI_STORAGE_SECRET_KEY: ownPassword,
        },
      }),
    };
  },
  bound: ({ mode, shape: { kind, auth, publicMedia } }) => ({
    ...(mode === "managed" && {
      OPENEDX_PULUMI_STORAGE_BUCKET: boundPlain(({ bucket }) => bucket),
      // What a kind of store has besides a bucket is known by the kind alone.
      ...(kind === "s3" && { OPENEDX_PULUMI_STORAGE_REGION: boundPlain(({ region }) => region) }),
      ...(kind === "azure" && { OPENEDX_PULUMI_STORAGE_ACCOUNT: boundPlain(({ account }) => account) }),
      ...(kind === "gcs" &&
        auth === "identity" && { OPENEDX_PULUMI_STORAGE_SIGNER: boundPlain(({ signer }) => signer) }),
      ...(publicMedia && {
        OPENEDX_PULUMI_STORAGE_PUBLIC_PREFIX: boundPlain((store) => store.publicMedia?.prefix),
        OPENEDX_PULUMI_STORAGE_PUBLIC_URL: boundPlain((store) => store.publicMedia?.baseUrl),
      }),
    }),
    ...(mode === "cluster"
      ? {
          OPENEDX_PULUMI_STORAGE_ADMIN_ACCESS_KEY: boundAdmin((store) => store.adminAccessKey),
          OPENEDX_PULUMI_STORAGE_ADMIN_SECRET_KEY: boundAdmin((store) => store.adminSecretKey),
        }
      : auth === "keys" && {
          OPENEDX_PULUMI_STORAGE_ACCESS_KEY: boundSecret((store) => store.accessKey),
          OPENEDX_PULUMI_STORAGE_SECRET_KEY: boundSecret((store) => store.secretKey),
        }),
  }),
  renderedFaults: ({ shape: { kind } }, rendered) => {
    const [image = ""] = textsOf(rendered.DOCKER_IMAGE_OPENEDX);
    return kind === "azure" && stockImage.test(image)
      ? [
          `its image ${image} lacks the libraries for Azure's Blob storage, so that no pod would start. Build one with ` +
            "django-storages[azure] and azure-identity and name it in its config.yml (DOCKER_IMAGE_OPENEDX): " +
            "docs/images.md. Or keep files elsewhere: openedx:services.objectStore.mode",
        ]
      : [];
  },
  server: { cluster: createObjectStore },
  own: ({ config, cloud }, { mode, shape: { publicMedia = false } }, { name, namespace, origins }) => {
    if (mode === "managed") {
      const make = asked("objectStore", cloud.managed.objectStore);
      const account = { namespace, name };
      const store = make({ instance: name, account, corsOrigins: origins, publicMedia });
      return { ...store, ready: store.identity?.ready ?? [] };
    }
    const given = (part: string): pulumi.Output<string> => givenPassword(config, "objectStore", part, name);
    return { accessKey: given("accessKey"), secretKey: given("secretKey"), ready: [] };
  },
};

/** Those that Tutor's maintainers publish. */
const stockImage = /^((index\.)?docker\.io\/)?overhangio\/openedx[:@]/;

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
      missingCredentials(config, "objectStore", objectStoreFacts.credentials.names, name),
    ),
  ];
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
    const child = serviceChild(context, name, { dependsOn: ready });
    return new k8s.policy.v1.PodDisruptionBudget(
      child.name,
      {
        metadata: { namespace, name },
        spec: { maxUnavailable: 1, selector: { matchLabels: partLabels(part) } },
      },
      child.opts,
    );
  });
  return { ready: [release, ...budgets], adminAccessKey, adminSecretKey };
}
