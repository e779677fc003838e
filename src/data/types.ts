import type * as pulumi from "@pulumi/pulumi";
import type {
  MongoShape,
  MySqlShape,
  ObjectStoreShape,
  RedisShape,
  SearchShape,
  ServiceKind,
} from "../cloud/services.js";
import type { Json } from "../kubernetes/objects.js";
import type { SettingToken } from "../tutor/types.js";

/** Where each data service comes from, and its shape unless it is `bundled`. Plain, decided before the first resource. */
export interface ServicesPlan {
  /** Namespace of the shared services, and of the Jobs that know their administrators' passwords. */
  namespace: string;
  mysql: ServicePlan<MySqlShape, ServerAddress>;
  mongodb: ServicePlan<MongoShape, ServerAddress>;
  redis: ServicePlan<RedisShape, RedisAddress>;
  /** Meilisearch, one an instance wherever it runs. */
  search: SearchPlan;
  objectStore: ObjectStorePlan;
}

/** `Address`: what is known of the servers beforehand, which with `managed` is nothing. */
export type ServicePlan<Shape, Address> =
  | { mode: "bundled" }
  | { mode: "managed"; shape: Shape }
  | { mode: "cluster" | "external"; shape: Shape; address: Address };

export type ObjectStorePlan =
  | { mode: "bundled" }
  /** `publicMedia`: a part of the media is read by everyone, without signed URLs. */
  | { mode: "managed"; shape: ObjectStoreShape; publicMedia: boolean }
  | {
      mode: "cluster";
      shape: ObjectStoreShape;
      address: ObjectStoreAddress;
      /** SeaweedFS' own ports, as host:port, by which buckets and users are made. */
      administration: { master: string; filer: string };
    }
  | { mode: "external"; shape: ObjectStoreShape; address: ObjectStoreAddress };

export interface ServerAddress {
  host: string;
  /** PEM. Default: the shape's word. */
  ca?: string;
}

export interface RedisAddress {
  broker: { host: string; port: number };
  cache: { host: string; port: number };
  /** PEM, of both. */
  ca?: string;
}

export interface ObjectStoreAddress {
  /** Default: the kind's own. */
  endpoint?: string;
  region: string;
  /** By instance. */
  buckets: Record<string, string>;
}

export type SearchPlan =
  | { mode: "bundled"; legacy: LegacySearchPlan }
  | {
      mode: "cluster" | "external" | "managed";
      /** What Meilisearch is reached by from within; `{instance}` stands for the instance's name. */
      meilisearchUrl: string;
      legacy: LegacySearchPlan;
    };

/** OpenSearch or Elasticsearch, for what still needs it. */
export type LegacySearchPlan =
  | { mode: "bundled" }
  | { mode: "managed"; shape: SearchShape }
  /** The host is a template in which `{instance}` stands for the instance's name. */
  | { mode: "cluster" | "external"; shape: SearchShape; host: string };

/** A name on a shared server that no two instances may have both. */
export interface Claim {
  service: ServiceKind;
  /** What it names there. Rights to MySQL's databases are given by pattern, in which `_` stands for any letter. */
  kind: "database" | "user" | "prefix" | "bucket";
  name: string;
  /** The setting that gives the name. */
  setting: string;
}

/** What the services mean for one instance: known before it is rendered. */
export interface InstanceServices {
  /** Tutor's settings, and those of this project's own plugin (OPENEDX_PULUMI_…). */
  settings: Record<string, Json>;
  /** Settings whose values come with the resources. */
  tokens: Record<string, SettingToken>;
  /**
   * Settings that make their owner an administrator of a shared service. Tasks that hold one run in the services'
   * namespace; nothing else may hold one.
   */
  adminSettings: readonly string[];
  /** What the settings above claim; `renderedClaims` adds what plugins bring. */
  claims: Claim[];
}

/** What the services, once made, give an instance: values for its `bound` tokens, by setting. */
export interface InstanceValues {
  values: Record<string, pulumi.Input<string>>;
  /** What must be there before the instance's first task. */
  ready: pulumi.Resource[];
  serviceAccountAnnotations?: Record<string, pulumi.Input<string>>;
  podLabels?: Record<string, string>;
}
