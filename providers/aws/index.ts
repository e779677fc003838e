import type * as pulumi from "@pulumi/pulumi";
import { dumpsPrefix } from "../../src/cloud/backupStore.js";
import type { CloudRequest } from "../../src/cloud/request.js";
import type {
  AddOnObject,
  Cloud,
  HelmValues,
  IdentityPurpose,
  ServiceAccountRef,
} from "../../src/cloud/types.js";
import { UserError } from "../../src/workspace/errors.js";
import { memo, once } from "../../src/workspace/concurrency.js";
import type { AtlasRequest } from "../atlas/config.js";
import { managedAtlas } from "../atlas/index.js";
import { part, type PartName } from "../part.js";
import { redisUsersOf } from "./abilities.js";
import { awsAddOns } from "./addOns.js";
import { awsBackup, type Backups } from "./backup.js";
import { awsCluster, clusterProvider } from "./cluster.js";
import type { AwsConfig } from "./config.js";
import { type AwsContext, awsContext, siteName } from "./context.js";
import type { DataParts } from "./dataParts.js";
import { awsDns, type Dns } from "./dns.js";
import { podRole, type PodRole } from "./identity.js";
import { awsKarpenter, type Scaler } from "./karpenter.js";
import { awsKeys } from "./keys.js";
import { awsLoadBalancerController, loadBalancerSettings } from "./loadBalancer.js";
import { logTraffic } from "./logs.js";
import { awsMail } from "./mail.js";
import { dkimDomain } from "./mailOffer.js";
import { awsMySql } from "./mysql.js";
import { awsNetwork } from "./network.js";
import { awsNodes, scheduling } from "./nodes.js";
import { awsObjectStore, podIdentity } from "./objectStore.js";
import {
  bucketRights,
  certificateRights,
  groupScalingRights,
  recordRights,
  writerRights,
} from "./policies.js";
import type { Statement } from "./policyDocument.js";
import { awsRedis, redisAccount } from "./redis.js";
import { awsRegistry } from "./registry.js";
import type { AwsSettings } from "./settings.js";
import { awsStorageClasses } from "./storageClasses.js";

/** EKS in a network of its own, with all that Open edX uses of AWS, or what of it exists already. */
export function awsCloud(
  name: string,
  request: CloudRequest & AtlasRequest,
  config: AwsConfig,
  opts: pulumi.ResourceOptions,
): Cloud {
  return awsContext(name, request, config, opts, (context) => makeCloud(context, name, request));
}

function makeCloud(context: AwsContext, earlier: string, request: CloudRequest & AtlasRequest): Cloud {
  const { name, settings } = context;
  const { existing, dns: domain } = settings;
  const { named, was } = partNames(context);
  const keys = part(context, "Keys", awsKeys, was("keys"));
  const network = awsNetwork(context);
  if (existing.network === undefined) {
    part(context, "FlowLogs", (inside) => logTraffic(inside, keys, network), named("flow-logs"));
  }
  const controlPlane = part(
    context,
    "Cluster",
    (inside) => awsCluster(inside, keys, network),
    was("cluster"),
  );
  const parts: DataParts = { keys, network, controlPlane };
  const workers = existing.cluster === undefined ? awsWorkers(context, parts) : noWorkers;
  const { provider, adopting, kubeconfig } = clusterProvider(context, earlier, controlPlane, workers.before);
  const storage =
    existing.cluster === undefined
      ? part(
          context,
          "Storage",
          (inside) => awsStorageClasses(inside, { ...parts, provider, ready: workers.ready }),
          was("storage"),
        )
      : { classes: {}, ready: [] };
  const dns = domain && part(context, "Dns", (inside) => awsDns(inside, domain.zone), was("dns"));
  const backups = part(
    context,
    "Backups",
    (inside) => awsBackup(inside, keys, request.services.backup),
    was("backups"),
  );

  const roles = new Map<string, PodRole>();
  const roleFor = (purpose: IdentityPurpose, account: ServiceAccountRef): PodRole =>
    memo(roles, `${account.namespace}/${account.name}`, () => {
      const rights = rightsOf(settings, purpose, { clusterName: controlPlane.name, dns, backups });
      return podRole(context, { ...rights, clusterName: controlPlane.name, account });
    });

  const redisUsers = redisUsersOf(request);
  const redis = once(() =>
    part(context, "Redis", (inside) => awsRedis(inside, parts, redisUsers), was("redis")),
  );
  const atlas = managedAtlas(context, request, {
    cloud: "AWS",
    region: settings.region.toUpperCase().replaceAll("-", "_"),
    egressIps: network.egressIps,
  });
  return {
    provider,
    adopting,
    kubeconfig,
    ready: [provider, ...workers.ready, ...storage.ready],
    storageClasses: storage.classes,
    loadBalancer: loadBalancerSettings(settings),
    ...(existing.cluster === undefined && { scheduling }),
    addOnValues: workers.addOnValues,
    addOnObjects: workers.addOnObjects,
    ...(dns && { dns: dns.dns }),
    identity: (purpose, account) => podIdentity(roleFor(purpose, account)),
    registry: part(context, "Registry", (inside) => awsRegistry(inside, keys), was("registry")),
    backup: backups.store,
    managed: {
      mysql: once(() =>
        part(
          context,
          "MySql",
          (inside) => awsMySql(inside, parts, request.credentials.mysql?.adminPassword),
          named("mysql"),
        ),
      ),
      redis: () => redis().servers,
      objectStore: (wanted) => {
        const identity = roleFor({ instance: wanted.instance }, wanted.account);
        const site = `${name}-${siteName(wanted.instance)}`;
        return part(context, "ObjectStore", (inside) => awsObjectStore(inside, wanted, { keys, identity }), {
          name: site,
          earlier: `${site}-media`,
        });
      },
      ...atlas.managed,
      ...(dns && dkimDomain(settings.region) && { mail: awsMail(context, dns) }),
    },
    accounts: {
      ...atlas.accounts,
      ...(redisUsers === "managed" && {
        redis: (wanted) =>
          part(context, "RedisAccount", (inside) => redisAccount(inside, redis(), wanted), {
            name: `${name}-${siteName(wanted.instance)}`,
          }),
      }),
    },
  };
}

