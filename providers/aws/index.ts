import { Provider } from "@pulumi/aws/provider.js";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { once } from "../../src/workspace/concurrency.js";
import type {
  AddOnObject,
  Cloud,
  HelmValues,
  IdentityPurpose,
  ServiceAccountRef,
} from "../../src/cloud/types.js";
import type { AwsConfig } from "../../src/config/aws.js";
import type { StackConfig } from "../../src/stack/load.js";
import { UserError } from "../../src/workspace/errors.js";
import { createAtlas } from "../atlas/index.js";
import { createAddOns } from "./addOns.js";
import { type Backups, createBackups } from "./backup.js";
import { clusterProvider, type ControlPlane, createCluster } from "./cluster.js";
import type { DataParts } from "./dataParts.js";
import { createDns, type Dns } from "./dns.js";
import { podRole, type PodRole } from "./identity.js";
import { createKarpenter } from "./karpenter.js";
import { createKeys, type Keys } from "./keys.js";
import { createLoadBalancerController, loadBalancerSettings } from "./loadBalancer.js";
import { logTraffic } from "./logs.js";
import { createMySql } from "./mysql.js";
import { createNetwork, type Network } from "./network.js";
import { createNodes, scheduling } from "./nodes.js";
import { createObjectStore, podIdentity } from "./objectStore.js";
import { type Place, siteName } from "./place.js";
import {
  bucketRights,
  certificateRights,
  groupScalingRights,
  recordRights,
  snapshotRights,
} from "./policies.js";
import type { Statement } from "./policyDocument.js";
import { createRedis } from "./redis.js";
import { createRegistry } from "./registry.js";
import { createSearch } from "./search.js";
import { type AwsSettings, awsSettings } from "./settings.js";
import { createStorageClasses } from "./storage.js";

/** A key of `map` is made once. */
function memo<T>(map: Map<string, T>, key: string, make: () => T): T {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}

/** The provider takes no other account than the config's, and tags all that it makes. */
function createPlace(settings: AwsSettings, name: string, opts: pulumi.ResourceOptions): Place {
  const parent = new pulumi.ComponentResource("openedx:aws:Cloud", `${name}-aws`, {}, opts);
  const provider = new Provider(
    `${name}-aws`,
    {
      region: settings.config.region,
      allowedAccountIds: [settings.account],
      defaultTags: { tags: settings.tags },
    },
    { parent },
  );
  return { settings, opts: { parent, provider } };
}

interface Nodes {
  ready: pulumi.Resource[];
  /** What must be there before the provider for the cluster is of use. */
  before: pulumi.Resource[];
  addOnValues: Record<string, HelmValues>;
  addOnObjects: Record<string, AddOnObject[]>;
}

/** Nodes and what runs on all of them; nothing for a cluster that brings its own. */
function createWorkers(place: Place, keys: Keys, network: Network, controlPlane: ControlPlane): Nodes {
  if (place.settings.config.existing.cluster !== undefined) {
    return { ready: [], before: [], addOnValues: {}, addOnObjects: {} };
  }
  const addOns = createAddOns(place, keys, controlPlane);
  const groups = createNodes(place, { keys, network, controlPlane, before: addOns.beforeNodes });
  const before = [...groups, ...addOns.afterNodes(groups)];
  const karpenter = createKarpenter(place, { keys, network, controlPlane });
  const balancers = createLoadBalancerController(place, network, controlPlane);
  return {
    before,
    ready: [...before, ...karpenter.ready, ...balancers.ready],
    addOnValues: { karpenter: karpenter.values, "aws-load-balancer-controller": balancers.values },
    addOnObjects: { karpenter: karpenter.objects },
  };
}

