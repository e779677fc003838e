import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { CloudRequest } from "./request.js";
import type { IdentityPurpose, ServiceAccountRef, WorkloadIdentity } from "./identity.js";
import type {
  Account,
  BackupStore,
  MailRequest,
  MailServer,
  MailShape,
  MongoAccountRequest,
  MongoServer,
  MongoShape,
  MySqlServer,
  MySqlShape,
  ObjectStore,
  ObjectStoreShape,
  RedisAccountRequest,
  RedisServers,
  RedisShape,
  SearchServer,
  SearchShape,
} from "./services.js";

export type { IdentityPurpose, ServiceAccountRef, WorkloadIdentity } from "./identity.js";

/**
 * An Open edX-ready cluster: the smallest set of facts that the common part needs, the same for every cloud.
 *
 * Whatever a cloud can't offer is an absent member; nobody asks which cloud it is.
 */
export interface Cloud {
  /** The only way to the cluster; it has a `clusterIdentifier`, so that new credentials replace nothing. */
  provider: k8s.Provider;
  /**
   * The same, for objects whose name is the hash of their content: one that exists already is taken over. Default: the
   * provider, which refuses it.
   */
  adopting?: k8s.Provider;
  /**
   * What a cluster is known by that this program did not make: the UID of its namespace kube-system. A stack is held to
   * it. Default: it cannot be another.
   */
  uid?: pulumi.Output<string>;
  /** Secret. A kubeconfig for the cluster, with one context. */
  kubeconfig: pulumi.Output<string>;
  /** What must be there before anything is put on the cluster: nodes, rights, the network's and storage's drivers. */
  ready: pulumi.Resource[];
  storageClasses: {
    /** For volumes that one node mounts. Default: the cluster's default class. */
    readWriteOnce?: pulumi.Input<string>;
    /** For volumes that many nodes mount at once. */
    readWriteMany?: pulumi.Input<string>;
  };
  /** Where pods go, by what they are. Default: anywhere. */
  scheduling?: Partial<Record<PoolRole, Scheduling>>;
  /** How a Service of type LoadBalancer is asked for. Default: without annotations. */
  loadBalancer?: LoadBalancer;
  /** Values that only the cloud knows for the charts of its own edge controllers and node scalers, by add-on. */
  addOnValues?: Record<string, HelmValues>;
  /** Custom resources that come once an add-on's chart is there, by add-on: Karpenter's pools of nodes. */
  addOnObjects?: Record<string, AddOnObject[]>;
  dns?: CloudDns;
  /** Makes, once for each purpose, an identity of the cloud with the least rights for it, bound to a service account. */
  identity?: (purpose: IdentityPurpose, account: ServiceAccountRef) => WorkloadIdentity;
  registry?: {
    /** What image names begin with, such as `123.dkr.ecr.eu-west-1.amazonaws.com/openedx`. */
    prefix: pulumi.Output<string>;
  };
  /** Where dumps of the data services and Velero's backups go. */
  backup?: BackupStore;
  /** The cloud's own data services; each is made when it is first asked for. */
  managed: {
    mysql?: () => MySqlServer;
    mongodb?: () => MongoServer;
    redis?: () => RedisServers;
    search?: () => SearchServer;
    objectStore?: (request: ObjectStoreRequest) => ObjectStore;
    mail?: (request: MailRequest) => MailServer;
  };
  /** Makes a site's user on a managed service: each is there exactly where the service's shape says `users: "managed"`. */
  accounts?: {
    mongodb?: (request: MongoAccountRequest) => Account;
    redis?: (request: RedisAccountRequest) => Account;
  };
}