/** Parts with a name of their own, and those that had one. */
function partNames({ name }: AwsContext): Record<"named" | "was", (part: string) => PartName> {
  return {
    named: (part) => ({ name: `${name}-${part}` }),
    was: (part) => ({ earlier: `${name}-${part}` }),
  };
}

interface Workers {
  ready: pulumi.Resource[];
  /** What must be there before the provider for the cluster is of use. */
  before: pulumi.Resource[];
  addOnValues: Record<string, HelmValues>;
  addOnObjects: Record<string, AddOnObject[]>;
}

/** Of a cluster that brings its own. */
const noWorkers: Workers = { ready: [], before: [], addOnValues: {}, addOnObjects: {} };

/** Who changes the groups of nodes, in place of Karpenter: it finds them by the cluster's tags on them. */
function groupScaler({ region }: AwsSettings, { controlPlane }: DataParts): Scaler {
  return {
    addOn: "cluster-autoscaler",
    values: { cloudProvider: "aws", awsRegion: region, autoDiscovery: { clusterName: controlPlane.name } },
    objects: [],
    ready: [],
  };
}

/** Nodes and what runs on all of them. */
function awsWorkers(context: AwsContext, parts: DataParts): Workers {
  const { named, was } = partNames(context);
  const addOns = part(
    context,
    "AddOns",
    (inside) => awsAddOns(inside, parts.keys, parts.controlPlane),
    was("addons"),
  );
  const groups = part(
    context,
    "Nodes",
    (inside) => awsNodes(inside, { ...parts, before: addOns.beforeNodes }),
    was("nodes"),
  );
  const before = [...groups, ...addOns.afterNodes(groups)];
  const scaler = context.settings.scaling.karpenter
    ? part(context, "Karpenter", (inside) => awsKarpenter(inside, parts), named("karpenter"))
    : groupScaler(context.settings, parts);
  const balancers = part(
    context,
    "LoadBalancers",
    (inside) => awsLoadBalancerController(inside, parts.network, parts.controlPlane),
    named("load-balancers"),
  );
  return {
    before,
    ready: [...before, ...scaler.ready, ...balancers.ready],
    addOnValues: { [scaler.addOn]: scaler.values, "aws-load-balancer-controller": balancers.values },
    addOnObjects: { [scaler.addOn]: scaler.objects },
  };
}

/** What each purpose may do, and the name of its role. */
function rightsOf(
  settings: AwsSettings,
  purpose: IdentityPurpose,
  parts: { clusterName: string; dns: Dns | undefined; backups: Backups },
): { name: string; statements: Statement[]; instance?: string } {
  const { clusterName, dns, backups } = parts;
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
      velero: bucketRights(settings, backups.bucket, "velero/"), // snapshots are the disks' driver's
      "database-backup": writerRights(settings, backups.bucket, dumpsPrefix),
      "cluster-autoscaler": groupScalingRights(settings, clusterName),
    }[purpose],
  };
}