/** What each purpose may do, and the name of its role. */
function rightsOf(
  settings: AwsSettings,
  purpose: IdentityPurpose,
  parts: { clusterName: string; dns: Dns | undefined; backups: Backups },
): { name: string; statements: Statement[]; instance?: string } {
  const { clusterName, dns, backups } = parts;
  const inBackup = bucketRights(settings, backups.bucket.arn, backups.bucket.keyArn);
  if (typeof purpose === "object") {
    return { name: siteName(purpose.instance), statements: [], instance: purpose.instance };
  }
  if (purpose === "cert-manager" || purpose === "external-dns") {
    if (dns === undefined) {
      throw new UserError(`openedx:aws.dns is not set, and ${purpose} needs its zone`);
    }
    const rights = purpose === "cert-manager" ? certificateRights : recordRights;
    return { name: purpose, statements: rights(settings, dns.zoneId) };
  }
  return {
    name: purpose,
    statements: {
      velero: [...inBackup, ...snapshotRights(settings, clusterName)],
      "database-backup": inBackup,
      "cluster-autoscaler": groupScalingRights(settings, clusterName),
    }[purpose],
  };
}

/** EKS in a network of its own, with all that Open edX uses of AWS, or what of it exists already. */
export function awsCloud(name: string, stackConfig: StackConfig, opts: pulumi.ResourceOptions): Cloud {
  const settings = awsSettings(stackConfig, stackConfig.aws as AwsConfig);
  const place = createPlace(settings, name, opts);
  const keys = createKeys(place);
  const network = createNetwork(place);
  logTraffic(place, keys, network);
  const controlPlane = createCluster(place, keys, network);
  const workers = createWorkers(place, keys, network, controlPlane);
  const { provider, adopting, kubeconfig } = clusterProvider(place, name, controlPlane, workers.before);
  const storage = storageOf(place, { keys, network, controlPlane, provider, ready: workers.ready });
  const dns = createDns(place);
  const backups = createBackups(place, keys);
  const randomProvider = new random.Provider(`${name}-aws-random`, {}, { parent: place.opts.parent });
  const parts: DataParts = { keys, network, controlPlane, randomProvider };

  const roles = new Map<string, PodRole>();
  const roleFor = (purpose: IdentityPurpose, account: ServiceAccountRef): PodRole =>
    memo(roles, `${account.namespace}/${account.name}`, () => {
      const rights = rightsOf(settings, purpose, { clusterName: controlPlane.name, dns, backups });
      return podRole(place, { ...rights, clusterName: controlPlane.name, account });
    });

  return {
    provider,
    adopting,
    kubeconfig,
    ready: [provider, ...workers.ready, ...storage.ready],
    storageClasses: storage.classes,
    loadBalancer: loadBalancerSettings(settings),
    ...(settings.config.existing.cluster === undefined && { scheduling }),
    addOnValues: workers.addOnValues,
    addOnObjects: workers.addOnObjects,
    ...(dns !== undefined && { dns: dns.dns }),
    identity: (purpose, account) => podIdentity(roleFor(purpose, account)),
    registry: createRegistry(place, keys),
    backup: backups.store,
    managed: {
      mysql: once(() => createMySql(place, stackConfig, parts)),
      redis: once(() => createRedis(place, parts)),
      search: once(() => createSearch(place, parts)),
      objectStore: (request) => {
        const identity = roleFor({ instance: request.instance }, request.account);
        return createObjectStore(place, request, { keys, identity });
      },
      ...(stackConfig.atlas !== undefined && {
        mongodb: once(() =>
          createAtlas(stackConfig, {
            name: settings.name,
            cloud: "AWS",
            region: settings.region.toUpperCase().replaceAll("-", "_"),
            preset: settings.config.preset,
            egressIps: network.egressIps,
            randomProvider,
            opts: { parent: place.opts.parent },
          }),
        ),
      }),
    },
  };
}

function storageOf(
  place: Place,
  parts: {
    keys: Keys;
    network: Network;
    controlPlane: ControlPlane;
    provider: k8s.Provider;
    ready: pulumi.Resource[];
  },
): ReturnType<typeof createStorageClasses> {
  return place.settings.config.existing.cluster === undefined
    ? createStorageClasses(place, parts)
    : { classes: {}, ready: [] };
}