/** What a cloud can do: plain, so that a config that asks for more is refused before anything is made. */
export interface CloudAbilities {
  /** Minor version of its clusters, such as 1.36. Default: it is not known. */
  kubernetesVersion?: string;
  /** Edge controllers that need this cloud. Those that run anywhere need no mention. */
  edgeControllers: readonly CloudController[];
  /** Networks that the load balancers of those controllers talk to pods from, such as 10.0.0.0/16. Default: any. */
  loadBalancerCidrs?: readonly string[];
  /** Name of an address of the stack's own for the Gateways' load balancer. Default: the controller takes any. */
  gatewayAddress?: string;
  /** What this cloud's clusters bring, so that no chart must: they are off unless the config says otherwise. */
  builtIn: readonly string[];
  /** Add-ons that this cloud's clusters cannot do without: they are on unless the config says otherwise. */
  needs?: readonly string[];
  /** True: `dns` will be there, for certificates by DNS-01 and for external-dns. */
  dns: boolean;
  /** True: `identity` will be there. */
  workloadIdentity: boolean;
  /** True: `backup` will be there. */
  backup: boolean;
  /**
   * What becomes of mail that its machines send to others' port 25, with where the cloud says so; a sentence that begins
   * with a verb. Default: nothing is known.
   */
  directMail?: string;
  /** True: who has keys for that store gets in, too. Default: identities alone do. */
  backupKeys?: boolean;
  /** The data services that it offers, and the shapes that they have. */
  managed: {
    mysql?: MySqlShape;
    mongodb?: MongoShape;
    redis?: RedisShape;
    search?: SearchShape;
    objectStore?: ObjectStoreShape;
    mail?: MailShape;
  };
}

/** The cloud of a config, whose abilities are known. */
export interface ChosenCloud {
  abilities: CloudAbilities;
  /** What works and should be known before it is deployed, as sentences. */
  warnings: readonly string[];
  create: (name: string, opts: pulumi.ResourceOptions) => Promise<Cloud>;
}

/** A cloud that was asked for what it decides: `stack` asks another stack, the others have nothing to ask. */
export interface OpenCloud extends ChosenCloud {
  /** What takes the place of the same in the stack's config: the edge and add-ons of a platform. Default: nothing. */
  decided?: Pick<CloudRequest, "edge" | "platform"> & {
    services: Pick<CloudRequest["services"], "namespace">;
  };
}

/** A custom resource, in which every leaf below `spec` may be an output. */
export interface AddOnObject {
  apiVersion: string;
  kind: string;
  name: string;
  /** Default: none. */
  namespace?: string;
  spec: HelmValues;
}

/** Edge controllers that a cloud brings: AWS Load Balancer Controller, Application Gateway for Containers, GKE's own. */
export type CloudController = "alb" | "appgw" | "gke";

/** System: add-ons. Stateful: data services. General: all else. */
export type PoolRole = "system" | "general" | "stateful";

export interface Scheduling {
  nodeSelector: Record<string, string>;
  tolerations: { key: string; operator: "Equal" | "Exists"; value?: string; effect: string }[];
}

export interface LoadBalancer {
  /** For the Service. */
  annotations: Record<string, pulumi.Input<string>>;
  loadBalancerClass?: string;
  externalTrafficPolicy: "Local" | "Cluster";
  /** True: the load balancer speaks PROXY protocol, and the controller must too. */
  proxyProtocol: boolean;
  /** Whose forwarded headers and PROXY lines are trusted: the network of the load balancer, such as 10.0.0.0/16. */
  trustedCidrs: readonly string[];
}

export interface CloudDns {
  /** Zones that certificates and records are made in, such as example.com. */
  zones: readonly string[];
  /** Name servers to delegate the zones to; undefined for zones that exist. */
  nameServers?: pulumi.Output<string[]>;
  /** The `dns01` part of a cert-manager solver, such as `{route53: {}}`. */
  solver: HelmValues;
  /** Values for external-dns: provider, its settings. No service account, which `identity` covers. */
  externalDns: HelmValues;
  /** Secrets that external-dns needs as files, by file name; Azure has one. */
  externalDnsFiles?: Record<string, pulumi.Output<string>>;
}

export interface ObjectStoreRequest {
  instance: string;
  /** Whose pods may read and write. */
  account: ServiceAccountRef;
  /** Web origins that browsers upload from and read into, such as `https://campus.example.com`. */
  corsOrigins: readonly string[];
  /** Part of the media may be read by everyone, without signed URLs. */
  publicMedia: boolean;
}

/** Values of a Helm chart, in which every leaf may be an output. */
export type HelmValues = Record<string, pulumi.Input<unknown>>;
