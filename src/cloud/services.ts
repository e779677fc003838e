import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "./identity.js";

/** The kinds of data services that an instance uses. */
export const serviceKinds = ["mysql", "mongodb", "redis", "search", "objectStore", "mail"] as const;
export type ServiceKind = (typeof serviceKinds)[number];

/**
 * How a client checks the server: not at all (no TLS), takes any certificate, takes one of the given authority, or also
 * asks for the server's name in it.
 */
export type TlsMode = "off" | "require" | "verify-ca" | "verify-identity";

/*
 * Of each service there are two parts. The shape decides what is rendered (ports, TLS, forms of addresses), so it is
 * known before the first resource. The server is what only its making tells: addresses, passwords, certificates.
 */

interface ServerShape {
  port: number;
  tls: TlsMode;
  /** The server comes with the authority of its certificate (`ca`), which clients do not know. Default: false. */
  privateCa?: boolean;
}

/** A server with one administrator. */
export interface AdministeredServer {
  /** Without a scheme. */
  host: pulumi.Input<string>;
  /** Secret. */
  adminPassword: pulumi.Input<string>;
  /** PEM of the authority that signed the server's certificate. Default: those that clients know. */
  ca?: pulumi.Input<string>;
}

/** One site's user on servers that sites share. */
interface AccountRequest {
  instance: string;
  /** Its name, which no other site's has. */
  user: string;
}

export interface MongoAccountRequest extends AccountRequest {
  /** The databases that the user reads and writes, and no others. */
  databases: readonly string[];
}

/** The same user on both servers. */
export interface RedisAccountRequest extends AccountRequest {
  /** What the user may do, as `ACL SETUSER` takes it: `~campus:* &campus:* +@all -@admin …`. */
  rights: string;
}

export interface Account {
  /** Secret: letters and digits. */
  password: pulumi.Input<string>;
  /** What must be there before the user logs in. */
  ready: pulumi.Resource[];
}

/** MySQL 8.4, or what speaks its protocol. */
export interface MySqlShape extends ServerShape {
  adminUser: string;
}
export type MySqlServer = AdministeredServer;

/** MongoDB 7. */
export interface MongoShape extends ServerShape {
  /** `srv`: one DNS name that lists the members; `list`: several `host:port`, by commas; `single`: one host. */
  address: "single" | "list" | "srv";
  replicaSet?: string;
  /** Who makes the sites' users: `admin`, by a Job that logs in as it; `managed`: the cloud. Default: `admin`. */
  users?: "admin" | "managed";
  /** With `admin`. */
  adminUser?: string;
  /** Database that holds the users. */
  authSource: string;
}
export interface MongoServer extends Omit<AdministeredServer, "adminPassword"> {
  /** Secret; undefined only where the shape says `managed`. */
  adminPassword?: pulumi.Input<string>;
}

/** A Redis-compatible server without cluster mode; database 0 is the only one that is used. */
export interface RedisShape extends ServerShape {
  /**
   * `acl`: a user for each instance, made by a Job; `managed`: one for each, made by the cloud; `password`: all share one;
   * `none`: open, for networks that are closed.
   */
  users: "acl" | "managed" | "password" | "none";
  /** With `acl` the user who may make users, with `password` the user that all are. Default: `default`. */
  adminUser?: string;
}

export interface RedisServer extends Omit<AdministeredServer, "adminPassword"> {
  /** Secret; undefined only where the shape says `none` or `managed`. */
  adminPassword?: pulumi.Input<string>;
}

/** Two servers, since eviction is a property of the whole server. */
export interface RedisServers {
  /** Celery and the event bus: `noeviction`. */
  broker: RedisServer;
  /** Django's caches: `allkeys-lru`. */
  cache: RedisServer;
}

/** OpenSearch or Elasticsearch, for the releases and plugins that still need it. */
export interface SearchShape {
  port: number;
  tls: TlsMode;
  adminUser: string;
}
export type SearchServer = AdministeredServer;

/** Object storage, one bucket (Azure: account) for each instance. */
export interface ObjectStoreShape {
  kind: "s3" | "azure" | "gcs";
  /** `identity`: by the pods' workload identity, without a static key. */
  auth: "identity" | "keys";
}

/** What one instance may use. */
export interface ObjectStore {
  /** Bucket, or container. */
  bucket: pulumi.Input<string>;
  /** Azure's storage account. */
  account?: pulumi.Input<string>;
  /** URL of a store that is not the cloud's default one for its kind. */
  endpoint?: pulumi.Input<string>;
  region?: pulumi.Input<string>;
  /** With `keys`. */
  accessKey?: pulumi.Input<string>;
  /** Secret; with `keys`. */
  secretKey?: pulumi.Input<string>;
  /** With `identity`: what the instance's service account and pods get. */
  identity?: WorkloadIdentity;
  /** Google's service account that signs URLs. */
  signer?: pulumi.Input<string>;
  /**
   * Prefix (Azure: a container of its own) of what may be read by all, and the URL that prefix and file name are added
   * to; undefined: everything is served by signed URLs.
   */
  publicMedia?: { prefix: string; baseUrl: pulumi.Input<string> };
}

/** A server that takes the sites' outgoing mail. */
export interface MailShape {
  host: string;
  port: number;
  /** `starttls`: begins in plain text; `implicit`: TLS from the first byte; `off`: in plain text. */
  tls: "starttls" | "implicit" | "off";
  /** Clients give a name and a password. */
  auth: boolean;
  /** The cloud makes an account for each site. Default: they are given. */
  users?: "managed";
  /** Domain that senders must be in, its subdomains included. Default: any. */
  domain?: string;
}

/** One instance that sends mail. */
export interface MailRequest {
  instance: string;
  /** Address that its mail comes from. */
  from: string;
}

export interface MailServer {
  /** Secret; with `auth`. */
  username?: pulumi.Input<string>;
  /** Secret; with `auth`. */
  password?: pulumi.Input<string>;
  /** What must be there before the first mail. Default: nothing. */
  ready?: pulumi.Resource[];
}

/** A place for dumps and snapshots. */
export interface BackupStore {
  kind: "s3" | "azure" | "gcs";
  bucket: pulumi.Input<string>;
  /** Azure's storage account and the resource group that it is in. */
  account?: pulumi.Input<string>;
  resourceGroup?: pulumi.Input<string>;
  endpoint?: pulumi.Input<string>;
  region?: pulumi.Input<string>;
  /** Secret keys, where no workload identity reaches the store. */
  keys?: { accessKey: pulumi.Input<string>; secretKey: pulumi.Input<string> };
}
